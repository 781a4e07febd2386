import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { hierarchyQuery } from "@/api/queries";
import type { ResourceItem } from "@/api/types";
import { NO_DATA, scaleOf } from "@/lib/money";
import type { ExploreSearch } from "@/lib/search";
import type { BaseParams } from "@/lib/view";
import { Amount } from "@/ui/Amount";
import { type Column, DataTable } from "@/ui/DataTable";
import { Notices } from "@/ui/Notices";
import { NothingMatches } from "@/ui/empty";
import { ErrorBox } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { resourcesQuery } from "./query";

const recordsOf = (search: ExploreSearch, r: ResourceItem): ExploreSearch => ({
  ...search,
  view: "records",
  res: r.ResourceId ?? undefined,
  key: r.ResourceId ? undefined : r.key,
});

export function ResourcesView({ params }: { params: BaseParams }) {
  const [search] = useSearchState<ExploreSearch>();
  const query = useInfiniteQuery(resourcesQuery(params));
  const hierarchy = useQuery(hierarchyQuery);
  const names = useMemo(() => new Map((hierarchy.data?.nodes ?? []).map((n) => [n.id, n.name])), [hierarchy.data]);
  const rows = useMemo(() => query.data?.pages.flatMap((p) => p.items) ?? [], [query.data]);
  const columns = useMemo(() => columnsOf(search, rows, names), [search, rows, names]);
  const first = query.data?.pages[0];
  if (query.isError && !first) return <div className="panel"><ErrorBox error={query.error} what="the resources" onRetry={() => void query.refetch()} /></div>;
  if (!first) return <Skeleton height={640} radius={6} />;
  if (rows.length === 0) return <NothingMatches dataThrough={first.meta.data_through ?? ""} />;
  const total = first.total ?? rows.length;
  return (
    <>
      <Notices meta={first.meta} />
      <section className="panel" aria-label="Resources">
        {query.isFetching && <div className="refetch" role="progressbar" aria-label="Loading the resources" />}
        <div className="panel-head">
          <div>
            <h2 className="panel-title">Resources</h2>
            <div className="panel-sub num">{rows.length < total ? `${rows.length.toLocaleString()} of ${total.toLocaleString()}, the most expensive first` : `${total.toLocaleString()}, the most expensive first`}</div>
          </div>
        </div>
        <DataTable
          caption="Resources"
          columns={columns}
          rows={rows}
          rowId={(r) => `${r.ResourceId ?? ""}|${r.key}`}
          rowLabel={nameOf}
          sheetActions={(r) => (
            <>
              <Link className="button-link" to="/cost/explore" search={recordsOf(search, r)}>
                Show its records
              </Link>
              <Link className="link" to="/admin/rules" search={{ explain: r.key }}>
                Why this team?
              </Link>
            </>
          )}
        />
        {query.hasNextPage && (
          <div style={{ padding: 10 }}>
            <Button size="xs" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>
          </div>
        )}
      </section>
    </>
  );
}

/** Last part of an ARN or path; the whole id is in the tooltip. */
const nameOf = (r: ResourceItem): string => (r.ResourceId ? (r.ResourceId.split(/[/:]/).findLast((part) => part !== "") ?? r.ResourceId) : "No resource");

function columnsOf(search: ExploreSearch, rows: readonly ResourceItem[], names: Map<string, string>): Column<ResourceItem>[] {
  const scale = scaleOf(rows.map((r) => r.cost.amount));
  return [
    {
      id: "name",
      header: "Resource",
      cell: (r) => (
        <Link to="/cost/explore" search={recordsOf(search, r)} title={r.ResourceId ?? `Charges without a resource, key ${r.key}`}>
          {nameOf(r)}
        </Link>
      ),
    },
    { id: "service", header: "Cloud service", cell: (r) => r.ServiceName ?? NO_DATA },
    { id: "account", header: "Account", priority: 2, cell: (r) => <span className="num">{r.SubAccountId ?? NO_DATA}</span> },
    { id: "region", header: "Region", priority: 2, cell: (r) => <span className="num">{r.RegionId ?? NO_DATA}</span> },
    { id: "team", header: "Team", priority: 2, cell: (r) => (r.x_TeamId ? (names.get(r.x_TeamId) ?? r.x_TeamId) : <span className="muted">Unattributable</span>) },
    { id: "rule", header: "Rule", priority: 2, cell: (r) => <Link className="link num" to="/admin/rules" search={{ explain: r.key }} title="Why this team?">{r.x_AttributionRuleId ?? "Why?"}</Link> },
    { id: "before", header: "Before", align: "right", priority: 2, cell: (r) => <Amount money={r.previous_cost} scale={scale} /> },
    { id: "cost", header: "Cost", align: "right", cell: (r) => <Amount money={r.cost} scale={scale} /> },
  ];
}
