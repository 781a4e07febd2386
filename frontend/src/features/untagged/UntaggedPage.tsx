/** Which resources lack what, what they cost, and whose they likely are. */
import "./untagged.css";
import { Button, Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, lazy, useEffect, useRef } from "react";
import type { UntaggedSearch } from "@/lib/search";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { useSearchState } from "@/ui/useSearchState";
import { Coverage } from "./Coverage";
import { Finder } from "./Finder";
import { GovernanceTabs } from "./GovernanceTabs";
import { ScanNotices } from "./ScanNotices";
import { coverageQuery, scanQuery, startScan, useChange } from "./queries";
import type { ScanOut } from "./types";
import { coverageSentence } from "./words";

/** Who has no policy yet needs the editor, everybody else does not. */
const FirstPolicy = lazy(() => import("./FirstPolicy"));

export function UntaggedPage() {
  const [search] = useSearchState<UntaggedSearch>();
  const scan = useQuery(scanQuery);
  const coverage = useQuery(coverageQuery(search.cur));
  const isJudged = scan.data !== undefined && scan.data.policy_version > 0;
  useNewFindings(scan.data);
  return (
    <>
      <PageHeader title="Untagged" answer={isJudged && coverage.data?.total ? coverageSentence(coverage.data) : ""} actions={isJudged && <ScanNow scan={scan.data} />} />
      <GovernanceTabs />
      <QueryPanel query={scan} what="the scan" skeleton={<Skeleton height={640} radius={6} />}>
        {(data) => <Content scan={data} currency={search.cur} />}
      </QueryPanel>
    </>
  );
}

/** When a scan has ended, what it found is asked for. */
function useNewFindings(scan: ScanOut | undefined): void {
  const client = useQueryClient();
  const before = useRef(scan?.state);
  useEffect(() => {
    if (before.current === "scanning" && scan?.state !== "scanning") void client.invalidateQueries({ queryKey: ["compliance"] });
    before.current = scan?.state;
  }, [client, scan?.state]);
}

function ScanNow({ scan }: { scan: ScanOut }) {
  const may = useMay("findings:write");
  const start = useChange(startScan);
  if (!may) return null;
  return (
    <span className="row" role="status">
      {start.error && <span className="unfavourable">{start.error.message}</span>}
      <Button size="xs" variant="default" loading={start.isPending} disabled={scan.state === "scanning"} onClick={() => start.mutate(undefined)}>{scan.state === "scanning" ? "Scanning" : "Scan now"}</Button>
    </span>
  );
}

function Content({ scan, currency }: { scan: ScanOut; currency: string | undefined }) {
  if (scan.policy_version === 0) {
    return (
      <Suspense fallback={<Skeleton height={640} radius={6} />}>
        <FirstPolicy />
      </Suspense>
    );
  }
  if (scan.data_through === null && (scan.resources ?? 0) === 0) return <NoBill />;
  return (
    <>
      <ScanNotices scan={scan} />
      {scan.scanned_at !== null && <Coverage currency={currency} />}
      <Finder scan={scan} />
    </>
  );
}

function NoBill() {
  return (
    <div className="panel">
      <EmptyBox title="No bill and no cloud yet" action={<div className="row"><Button component={Link} to="/admin/connectors" size="xs" variant="default">Open Connectors</Button><Button component={Link} to="/governance/clouds" size="xs" variant="default">Open Cloud accounts</Button></div>}>
        The policy is there. What lacks a tag is found in the bill, and in the accounts of a cloud whose resources are listed; neither has been read.
      </EmptyBox>
    </div>
  );
}
