/** Findings with what narrows them beside them, and what can be done with those that are selected. */
import { Button, CloseButton, Drawer, SegmentedControl, Skeleton } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconCircleCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { dayText } from "@/lib/period";
import type { UntaggedSearch } from "@/lib/search";
import { Amount } from "@/ui/Amount";
import { EmptyBox, ErrorBox } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { useNarrow } from "@/ui/useNarrow";
import { useSearchState } from "@/ui/useSearchState";
import { ActionBar } from "./ActionBar";
import { AssignDialog } from "./AssignDialog";
import { ExemptDialog } from "./ExemptDialog";
import { Facets } from "./Facets";
import { FindingDrawer } from "./FindingDrawer";
import { FindingTable } from "./FindingTable";
import { OwnerCsv } from "./OwnerCsv";
import { type FilterWord, NO_FILTERS, filterWords, findingsParams } from "./filters";
import { findingsQuery } from "./queries";
import type { FindingList, FindingOut, FindingState, ScanOut } from "./types";
import { type Changes, useChanges } from "./useChanges";
import { useChoice } from "./useChoice";
import { useRowKeys } from "./useRowKeys";
import { countText } from "./words";

interface FinderProps {
  scan: ScanOut;
  scannedAt: string;
}

export function Finder({ scan, scannedAt }: FinderProps) {
  const [search, patch] = useSearchState<UntaggedSearch>();
  const may = useMay("findings:write");
  const narrow = useNarrow();
  const params = findingsParams(search);
  const query = useInfiniteQuery(findingsQuery(params));
  const rows = useMemo(() => query.data?.pages.flatMap((p) => p.items) ?? [], [query.data]);
  const first = query.data?.pages[0];
  const choice = useChoice(params, rows, first?.total ?? 0);
  const changes = useChanges(choice.none, choice.drop);
  const state = search.state ?? "open";
  const selection = may === true && state !== "closed" ? choice.selection : undefined;
  const table = useRef<HTMLElement>(null);
  useRowKeys(table, selection);
  const words = filterWords(search, first?.facets ?? {});
  const facets = first && <Facets facets={first.facets} currency={first.meta.currency} />;
  return (
    <>
      <Outcome changes={changes} isOnTop={search.finding === undefined} />
      <div className="finder">
        {!narrow && <aside className="panel facet-panel" aria-label="Narrow down">{facets ?? <Skeleton height={640} radius={6} />}</aside>}
        <section ref={table} className="panel" aria-label="Findings">
          {query.isFetching && <div className="refetch" role="progressbar" aria-label="Loading the findings" />}
          <div className="panel-head">
            <SegmentedControl
              size="xs"
              aria-label="State of the findings"
              value={state}
              data={[{ value: "open", label: "Open" }, { value: "exempt", label: "Exempt" }, { value: "closed", label: "Closed" }]}
              onChange={(value) => patch({ state: value === "open" ? undefined : (value as "exempt" | "closed"), finding: undefined })}
            />
            <div className="row">
              {narrow && <FacetSheet count={words.length}>{facets}</FacetSheet>}
              {first && first.meta.other_currencies.length > 0 && first.meta.currency && (
                <SegmentedControl size="xs" aria-label="Currency" value={first.meta.currency} data={[first.meta.currency, ...first.meta.other_currencies]} onChange={(cur) => patch({ cur })} />
              )}
              {first && <OwnerCsv search={search} owners={first.facets.team ?? []} currency={first.meta.currency} />}
            </div>
          </div>
          <Chips words={words} />
          {query.isError && <ErrorBox error={query.error} what="the findings" onRetry={() => void query.refetch()} />}
          {!first && !query.isError && <div aria-busy="true"><Skeleton height={640} radius={6} /></div>}
          {first && rows.length === 0 && <NoFindings state={state} narrowed={words.length > 0} resources={scan.resources ?? 0} day={dayText(scannedAt)} />}
          {first && rows.length > 0 && (
            <>
              <Count first={first} rows={rows} />
              <FindingTable rows={rows} selection={selection} />
            </>
          )}
          {query.hasNextPage && (
            <div style={{ padding: 10 }}>
              <Button size="xs" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>
            </div>
          )}
        </section>
      </div>
      {selection && <ActionBar choice={choice} total={first?.total ?? 0} state={state} changes={changes} />}
      <FindingDrawer id={search.finding} onClose={() => patch({ finding: undefined })} changes={changes} />
      <Dialogs changes={changes} />
    </>
  );
}

function Dialogs({ changes: { asked, ask, busy, error, exempt, assign } }: { changes: Changes }) {
  if (!asked) return null;
  const { what, findings } = asked;
  const common = { busy, error, onClose: () => ask(null) };
  return what === "exempt" ? <ExemptDialog ids={findings.map((f) => f.id)} onExempt={exempt} {...common} /> : <AssignDialog findings={findings} onAssign={assign} {...common} />;
}

/** `isOnTop`: nothing is open above it. What was used to change findings is gone by then, so the focus goes to the way back. */
function Outcome({ changes: { done, goingBack, backError }, isOnTop }: { changes: Changes; isOnTop: boolean }) {
  const wayBack = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (done && isOnTop) wayBack.current?.focus();
    // Only what has just been done moves the focus, not what is opened or closed after it.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [done]);
  return (
    <div role="status" className="quiet">
      {done && (
        <div className="notice" data-tone="info">
          <IconCircleCheck size={16} aria-hidden />
          <div className="notice-body">{done.text}</div>
          {done.undo && <Button ref={wayBack} size="compact-xs" variant="default" loading={goingBack} onClick={done.undo}>Undo</Button>}
        </div>
      )}
      {backError && <div className="notice" data-tone="error"><div className="notice-body">That was not taken back: {backError.message}</div></div>}
    </div>
  );
}

function FacetSheet({ count, children }: { count: number; children: ReactNode }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" leftSection={<IconAdjustmentsHorizontal size={14} aria-hidden />} onClick={() => setOpened(true)}>{count > 0 ? `Filters (${count})` : "Filters"}</Button>
      <Drawer opened={opened} onClose={() => setOpened(false)} position="bottom" styles={{ content: { height: "auto", maxHeight: "90dvh" } }} title="Filters" closeButtonProps={{ "aria-label": "Close" }}>
        {children}
      </Drawer>
    </>
  );
}

function Chips({ words }: { words: FilterWord[] }) {
  const [, patch] = useSearchState<UntaggedSearch>();
  if (words.length === 0) return null;
  return (
    <div className="row finder-chips">
      <ul className="chips" aria-label="Filters">
        {words.map((w) => (
          <li key={w.words} className="chip">
            <bdi className="wrap-anywhere">{w.words}</bdi>
            <CloseButton size="xs" aria-label={`Remove filter: ${w.words}`} onClick={() => patch(w.without as Partial<UntaggedSearch>)} />
          </li>
        ))}
      </ul>
      <Button size="compact-xs" variant="default" onClick={() => patch(NO_FILTERS)}>Clear filters</Button>
    </div>
  );
}

function Count({ first, rows }: { first: FindingList; rows: FindingOut[] }) {
  const shown = rows.length < first.total ? `${rows.length.toLocaleString()} of ${first.total.toLocaleString()} findings` : countText(first.total, "finding", "findings");
  return (
    <p className="panel-sub num finder-count" role="status">
      {shown}
      {first.total_cost && <>, <Amount money={first.total_cost} scale={2} /> in 30 days</>}
    </p>
  );
}

function NoFindings({ state, narrowed, resources, day }: { state: FindingState; narrowed: boolean; resources: number; day: string }) {
  const [, patch] = useSearchState<UntaggedSearch>();
  if (narrowed) {
    return <EmptyBox title="No finding matches" action={<Button size="xs" variant="default" onClick={() => patch(NO_FILTERS)}>Clear filters</Button>}>No {state} finding has all of these.</EmptyBox>;
  }
  if (state !== "open") return <EmptyBox title={`No ${state} finding`}>{state === "exempt" ? "Nobody has exempted a resource from the policy." : "No finding has been put right yet."}</EmptyBox>;
  return <EmptyBox title="Everything has its tags">On {day} no resource lacked a tag that the policy asks for, in {resources.toLocaleString()} that were looked at.</EmptyBox>;
}
