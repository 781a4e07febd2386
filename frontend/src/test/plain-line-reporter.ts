import type { Reporter, TestModule } from "vitest/node";

/** Ends the run with a line `failed: name: why` for each that failed, and one to be counted: `N passed, N failed`. */
export default class PlainLineReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<unknown>): void {
    let passed = 0;
    let failed = unhandled.length;
    for (const error of unhandled) say("outside of tests", error);
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      passed += tests.filter((t) => t.result().state === "passed").length;
      for (const test of tests) {
        const { state, errors } = test.result();
        if (state !== "failed") continue;
        failed += 1;
        say(`${module.relativeModuleId} ${test.fullName}`, errors?.[0]);
      }
      if (tests.length === 0 && module.state() === "failed") {
        failed += 1;
        say(module.relativeModuleId, module.errors()[0]);
      }
    }
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  }
}

function say(name: string, error: unknown): void {
  const why = error !== null && typeof error === "object" && "message" in error ? String(error.message) : String(error);
  process.stdout.write(`failed: ${name}: ${why.split("\n").filter(Boolean).slice(0, 3).join(" ")}\n`);
}
