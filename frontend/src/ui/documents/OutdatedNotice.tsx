import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { Trial } from "./useTrial";

/** Somebody else has published meanwhile: go on from theirs, or keep the own text and look again. */
export function OutdatedNotice({ trial }: { trial: Pick<Trial<unknown>, "outdated" | "reload"> }) {
  if (!trial.outdated) return null;
  return (
    <div className="notice" role="alert">
      <IconAlertTriangle size={16} aria-hidden />
      <div className="notice-body">{trial.outdated}</div>
      <Button size="compact-xs" variant="default" onClick={() => void trial.reload(false)}>Load theirs, drop mine</Button>
      <Button size="compact-xs" variant="default" onClick={() => void trial.reload(true)}>Keep mine, compare with theirs</Button>
    </div>
  );
}
