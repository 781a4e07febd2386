/** The two honest empties of cost pages. */
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { SharedSearch } from "@/lib/search";
import { dayText } from "@/lib/period";
import { EmptyBox } from "./states";
import { useSearchState } from "./useSearchState";

export function NoCostData() {
  return (
    <div className="panel">
      <EmptyBox title="No cost data yet" action={<Button component={Link} to="/admin/status" size="xs" variant="default">Open Data health</Button>}>
        <p>Nothing has been ingested. Connect a bill on the machine where this runs:</p>
        <code className="command" style={{ margin: "8px 0" }}>fincc source add aws_cur --name bill --location s3://bucket/prefix</code>
        <code className="command">fincc ingest bill --wait</code>
        <p style={{ marginTop: 8 }}>If you have no access to that machine, ask whoever set this up. Data health shows how far an ingest has come.</p>
      </EmptyBox>
    </div>
  );
}

export function NothingMatches({ dataThrough }: { dataThrough: string }) {
  const [search, patch] = useSearchState<SharedSearch>();
  const narrowed = search.scope !== undefined || (search.f?.length ?? 0) > 0;
  return (
    <div className="panel">
      <EmptyBox
        title="No cost in this view"
        action={
          <div className="row">
            {narrowed && (
              <Button size="xs" variant="default" onClick={() => patch({ scope: undefined, f: undefined })}>
                Clear scope and filters
              </Button>
            )}
            <Button size="xs" variant="default" onClick={() => patch({ range: undefined, from: undefined, to: undefined })}>
              Show the last 30 days
            </Button>
          </div>
        }
      >
        {narrowed ? "No record matches the scope and filters in this time range." : "No record lies in this time range."} There is data
        through {dayText(dataThrough)}.
      </EmptyBox>
    </div>
  );
}
