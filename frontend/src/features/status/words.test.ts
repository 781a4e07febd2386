import { expect, test } from "vitest";
import type { ServiceStatus } from "@/api/types";
import { isOver, latencyText, statusSentence, waitingText } from "./words";

const service = (over: Partial<ServiceStatus> = {}): ServiceStatus => ({
  name: "cockpit", title: "Cockpit", ready: true, reason: null, version: "0.1.0", latency_ms: 3.2, lag: { "enriched-cost": 0 },
  dead_letters: 0, outbox: null, last_run: null, last_error: null, processes: [], ...over,
});

test("the sentence names the services that are not ready", () => {
  expect(statusSentence([service(), service()])).toBe("All 2 services are ready.");
  expect(statusSentence([service(), service({ title: "Attribution Engine", ready: false })])).toBe("1 of 2 services is not ready: Attribution Engine.");
});

test("what waits is listed by topic, and what is not known is not nothing", () => {
  expect(waitingText(service())).toBe("Nothing");
  expect(waitingText(service({ lag: { "enriched-cost": 1204, catalog: 0 }, outbox: 2 }))).toBe("1,204 on enriched-cost, 2 to send");
  expect(waitingText(service({ lag: { "enriched-cost": null } }))).toBe("not known on enriched-cost");
  expect(waitingText(service({ lag: null }))).toBe("—");
});

test("a service that did not answer has no time", () => {
  expect(latencyText(null)).toBe("—");
  expect([latencyText(3.24), latencyText(0), latencyText(140.4)]).toEqual(["3.2 ms", "0.0 ms", "140 ms"]);
});

test("a failure is over when the same work went well afterwards", () => {
  const run = { instance: "a", name: "relay", ended_at: null, took_s: null, error: "x", failed_at: null };
  expect([isOver({ ...run, ok: true }), isOver({ ...run, ok: false }), isOver({ ...run, ok: null })]).toEqual([true, false, false]);
});
