import type { Reporter, TestModule } from "vitest/node";

/** Ends the run with one line that any build log reader can count: `N passed, N failed`. */
export default class PlainLineReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<unknown>): void {
    let passed = 0;
    let failed = unhandled.length;
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      passed += tests.filter((t) => t.result().state === "passed").length;
      failed += tests.filter((t) => t.result().state === "failed").length;
      if (tests.length === 0 && module.state() === "failed") failed += 1;
    }
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  }
}
