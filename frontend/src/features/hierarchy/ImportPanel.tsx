/** A new hierarchy: first what it would change, then, on a second word, the change. */
import { Button, FileButton } from "@mantine/core";
import { IconAlertTriangle, IconUpload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { hierarchyQuery } from "@/api/queries";
import type { Org } from "@/api/types";
import { lineProblems } from "@/lib/document";
import { DocumentEditor } from "@/ui/DocumentEditor";
import { ErrorBox } from "@/ui/states";
import { ChangeTable } from "./ChangeTable";
import { changeRows } from "./changes";
import { EXAMPLE, formatOf } from "./formats";
import { orgQuery, sendOrg } from "./queries";

const BAD_DOCUMENT = 422;
const OUTDATED = 412;

const statusOf = (error: Error | null): number => (error instanceof ApiError ? error.status : 0);

export function ImportPanel({ org, may, onDone }: { org: Org; may: boolean; onDone: () => void }) {
  const client = useQueryClient();
  const [text, setText] = useState(org.version === 0 ? EXAMPLE : "");
  const [fileName, setFileName] = useState("");
  const check = useMutation({ mutationFn: sendOrg });
  const apply = useMutation({
    mutationFn: sendOrg,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["org"] });
      void client.invalidateQueries({ queryKey: hierarchyQuery.queryKey });
      onDone();
    },
  });
  const sending = { text, format: formatOf(text, fileName), version: org.version };
  const edit = (next: string, name = fileName): void => {
    setText(next);
    setFileName(name);
    check.reset();
    apply.reset();
  };
  const checkAgain = async (): Promise<void> => {
    apply.reset();
    const { version } = await client.fetchQuery({ ...orgQuery(undefined), staleTime: 0 });
    check.mutate({ ...sending, version, dryRun: true });
  };
  const failed = check.error ?? apply.error;
  const problems = failed instanceof ApiError && failed.status === BAD_DOCUMENT ? lineProblems(failed.problem.errors) : [];
  const checked = check.data !== undefined && check.variables.text === text;
  return (
    <section className="panel" aria-label="Import a hierarchy">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">Import a hierarchy</h2>
          <div className="panel-sub">A YAML or CSV file replaces what there is, from its effective date on. Nothing changes before you apply it.</div>
        </div>
        <FileButton accept=".yaml,.yml,.json,.csv" onChange={(file) => void file?.text().then((read) => edit(read, file.name))}>
          {(props) => <Button {...props} size="xs" variant="default" leftSection={<IconUpload size={14} aria-hidden />}>Choose a file</Button>}
        </FileButton>
      </div>
      <div className="panel-body stack">
        <DocumentEditor label="Hierarchy document" value={text} onChange={(next) => edit(next)} problems={problems} />
        <div className="row">
          <Button size="xs" variant={checked ? "default" : "filled"} loading={check.isPending} disabled={!may || text.trim() === ""} onClick={() => check.mutate({ ...sending, dryRun: true })}>
            Show what would change
          </Button>
          <span className="muted">{text.trim() === "" ? "Choose a file, or paste its text above." : `Read as ${sending.format}${fileName ? `, ${fileName}` : ""}.`}</span>
        </div>
        {failed && problems.length === 0 && statusOf(failed) !== OUTDATED && <ErrorBox error={failed} what="the import" onRetry={() => check.mutate({ ...sending, dryRun: true })} />}
        {statusOf(apply.error) === OUTDATED && (
          <div className="notice" role="alert">
            <IconAlertTriangle size={16} aria-hidden />
            <div className="notice-body">Not applied: {apply.error?.message}</div>
            <Button size="compact-xs" variant="default" onClick={() => void checkAgain()}>Compare with the newest</Button>
          </div>
        )}
        {checked && <ChangeTable answer={check.data} rows={changeRows(check.data.changes)} applying={apply.isPending} onApply={() => apply.mutate({ ...sending, version: check.variables.version, dryRun: false })} />}
      </div>
    </section>
  );
}
