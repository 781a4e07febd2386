import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconClock } from "@tabler/icons-react";

export type StatusTone = "ok" | "warn" | "error" | "idle";

const ICON = { ok: IconCircleCheck, warn: IconAlertTriangle, error: IconCircleX, idle: IconClock };

/** Status as colour, icon and word; none of the three stands alone. */
export function StatusWord({ tone, children }: { tone: StatusTone; children: string }) {
  const Icon = ICON[tone];
  return (
    <span className="status" data-tone={tone}>
      <Icon size={15} aria-hidden />
      {children}
    </span>
  );
}
