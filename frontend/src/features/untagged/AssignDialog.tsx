import { Button, Modal, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { hierarchyQuery } from "@/api/queries";
import { useFocusBack } from "@/ui/useFocusBack";
import type { FindingOut } from "./types";
import type { Changes } from "./useChanges";
import { countText, suggestedOwner } from "./words";

/** Stands for nobody in the list of teams. */
const NOBODY = "";

interface AssignDialogProps {
  findings: FindingOut[];
  busy: boolean;
  error: Error | null;
  onAssign: Changes["assign"];
  onClose: () => void;
}

/** Whose findings are, where no attribution rule says so. What all of them are guessed to be is filled in. */
export function AssignDialog({ findings, busy, error, onAssign, onClose }: AssignDialogProps) {
  useFocusBack();
  const hierarchy = useQuery(hierarchyQuery);
  const free = findings.filter((f) => f.owner === null);
  const owned = findings.length - free.length;
  const [team, setTeam] = useState<string | null>(() => commonSuggestion(free));
  const [tried, setTried] = useState(false);
  const teams = (hierarchy.data?.nodes ?? []).filter((n) => n.type === "team").map(({ id, name }) => ({ value: id, label: name }));
  const nobody = free.some((f) => f.assignment !== null) ? [{ value: NOBODY, label: "Nobody: take the assignment back" }] : [];
  const chosen = teams.find((t) => t.value === team);
  // What is filled in may be a team that has left the hierarchy.
  const isGiven = chosen !== undefined || team === NOBODY;
  const fault = hierarchy.isError ? "The teams could not be loaded" : tried && !isGiven ? "Choose a team" : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (isGiven) onAssign(free.map((f) => f.id), chosen ? { id: chosen.value, name: chosen.label } : null);
  };
  return (
    <Modal opened onClose={onClose} title={findings.length === 1 ? "Assign this finding" : `Assign ${findings.length.toLocaleString()} findings`} closeButtonProps={{ "aria-label": "Close" }}>
      <form className="stack" onSubmit={submit} noValidate>
        <p className="muted">Says who is to tag {findings.length === 1 ? "it" : "them"}. Costs stay where the attribution rules put them.</p>
        {owned > 0 && <p>{countText(owned, "of them has an owner by the attribution rules, and keeps it.", "of them have an owner by the attribution rules, and keep it.")}</p>}
        {free.length > 0 && <Select label="Team" placeholder="Choose a team" searchable openOnFocus={false} nothingFoundMessage="No team has this name" data={[...nobody, ...teams]} value={team} onChange={setTeam} error={fault} data-autofocus />}
        {error && <p className="unfavourable" role="alert">{error.message}</p>}
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button size="xs" variant="default" onClick={onClose}>{free.length > 0 ? "Cancel" : "Close"}</Button>
          {free.length > 0 && <Button size="xs" type="submit" loading={busy}>Assign</Button>}
        </div>
      </form>
    </Modal>
  );
}

function commonSuggestion(findings: readonly FindingOut[]): string | null {
  const [first = null, ...others] = new Set(findings.map((f) => f.assignment?.team ?? suggestedOwner(f)));
  return others.length === 0 ? first : null;
}
