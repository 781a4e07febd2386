import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** Ends the run with one line that any build log reader can count. */
export default class PlainLineReporter implements Reporter {
  private readonly results = new Map<string, string>();

  onTestEnd(test: TestCase, result: TestResult): void {
    this.results.set(test.id, result.status);
  }

  onEnd(): void {
    const all = [...this.results.values()];
    const skipped = all.filter((s) => s === "skipped").length;
    const passed = all.filter((s) => s === "passed").length;
    process.stdout.write(`\n${passed} passed, ${all.length - passed - skipped} failed, ${skipped} skipped\n`);
  }
}
