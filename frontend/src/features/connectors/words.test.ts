import { expect, test } from "vitest";
import type { MetricPlan, Plan, PlannedPeriod, Source } from "@/api/types";
import { bytesText, chargeText, everyText, metricPlanSentence, nextLookText, planSentence, roughTime, stateOf } from "./words";

const SOURCE: Source = {
  id: "src-1", kind: "aws_cur", name: "bill", location: "s3://b", options: {}, secrets: [], created_at: "2026-11-01T00:00:00Z", state: "ok", reason: null, paused: false,
  poll_every_s: null, looks_every_s: 3600, next_look_at: "2026-11-24T05:00:00Z", last_success_at: null, newest_period: null, job: null, last_run: null, periods: [],
};

test("what goes on now is said before how it went, and failing before paused", () => {
  const word = (over: Partial<Source>): string => stateOf({ ...SOURCE, ...over }).word;
  expect(word({})).toBe("Ok");
  expect(word({ state: "new" })).toBe("Never run");
  expect(word({ paused: true })).toBe("Paused");
  expect(word({ state: "failing" })).toBe("Failing");
  expect(word({ state: "failing", paused: true })).toBe("Failing, paused");
  expect(word({ state: "failing", job: { id: "j", kind: "ingest", state: "running", progress: {} } })).toBe("Running");
  expect(word({ job: { id: "j", kind: "ingest", state: "queued", progress: {} } })).toBe("Queued");
  expect(word({ job: { id: "j", kind: "purge", state: "running", progress: {} } })).toBe("Being removed");
});

test("a look whose time has come is due", () => {
  const at = Date.parse("2026-11-24T05:00:00Z");
  expect(nextLookText(SOURCE, at - 1)).toBe("24 Nov 2026 05:00 UTC");
  expect(nextLookText(SOURCE, at)).toBe("due");
  expect(nextLookText({ ...SOURCE, paused: true, next_look_at: null }, at)).toBe("paused");
});

test("intervals, sizes and times are said in the unit a person would take", () => {
  expect([3600, 600, 86_400, 604_800, 90, 5400].map(everyText)).toEqual(["every hour", "every 10 minutes", "every day", "every week", "every 90 seconds", "every 90 minutes"]);
  expect([1, 999, 12_345, 3_400_000, 2e12].map(bytesText)).toEqual(["1 byte", "999 bytes", "12.3 kB", "3.4 MB", "2 TB"]);
  expect([0.2, 42, 120, 4000, 9000].map(roughTime)).toEqual(["a few seconds", "about 42 seconds", "about 2 minutes", "about 67 minutes", "about 3 hours"]);
});

test("a plan says how much is read and never makes a time up", () => {
  const period = (verdict: PlannedPeriod["verdict"]): PlannedPeriod => ({ billing_period: "2026-10", files: 1, bytes: 1000, verdict, reason: null });
  const plan: Plan = { periods: [period("new"), period("newer"), period("unchanged")], bytes_to_read: 2000, duration_s: 100, duration_reason: null, metrics: null };
  expect(planSentence(plan)).toBe("2 billing periods, 2 kB. It takes about 2 minutes.");
  expect(planSentence({ ...plan, duration_s: null, duration_reason: "nothing has been read here yet" })).toBe("2 billing periods, 2 kB. How long it takes cannot be said: nothing has been read here yet.");
  expect(planSentence({ ...plan, periods: [period("unchanged")], bytes_to_read: 0, duration_s: 0 })).toBe("There is nothing new to read.");
  expect(planSentence({ ...plan, periods: [] })).toBe("There is no bill of these months.");
});

test("what asking for metrics costs is said with its sum, and never made up", () => {
  const usd = (amount: string) => ({ amount, currency: "USD" });
  const plan: MetricPlan = { resources: 500, resources_cut: 0, series: 2000, pulls_per_month: 30, price_per_1000: usd("0.01"), monthly_charge: usd("0.60000"), reason: null, days: 14 };
  expect(metricPlanSentence(plan)).toBe("AWS charges about $0.60 a month: 500 resources, 2,000 metrics requested once a day, 30 times a month at $0.01 for 1,000.");
  expect(metricPlanSentence({ ...plan, monthly_charge: null, reason: "no bill is in" })).toBe("What this costs cannot be said: no bill is in.");
  expect([usd("0.0024"), usd("1.5"), usd("12")].map(chargeText)).toEqual(["less than $0.01", "$1.50", "$12.00"]);
});
