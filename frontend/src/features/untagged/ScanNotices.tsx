/** What has to be known about the figures before they are read. */
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import type { ScanOut } from "./types";

const SHOWN = 4;

export function ScanNotices({ scan }: { scan: ScanOut }) {
  const rest = scan.missing.length - SHOWN;
  return (
    <div role="status" className="quiet">
      {scan.state === "scanning" && (
        <div className="notice" data-tone="info">
          <IconRefresh size={16} aria-hidden />
          <div className="notice-body">A scan is running. Until it is done, these are the findings of the one before.</div>
        </div>
      )}
      {scan.state === "stale" && (
        <div className="notice">
          <IconAlertTriangle size={16} aria-hidden />
          <div className="notice-body">These findings are not of today’s data{scan.why ? `: ${scan.why}` : ""}. The next scan takes that in.</div>
        </div>
      )}
      {scan.missing.length > 0 && (
        <div className="notice">
          <IconAlertTriangle size={16} aria-hidden />
          <div className="notice-body">
            Not looked at: {scan.missing.slice(0, SHOWN).join("; ")}
            {rest > 0 && ` and ${rest} more`}. What is there may lack tags, too.
          </div>
        </div>
      )}
    </div>
  );
}
