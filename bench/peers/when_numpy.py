# The same question as `forecast_speed` asks, by vectorised NumPy on one core: on which day are 100 items finished, by 100,000 trials that draw
# each day's count from 90 past days. Prints the time; asserts nothing.
#
#   pip install numpy && OMP_NUM_THREADS=1 python3 when_numpy.py
import time

import numpy as np

TRIALS, ITEMS, CHUNK, DAYS = 100_000, 100, 10_000, 400
rng = np.random.default_rng(2)
history = np.maximum(rng.integers(0, 5, 90) - 2, 0).astype(np.int16)

begin = time.perf_counter()
days = np.empty(TRIALS, dtype=np.int64)
for first in range(0, TRIALS, CHUNK):
    done = np.cumsum(history[rng.integers(0, len(history), (CHUNK, DAYS), dtype=np.int16)], axis=1, dtype=np.int32)
    days[first : first + CHUNK] = np.argmax(done >= ITEMS, axis=1) + 1
quantiles = np.quantile(days, [0.5, 0.85, 0.95], method="inverted_cdf")
print(f"when, {TRIALS:,} trials of {ITEMS} items: {(time.perf_counter() - begin) * 1000:.0f} ms; {quantiles.astype(int).tolist()}")
