import { expect, test } from "vitest";
import { partDone, progressText } from "./runWords";

test("progress is told by bytes where they are known, else by files", () => {
  const base = { files_done: 1, files: 4, rows: 1000, bytes_done: 0, bytes: 0, rows_per_s: 500, eta_s: 30 };
  expect(partDone(base)).toBe(0.25);
  expect(partDone({ ...base, bytes: 10, bytes_done: 5 })).toBe(0.5);
  expect(partDone({ ...base, files: 0 })).toBeNull();
  expect(progressText({})).toBe("");
  expect(progressText({ ...base, eta_s: 600 })).toBe("1 of 4 files, 1,000 rows, 500 rows/s, 10 min left");
});

test("progress of metrics is told by how many are asked for", () => {
  const progress = { metrics: 2000, metrics_done: 500, rows: 120_000 };
  expect(partDone(progress)).toBe(0.25);
  expect(progressText(progress)).toBe("500 of 2,000 metrics, 120,000 values");
});
