/** Who belongs where, and since when: the tree that every cost is grouped by. */
import { Button, Skeleton } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Org } from "@/api/types";
import { dayText } from "@/lib/period";
import type { HierarchySearch } from "@/lib/search";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { useSearchState } from "@/ui/useSearchState";
import { HierarchyTree } from "./HierarchyTree";
import { ImportPanel } from "./ImportPanel";
import { EXAMPLE } from "./formats";
import { DOCUMENT_PATH, orgQuery } from "./queries";
import { countText } from "./tree";

export function HierarchyPage() {
  const [search, patch] = useSearchState<HierarchySearch>();
  const may = useMay("ownership:write");
  const query = useQuery(orgQuery(search.on));
  const org = query.data;
  const has = org !== undefined && org.version > 0;
  return (
    <>
      <PageHeader
        title="Hierarchy"
        answer={has ? `${countText(org.nodes)} on ${dayText(org.as_of)}.` : ""}
        actions={
          <>
            {has && <Button component="a" size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} href={DOCUMENT_PATH} download="hierarchy.yaml" data-hotkey="export">YAML</Button>}
            {search.view === "import" ? (
              <Button size="xs" variant="default" onClick={() => patch({ view: undefined })}>Back to the tree</Button>
            ) : (
              <Button size="xs" variant={has ? "filled" : "default"} disabled={!may} title={may === false ? "You may see the hierarchy, not change it" : undefined} onClick={() => patch({ view: "import" })}>Import</Button>
            )}
          </>
        }
      />
      <QueryPanel query={query} what="the hierarchy" skeleton={<Skeleton height={520} radius={6} />}>
        {(data) => (search.view === "import" ? <ImportPanel org={data} may={may !== false} onDone={() => patch({ view: undefined, on: undefined, q: undefined, closed: undefined })} /> : <Content org={data} may={may === true} onImport={() => patch({ view: "import" })} />)}
      </QueryPanel>
    </>
  );
}

function Content({ org, may, onImport }: { org: Org; may: boolean; onImport: () => void }) {
  if (org.version > 0) return <HierarchyTree org={org} />;
  return (
    <div className="panel">
      <EmptyBox
        title="No hierarchy yet"
        action={may ? <Button size="xs" onClick={onImport}>Start from this example</Button> : <span className="muted">You may see the hierarchy, not change it. Ask whoever runs FinOps to import one.</span>}
      >
        <p>Without groups, units and teams all cost is Unattributable. They come from a YAML or CSV file, for instance:</p>
        <pre className="command" style={{ marginTop: 8, whiteSpace: "pre-wrap" }}>{EXAMPLE}</pre>
      </EmptyBox>
    </div>
  );
}
