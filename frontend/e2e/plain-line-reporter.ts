import type { Reporter, TestCase, TestError, TestResult } from "@playwright/test/reporter";

/** Ends the run with a line `failed: name: why` for each that failed, and one to be counted. */
export default class PlainLineReporter implements Reporter {
  private readonly results = new Map<string, { status: string; failure: string }>();

  onTestEnd(test: TestCase, result: TestResult): void {
    const name = test.titlePath().filter(Boolean).join(" › ");
    this.results.set(test.id, { status: result.status, failure: `${name}: ${why(result.error, result.status)}` });
  }

  onError(error: TestError): void {
    process.stdout.write(`failed: outside of tests: ${why(error, "")}\n`);
  }

  onEnd(): void {
    const all = [...this.results.values()];
    const skipped = all.filter((r) => r.status === "skipped").length;
    const passed = all.filter((r) => r.status === "passed").length;
    for (const { status, failure } of all) {
      if (status !== "passed" && status !== "skipped") process.stdout.write(`failed: ${failure}\n`);
    }
    process.stdout.write(`\n${passed} passed, ${all.length - passed - skipped} failed, ${skipped} skipped\n`);
  }
}

function why(error: TestError | undefined, otherwise: string): string {
  return (error?.message ?? otherwise).split("\n").filter(Boolean).slice(0, 3).join(" ");
}
