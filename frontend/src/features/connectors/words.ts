/** How sources, plans and checks are said in words. */
import type { Charge, CheckStep, MetricPlan, Plan, PlannedPeriod, Source } from "@/api/types";
import { NO_DATA, exactMoney } from "@/lib/money";
import { instantText } from "@/lib/period";
import type { StatusTone } from "@/ui/StatusWord";

const JOB_WORD = { ingest: "Running", rebuild: "Rebuilding", purge: "Being removed" } as const;

export function stateOf(source: Source): { tone: StatusTone; word: string } {
  if (source.job) return { tone: "idle", word: source.job.state === "queued" ? "Queued" : JOB_WORD[source.job.kind] };
  if (source.state === "failing") return { tone: "error", word: source.paused ? "Failing, paused" : "Failing" };
  if (source.paused) return { tone: "idle", word: "Paused" };
  return source.state === "new" ? { tone: "idle", word: "Never run" } : { tone: "ok", word: "Ok" };
}

export function nextLookText(source: Source, now: number): string {
  if (source.paused) return "paused";
  if (!source.next_look_at) return NO_DATA;
  return Date.parse(source.next_look_at) <= now ? "due" : instantText(source.next_look_at);
}

const plural = (n: number, word: string): string => `${n.toLocaleString()} ${word}${n === 1 ? "" : "s"}`;

/** Seconds between looks, in the largest unit that divides them. */
export function everyText(seconds: number): string {
  for (const [size, word] of [[604_800, "week"], [86_400, "day"], [3600, "hour"], [60, "minute"]] as const) {
    if (seconds >= size && seconds % size === 0) return seconds === size ? `every ${word}` : `every ${plural(seconds / size, word)}`;
  }
  return `every ${plural(seconds, "second")}`;
}

export function bytesText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let n = bytes;
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) [n, unit] = [n / 1000, unit + 1];
  return unit === 0 ? plural(bytes, "byte") : `${n.toLocaleString(undefined, { maximumSignificantDigits: 3 })} ${units[unit]}`;
}

/** A rough time: nobody needs the seconds of an hour. */
export function roughTime(seconds: number): string {
  if (seconds < 5) return "a few seconds";
  if (seconds < 90) return `about ${plural(Math.round(seconds), "second")}`;
  return seconds < 5400 ? `about ${plural(Math.round(seconds / 60), "minute")}` : `about ${plural(Math.round(seconds / 3600), "hour")}`;
}

/** What a month of asking costs, at most; what is less than a cent is said as that. */
export const chargeText = (charge: Charge): string => (Number(charge.amount) < 0.005 ? `less than ${exactMoney({ amount: "0.01", currency: charge.currency })}` : exactMoney({ ...charge, amount: Number(charge.amount).toFixed(2) }));

export function metricPlanSentence(plan: MetricPlan): string {
  if (plan.monthly_charge === null) return `What this costs cannot be said: ${plan.reason ?? "nothing is known"}.`;
  const sum = `${plural(plan.resources, "resource")}, ${plural(plan.series, "metric")} requested once a day, ${plan.pulls_per_month} times a month at ${exactMoney(plan.price_per_1000)} for 1,000`;
  return `AWS charges about ${chargeText(plan.monthly_charge)} a month: ${sum}.`;
}

export const isRead = (p: PlannedPeriod): boolean => p.verdict === "new" || p.verdict === "newer";

const VERDICT: Record<PlannedPeriod["verdict"], string> = {
  new: "Will be read", newer: "Will replace what is in", unchanged: "Already in", superseded: "Older than what is in", waiting: "Not finished yet",
};
export const verdictWord = (p: PlannedPeriod): string => VERDICT[p.verdict];

export function planSentence(plan: Plan): string {
  const read = plan.periods.filter(isRead).length;
  if (plan.periods.length === 0) return "There is no bill of these months.";
  if (read === 0) return "There is nothing new to read.";
  const time = plan.duration_s === null ? `How long it takes cannot be said: ${plan.duration_reason ?? "nothing is known"}.` : `It takes ${roughTime(plan.duration_s)}.`;
  return `${plural(read, "billing period")}, ${bytesText(plan.bytes_to_read)}. ${time}`;
}

const STEP: Record<string, string> = {
  secrets: "Has its secrets",
  resources: "Has resources to ask about", credentials: "Has credentials", metrics: "Metrics can be read",
  reachable: "Can be reached", manifests: "Has deliveries", newest_period: "Newest period", readable: "Can be read" };
export const stepWord = (step: CheckStep): string => STEP[step.step] ?? step.step;

const ADVICE: Record<string, string> = {
  resources: "Which resources there are is read from your bills. Bring in an AWS bill with resource ids first, and see that its regions are among those of the location.",
  secrets: "The key that it was encrypted with is not among those of this installation. Whoever runs it can add the key; or set the secret again under Access.",
  credentials: "Usually no credentials of AWS are in the environment of the machine where this runs, the profile does not exist there, or the keys of the source are not valid.",
  metrics: "Usually the credentials lack cloudwatch:GetMetricData, or the role may not be assumed in one of the accounts. The policy to paste is in docs/howto/cloudwatch-metrics.md.",
  reachable: "Usually the bucket, the region or the folder is a wrong one, or there is no way to it from the machine where this runs. For a store that is not AWS, fill in its endpoint URL.",
  manifests: "Usually the prefix is not that of the report, or no delivery has arrived yet.",
  readable: "Usually the credentials lack s3:ListBucket or s3:GetObject, or the role may not be assumed. A folder must be readable for the user that runs this.",
};
export const adviceOf = (step: CheckStep): string => ADVICE[step.step] ?? "Go back, change what is wrong, and check again.";
