/** What the state of the services is in words; what is not known is said to be so and never shown as 0. */
import type { ServiceStatus, TimedRun } from "@/api/types";
import { NO_DATA } from "@/lib/money";

export function statusSentence(services: readonly ServiceStatus[]): string {
  const unwell = services.filter((s) => !s.ready);
  if (unwell.length === 0) return `All ${services.length} services are ready.`;
  return `${unwell.length} of ${services.length} services ${unwell.length === 1 ? "is" : "are"} not ready: ${unwell.map((s) => s.title).join(", ")}.`;
}

/** Messages and events that wait, as "12 on raw-cost"; nothing that is 0 is listed. */
export function waitingText(service: ServiceStatus): string {
  if (service.lag === null) return NO_DATA;
  const lag = Object.entries(service.lag).filter(([, messages]) => messages !== 0);
  const parts = lag.map(([topic, messages]) => (messages === null ? `not known on ${topic}` : `${messages.toLocaleString("en-US")} on ${topic}`));
  if (service.outbox) parts.push(`${service.outbox.toLocaleString("en-US")} to send`);
  return parts.join(", ") || "Nothing";
}

export const latencyText = (ms: number | null): string => (ms === null ? NO_DATA : ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`);

/** Whether the failure is over: the same work went well afterwards. */
export const isOver = (error: TimedRun): boolean => error.ok === true;
