# Counts what passed and what failed, like checks.mjs. A failed check does not end the run.
import sys
import traceback


class Checks:
    def __init__(self):
        self.passed, self.failures = 0, []

    def done(self, name):
        self.passed += 1

    def failed(self, name, why):
        self.failures.append(name)
        print(f"FAILED {name}\n  {str(why).strip()}".replace("\n", "\n  "), file=sys.stderr, flush=True)

    async def check(self, name, work):
        """Runs one check; what it gave, or nothing when it failed."""
        try:
            given = await work()
        except Exception:  # noqa: BLE001 - whatever it is, it is this check's failure
            self.failed(name, traceback.format_exc(limit=-3))
            return None
        self.done(name)
        return given

    def end(self):
        """Prints the closing line and gives the exit code."""
        print(f"{self.passed} passed, {len(self.failures)} failed", flush=True)
        return 0 if self.passed > 0 and not self.failures else 1


def holds(truth, what):
    if not truth:
        raise AssertionError(what)


def same(there, wanted, what):
    holds(there == wanted, f"{what}: {there!r}, not {wanted!r}")
