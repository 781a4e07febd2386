/** Which resources lack what, what they cost, and whose they likely are. */
import "./untagged.css";
import { Button, Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, lazy, useEffect, useRef } from "react";
import { freshnessQuery } from "@/api/queries";
import type { UntaggedSearch } from "@/lib/search";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { useSearchState } from "@/ui/useSearchState";
import { Coverage } from "./Coverage";
import { Finder } from "./Finder";
import { GovernanceTabs } from "./GovernanceTabs";
import { ScanNotices } from "./ScanNotices";
import { activeQuery, coverageQuery, scanQuery, startScan, useChange } from "./queries";
import type { ScanOut } from "./types";
import { coverageSentence } from "./words";

/** Who has no policy yet needs the editor, everybody else does not. */
const FirstPolicy = lazy(() => import("./FirstPolicy"));

export function UntaggedPage() {
  const [search] = useSearchState<UntaggedSearch>();
  const scan = useQuery(scanQuery);
  const policy = useQuery(activeQuery);
  const seesAll = useMay("findings:read", "everywhere");
  const coverage = useQuery({ ...coverageQuery(search.cur), enabled: seesAll === true });
  const isJudged = policy.data !== undefined && policy.data.version > 0;
  useNewFindings(scan.data);
  return (
    <>
      <PageHeader title="Untagged" answer={isJudged && coverage.data?.total ? coverageSentence(coverage.data) : ""} actions={isJudged && scan.data && <ScanNow scan={scan.data} />} />
      <GovernanceTabs />
      <QueryPanel query={policy} what="the tag policy" skeleton={<Skeleton height={640} radius={6} />}>
        {({ version }) =>
          version === 0 ? (
            <Suspense fallback={<Skeleton height={640} radius={6} />}>
              <FirstPolicy />
            </Suspense>
          ) : (
            <QueryPanel query={scan} what="the scan" skeleton={<Skeleton height={640} radius={6} />}>
              {(data) => <Judged scan={data} currency={search.cur} seesAll={seesAll === true} />}
            </QueryPanel>
          )
        }
      </QueryPanel>
    </>
  );
}

/** When a scan has ended, what it found is asked for. */
function useNewFindings(scan: ScanOut | undefined): void {
  const client = useQueryClient();
  const before = useRef(scan?.scanned_at);
  useEffect(() => {
    if (before.current !== undefined && before.current !== scan?.scanned_at) void client.invalidateQueries({ queryKey: ["compliance"] });
    before.current = scan?.scanned_at;
  }, [client, scan?.scanned_at]);
}

function ScanNow({ scan }: { scan: ScanOut }) {
  const may = useMay("findings:write", "everywhere");
  const start = useChange(startScan);
  if (!may) return null;
  return (
    <span className="row" role="status">
      {start.error && <span className="unfavourable">{start.error.message}</span>}
      <Button size="xs" variant="default" loading={start.isPending} disabled={scan.state === "scanning"} onClick={() => start.mutate(undefined)}>{scan.state === "scanning" ? "Scanning" : "Scan now"}</Button>
    </span>
  );
}

/** Coverage is of the whole bill, so only those who see all of it are told. */
function Judged({ scan, currency, seesAll }: { scan: ScanOut; currency: string | undefined; seesAll: boolean }) {
  if (scan.scanned_at === null) return <NothingJudged scan={scan} />;
  return (
    <>
      <ScanNotices scan={scan} />
      {seesAll && <Coverage currency={currency} />}
      <Finder scan={scan} scannedAt={scan.scanned_at} />
    </>
  );
}

/** Before the first scan: it is under way, or there is nothing to look at yet. */
function NothingJudged({ scan }: { scan: ScanOut }) {
  const fresh = useQuery(freshnessQuery);
  const noBill = scan.state !== "scanning" && fresh.data?.data_through === null;
  return (
    <div className="panel" role="status">
      {noBill ? (
        <EmptyBox title="No bill yet" action={<div className="row"><Button component={Link} to="/admin/connectors" size="xs" variant="default">Open Connectors</Button><Button component={Link} to="/governance/clouds" size="xs" variant="default">Open Cloud accounts</Button></div>}>
          The policy is there. What lacks a tag is found in the bill, and in the accounts of a cloud whose resources are listed.
        </EmptyBox>
      ) : (
        <EmptyBox title={scan.state === "scanning" ? "The first scan is running" : "Nothing has been judged yet"}>
          Findings appear here as soon as it is done{scan.why && scan.state !== "scanning" ? `; ${scan.why}` : ""}.
        </EmptyBox>
      )}
    </div>
  );
}
