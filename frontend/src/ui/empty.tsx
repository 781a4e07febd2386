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
      <EmptyBox title="No cost data yet" action={<Button component={Link} to="/admin/connectors" size="xs" variant="default">Open Connectors</Button>}>
        <p>No bill has been read. Connectors shows the sources that there are and how far each has come, and adds the first one.</p>
        <p style={{ marginTop: 8 }}>If you may not add one, ask whoever runs this installation.</p>
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
            <Button size="xs" variant="default" onClick={() => patch({ range: undefined, from: undefined, to: undefined, frozen: undefined })}>
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
