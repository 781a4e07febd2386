/** Every rule set that was ever published; an older one can be read and used again. */
import { Button, Drawer, Skeleton, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { RuleSetSummary } from "@/api/types";
import { instantText } from "@/lib/period";
import type { RulesSearch } from "@/lib/search";
import { type Column, DataTable } from "@/ui/DataTable";
import { DocumentEditor } from "@/ui/DocumentEditor";
import { StatusWord } from "@/ui/StatusWord";
import type { Draft } from "@/ui/documents/useDraft";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { useNarrow } from "@/ui/useNarrow";
import { useSearchState } from "@/ui/useSearchState";
import { versionQuery, versionsQuery } from "./queries";

export function VersionsView({ draft }: { draft: Draft }) {
  const [search, patch] = useSearchState<RulesSearch>();
  const query = useQuery(versionsQuery);
  const open = (v: number): void => patch({ v: String(v) });
  const again = (text: string): void => {
    draft.edit(text);
    patch({ view: undefined, v: undefined });
  };
  return (
    <section className="panel" aria-label="Versions">
      <QueryPanel query={query} what="the versions" skeleton={<Skeleton height={240} radius={6} />}>
        {(data) =>
          data.items.length > 0 ? (
            <>
              <div className="panel-head"><h2 className="panel-title">Published versions</h2></div>
              <DataTable caption="Versions" columns={columnsOf(open)} rows={data.items} rowId={(v) => String(v.version)} rowLabel={(v) => instantText(v.published_at)} onOpen={(v) => open(v.version)} />
            </>
          ) : (
            <EmptyBox title="Nothing published yet">The starter rules apply. The first rules that you publish are the first version.</EmptyBox>
          )
        }
      </QueryPanel>
      <Drawer opened={search.v !== undefined} onClose={() => patch({ v: undefined })} position="right" size="xl" title="Rule set" closeButtonProps={{ "aria-label": "Close" }}>
        {search.v !== undefined && <OldVersion version={search.v} draft={draft} onAgain={again} />}
      </Drawer>
    </section>
  );
}

const columnsOf = (open: (version: number) => void): Column<RuleSetSummary>[] => [
  { id: "name", header: "Published", cell: (v) => <UnstyledButton className="open-row link" onClick={() => open(v.version)} aria-haspopup="dialog">{instantText(v.published_at)}</UnstyledButton> },
  { id: "by", header: "By", cell: (v) => <span className="wrap-anywhere">{v.published_by}</span> },
  { id: "state", header: "State", cell: (v) => (v.active ? <StatusWord tone="ok">Active</StatusWord> : <StatusWord tone="idle">Earlier</StatusWord>) },
  { id: "rules", header: "Rules", align: "right", priority: 2, cell: (v) => <span className="num">{v.rules}</span> },
  { id: "version", header: "Version", align: "right", priority: 2, cell: (v) => <span className="mono">{v.version}</span> },
];

function OldVersion({ version, draft, onAgain }: { version: string; draft: Draft; onAgain: (text: string) => void }) {
  const query = useQuery(versionQuery(version));
  const may = useMay("ownership:write");
  const narrow = useNarrow();
  const why = !may ? "You may see rules, not publish them" : draft.dirty ? "You have unsaved changes: publish or discard them first" : undefined;
  return (
    <QueryPanel query={query} what="this version" skeleton={<Skeleton height={420} radius={6} />}>
      {(set) => (
        <div className="stack">
          <div className="row spread">
            <span className="muted">{set.rules.length} rules, version <span className="mono">{set.version}</span></span>
            {!narrow && <Button size="xs" disabled={why !== undefined || set.document === draft.text} title={why} onClick={() => onAgain(set.document)}>Use again</Button>}
          </div>
          {!narrow && <p className="muted">{set.document === draft.text ? "These are the active rules." : why ?? "Takes these rules as a draft. After a dry run they can be published, as a new version."}</p>}
          <DocumentEditor label="Rule document of this version" value={set.document} />
        </div>
      )}
    </QueryPanel>
  );
}
