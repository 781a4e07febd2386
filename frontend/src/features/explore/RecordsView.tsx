import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { NO_DATA } from "@/lib/money";
import type { ExploreSearch } from "@/lib/search";
import type { BaseParams } from "@/lib/view";
import { type Column, DataTable } from "@/ui/DataTable";
import { Notices } from "@/ui/Notices";
import { NothingMatches } from "@/ui/empty";
import { ErrorBox } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { recordsQuery } from "./query";

type RecordRow = Record<string, string | null> & { at: string };

/** What a person reads first; the rest follows in the order of the answer. */
const FIRST = ["ChargePeriodStart", "ServiceName", "BilledCost", "EffectiveCost", "ChargeDescription"];
const ON_PHONE = new Set(["ChargePeriodStart", "ServiceName", "BilledCost"]);

export function RecordsView({ params }: { params: BaseParams & { ResourceId?: string | undefined; key?: string | undefined } }) {
  const [search] = useSearchState<ExploreSearch>();
  const query = useInfiniteQuery(recordsQuery(params));
  const first = query.data?.pages[0];
  const rows = useMemo<RecordRow[]>(() => (query.data?.pages.flatMap((p) => p.items) ?? []).map((r, i) => ({ ...r, at: String(i) })), [query.data]);
  const columns = useMemo(() => columnsOf(first?.columns ?? []), [first]);
  const what = params.ResourceId ?? (params.key ? `charges without a resource, key ${params.key}` : null);
  if (query.isError && !first) return <div className="panel"><ErrorBox error={query.error} what="the records" onRetry={() => void query.refetch()} /></div>;
  if (!first) return <Skeleton height={640} radius={6} />;
  if (rows.length === 0) return <NothingMatches dataThrough={first.meta.data_through ?? ""} />;
  return (
    <>
    <Notices meta={first.meta} />
    <section className="panel" aria-label="Records">
      {query.isFetching && <div className="refetch" role="progressbar" aria-label="Loading the records" />}
      <div className="panel-head">
        <div style={{ minWidth: 0 }}>
          <h2 className="panel-title">Records of the bill</h2>
          <div className="panel-sub wrap-anywhere">
            {what ?? "All that match"}{" "}
            {what && <Link className="link" to="/cost/explore" search={{ ...search, res: undefined, key: undefined }}>Show all that match</Link>}
            {params.key && <>{" "}<Link className="link" to="/admin/rules" search={{ explain: params.key }}>Why this team?</Link></>}
          </div>
        </div>
      </div>
      <DataTable caption="Records" columns={columns} rows={rows} rowId={(r) => r.at} rowLabel={(r) => shortValue("ChargePeriodStart", r.ChargePeriodStart ?? null)} wide />
      <div className="row" style={{ padding: 10 }}>
        <span className="muted num">{rows.length.toLocaleString()} shown{query.hasNextPage ? "" : ", these are all"}</span>
        {query.hasNextPage && (
          <Button size="xs" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>
        )}
      </div>
    </section>
    </>
  );
}

function shortValue(column: string, value: string | null): string {
  if (value === null || value === "") return NO_DATA;
  return /(?:Start|End)$/.test(column) ? value.replace(/T00:00(?::00(?:\.0+)?)?Z?$/, "").replace("T", " ") : value;
}

function columnsOf(ids: readonly string[]): Column<RecordRow>[] {
  const order = [...FIRST.filter((c) => ids.includes(c)), ...ids.filter((c) => !FIRST.includes(c))];
  return order.map((id) => {
    const money = /(?:Cost|Quantity|Price)$/.test(id);
    return {
      id,
      header: id,
      ...(money ? { align: "right" as const } : {}),
      priority: ON_PHONE.has(id) ? 1 : 2,
      cell: (r: RecordRow) => <span className="num" title={r[id] ?? undefined}>{shortValue(id, r[id] ?? null)}</span>,
    };
  });
}
