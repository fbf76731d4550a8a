// Counts what passed and what failed. A failed check does not end the run.
export class Checks {
  #passed = 0;
  #failures = [];

  /** Runs one check; whether it passed. */
  async check(name, work) {
    try {
      await work();
      this.#passed += 1;
      return true;
    } catch (error) {
      this.failed(name, error);
      return false;
    }
  }

  failed(name, error) {
    this.#failures.push(name);
    console.error(`FAILED ${name}\n  ${String(error?.message ?? error).replaceAll("\n", "\n  ")}`);
  }

  /** Prints the closing line and gives the exit code. */
  end() {
    console.log(`${this.#passed} passed, ${this.#failures.length} failed`);
    return this.#failures.length === 0 && this.#passed > 0 ? 0 : 1;
  }
}

/** Fails with what was wanted and what was there. */
export function same(there, wanted, what) {
  const [a, b] = [JSON.stringify(there), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: ${a}, not ${b}`);
}

/** Fails unless it holds. */
export function holds(truth, what) {
  if (!truth) throw new Error(what);
}
