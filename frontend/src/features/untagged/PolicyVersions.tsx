/** Every policy that was ever published; an older one can be read and used again. */
import { Button, Drawer, Skeleton, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { instantText } from "@/lib/period";
import type { PolicySearch } from "@/lib/search";
import { type Column, DataTable } from "@/ui/DataTable";
import { DocumentEditor } from "@/ui/DocumentEditor";
import { StatusWord } from "@/ui/StatusWord";
import type { Draft } from "@/ui/documents/useDraft";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { useSearchState } from "@/ui/useSearchState";
import { versionQuery, versionsQuery } from "./queries";
import type { PolicySummary } from "./types";

export function PolicyVersions({ draft }: { draft: Draft }) {
  const [search, patch] = useSearchState<PolicySearch>();
  const query = useQuery(versionsQuery);
  const open = (v: PolicySummary): void => patch({ v: String(v.version) });
  const again = (text: string): void => {
    draft.edit(text);
    patch({ view: undefined, v: undefined });
  };
  return (
    <section className="panel" aria-label="Versions">
      <QueryPanel query={query} what="the versions" skeleton={<Skeleton height={240} radius={6} />}>
        {(data) =>
          data.items.length === 0 ? (
            <EmptyBox title="Nothing published yet">The first policy that you publish is the first version.</EmptyBox>
          ) : (
            <>
              <div className="panel-head"><h2 className="panel-title">Published versions</h2></div>
              <DataTable caption="Versions" columns={columnsOf(open)} rows={data.items} rowId={(v) => String(v.version)} rowLabel={(v) => instantText(v.published_at)} onOpen={open} />
            </>
          )
        }
      </QueryPanel>
      <Drawer opened={search.v !== undefined} onClose={() => patch({ v: undefined })} position="right" size="xl" title="Tag policy" closeButtonProps={{ "aria-label": "Close" }}>
        {search.v !== undefined && <OldVersion version={search.v} draft={draft} onAgain={again} />}
      </Drawer>
    </section>
  );
}

const columnsOf = (open: (version: PolicySummary) => void): Column<PolicySummary>[] => [
  { id: "name", header: "Published", cell: (v) => <UnstyledButton className="open-row link" onClick={() => open(v)} aria-haspopup="dialog">{instantText(v.published_at)}</UnstyledButton> },
  { id: "by", header: "By", cell: (v) => <span className="wrap-anywhere">{v.published_by}</span> },
  { id: "state", header: "State", cell: (v) => (v.active ? <StatusWord tone="ok">Active</StatusWord> : <StatusWord tone="idle">Earlier</StatusWord>) },
  { id: "version", header: "Version", align: "right", priority: 2, cell: (v) => <span className="mono">{v.version}</span> },
];

function OldVersion({ version, draft, onAgain }: { version: string; draft: Draft; onAgain: (text: string) => void }) {
  const query = useQuery(versionQuery(version));
  const may = useMay("findings:write", "everywhere");
  const why = !may ? "You may see the policy, not publish it" : draft.dirty ? "You have unsaved changes: publish or discard them first" : undefined;
  return (
    <QueryPanel query={query} what="this version" skeleton={<Skeleton height={420} radius={6} />}>
      {(policy) => (
        <div className="stack">
          <div className="row spread">
            <span className="muted">{policy.document === draft.text ? "This is the active policy." : why ?? "Takes this policy as a draft. After a test it can be published, as a new version."}</span>
            <Button size="xs" disabled={why !== undefined || policy.document === draft.text} title={why} onClick={() => onAgain(policy.document)}>Use again</Button>
          </div>
          <DocumentEditor label="Policy document of this version" value={policy.document} />
        </div>
      )}
    </QueryPanel>
  );
}
