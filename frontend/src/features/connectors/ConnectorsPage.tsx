/** Is data arriving? Every source with its state, and the way to add one. */
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { sourcesQuery } from "@/api/queries";
import type { Source } from "@/api/types";
import type { ConnectorsSearch } from "@/lib/search";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { useSearchState } from "@/ui/useSearchState";
import { AddWizard } from "./AddWizard";
import { Failures } from "./Failures";
import { SourceTable } from "./SourceTable";

/** What `add` says before a kind is picked. */
const PICK = "kind";

export function ConnectorsPage() {
  const [search] = useSearchState<ConnectorsSearch>();
  const sources = useQuery(sourcesQuery);
  const mayAdd = useMay("sources:write") === true;
  if (search.add && mayAdd) return <AddWizard kind={search.add === PICK ? null : search.add} />;
  return (
    <>
      <PageHeader title="Connectors" answer={sources.data ? sentence(sources.data.items) : ""} actions={mayAdd && sources.data?.items.length !== 0 && <AddButton />} />
      <QueryPanel query={sources} what="the sources" skeleton={<Skeleton height={260} radius={6} />}>
        {(data) =>
          data.items.length === 0 ? (
            <NoSources mayAdd={mayAdd} />
          ) : (
            <>
              <Failures sources={data.items} />
              <section className="panel" aria-label="Sources">
                <div className="panel-head">
                  <h2 className="panel-title">Sources</h2>
                </div>
                <SourceTable sources={data.items} now={sources.dataUpdatedAt} />
              </section>
            </>
          )
        }
      </QueryPanel>
    </>
  );
}

function AddButton() {
  return (
    <Link className="button-link" to="/admin/connectors" search={{ add: PICK }}>
      Add a source
    </Link>
  );
}

function NoSources({ mayAdd }: { mayAdd: boolean }) {
  return (
    <div className="panel">
      <EmptyBox title="No source yet" action={mayAdd ? <AddButton /> : <Button component={Link} to="/admin/data-health" size="xs" variant="default">Open Data health</Button>}>
        {mayAdd ? (
          <>
            <p>A source is a place where a bill lies: a bucket, a folder or a file. Add the first one; it is checked before anything is stored.</p>
            <p style={{ marginTop: 8 }}>To look around without a bill of your own, start a demo company on the machine where this runs:</p>
            <code className="command" style={{ marginTop: 8 }}>fincc demo</code>
          </>
        ) : (
          <p>Whoever runs this installation can add one; your account may only look.</p>
        )}
      </EmptyBox>
    </div>
  );
}

function sentence(sources: Source[]): string {
  const count = (n: number, word: string): string => `${n} ${word}`;
  const failing = sources.filter((s) => s.state === "failing").length;
  const paused = sources.filter((s) => s.paused).length;
  const running = sources.filter((s) => s.job !== null).length;
  if (sources.length === 0) return "Nothing is connected yet.";
  const parts = [failing > 0 && count(failing, failing === 1 ? "fails" : "fail"), running > 0 && count(running, "at work"), paused > 0 && count(paused, "paused")].filter((p) => p !== false);
  const what = sources.length === 1 ? "1 source" : `${sources.length} sources`;
  return parts.length > 0 ? `${what}: ${parts.join(", ")}.` : `${what}, and all are well.`;
}
