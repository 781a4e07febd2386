/** Any question about cost: range, grouping, filters, comparison; the end of every drill-down. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { COSTS_PATH, costsQuery, freshnessQuery, hierarchyQuery } from "@/api/queries";
import type { ExploreSearch } from "@/lib/search";
import { baseParams } from "@/lib/view";
import { ExportCsv } from "@/ui/ExportCsv";
import { FilterChips } from "@/ui/FilterChips";
import { PageHeader } from "@/ui/PageHeader";
import { NoCostData } from "@/ui/empty";
import { QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { GroupsView } from "./GroupsView";
import { QueryBar } from "./QueryBar";
import { RecordsView } from "./RecordsView";
import { ResourcesView } from "./ResourcesView";
import { answerOf } from "./answer";
import { RECORDS_PATH, RESOURCES_PATH, groupsOf, tableParams } from "./query";

const VIEWS = [
  { view: undefined, label: "Groups" },
  { view: "resources", label: "Resources" },
  { view: "records", label: "Records" },
] as const;

export function ExplorePage() {
  const [search] = useSearchState<ExploreSearch>();
  const fresh = useQuery(freshnessQuery);
  const hierarchy = useQuery(hierarchyQuery);
  const scopeType = hierarchy.data?.nodes.find((n) => n.id === search.scope)?.type ?? null;
  const ready = search.scope === undefined || search.group !== undefined || !hierarchy.isPending;
  const base = ready ? baseParams(search, fresh.data?.as_of ?? null) : null;
  const groups = groupsOf(search, scopeType);
  const table = base && tableParams(search, base, groups);
  const query = useQuery(costsQuery(table));
  const narrowed = base && { ...base, ResourceId: search.res, key: search.key };
  const csv = { groups: [COSTS_PATH, table], resources: [RESOURCES_PATH, base], records: [RECORDS_PATH, narrowed] }[search.view ?? "groups"] as [string, Record<string, unknown> | null];

  let body: ReactNode = <Skeleton height={640} radius={6} />;
  if (fresh.isError && !base) body = <div className="panel"><QueryPanel query={fresh} what="the newest day" skeleton={null}>{() => null}</QueryPanel></div>;
  else if (fresh.data && fresh.data.data_through === null) body = <NoCostData />;
  else if (base && table) {
    if (search.view === "resources") body = <ResourcesView params={base} />;
    else if (search.view === "records") body = <RecordsView params={{ ...base, ResourceId: search.res, key: search.key }} />;
    else body = <GroupsView base={base} groups={groups} scopeType={scopeType} table={query} />;
  }

  return (
    <>
      <PageHeader scoped title="Explore" answer={query.data ? answerOf(query.data) : ""} actions={<ExportCsv path={csv[0]} query={csv[1]} />} />
      <QueryBar groups={groups} />
      <FilterChips />
      <nav className="tabs" aria-label="Depth">
        {VIEWS.map(({ view, label }) => (
          <Link
            key={label}
            to="/cost/explore"
            search={{ ...search, view, res: undefined, key: undefined }}
            activeOptions={{ exact: true }}
            aria-current={search.view === view ? "page" : undefined}
          >
            {label}
          </Link>
        ))}
      </nav>
      {body}
    </>
  );
}
