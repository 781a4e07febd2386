import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";
import type { Figure } from "./measure";

/** `make bench-ui`: one line per figure with its limit and whether it is met. */
export default class FiguresReporter implements Reporter {
  private readonly lines: string[] = [];
  private failed = 0;

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status !== "passed" && result.status !== "skipped") this.failed += 1;
    for (const { type, description } of result.annotations) {
      if (type !== "figure" || !description) continue;
      const f = JSON.parse(description) as Figure;
      const show = (n: number): string => (f.unit === "" ? n.toFixed(3) : n < 10 ? n.toFixed(1) : n.toFixed(0));
      const met = f.value < f.limit ? "met" : "missed";
      this.lines.push(`| ${f.check} | ${f.name} | < ${f.limit} ${f.unit} | ${show(f.value)} | ${f.runs.map(show).join(", ")} | ${met} |`);
    }
    if (!result.annotations.some((a) => a.type === "figure")) this.lines.push(`| | ${test.title} | | | | no figure: ${result.status} |`);
  }

  onEnd(): void {
    process.stdout.write(["| check | what | must | measured | runs | |", "|---|---|---|---|---|---|", ...this.lines.toSorted(), ""].join("\n"));
    if (this.failed > 0) process.stdout.write(`${this.failed} of the tests failed: a figure over its limit, or a page that did not get there\n`);
  }
}
