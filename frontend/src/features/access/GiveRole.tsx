import { Button, Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useMemo, useState } from "react";
import { ApiError } from "@/api/client";
import type { FlatNode } from "@/lib/hierarchy";
import { NodePicker } from "@/ui/NodePicker";
import { say } from "@/ui/said";
import { useFocusBack } from "@/ui/useFocusBack";
import { giveRole, useChange, usersQuery } from "./queries";
import type { Role, Roles } from "./types";
import { inside, lostAtNode, placeText, whoText } from "./words";

const USUAL = "viewer";

/** A person or a group, a role with its meaning, a place. */
export function GiveRole({ roles, onClose }: { roles: Roles; onClose: () => void }) {
  useFocusBack();
  const [kind, setKind] = useState<"user" | "group">("user");
  const [who, setWho] = useState("");
  const [role, setRole] = useState(USUAL);
  const [node, setNode] = useState<string | undefined>();
  const [tried, setTried] = useState(false);
  const choice = useMemo(() => choiceOf(roles), [roles]);
  const give = useChange(giveRole, (made) => {
    say(`${whoText(made)} is now ${made.role.title} at ${placeText(made.node)}.`);
    onClose();
  });
  const fields = give.error instanceof ApiError ? give.error.fields : {};
  const faults = {
    who: who.trim() === "" ? "Say who" : (fields.user ?? fields.group),
    node: choice && !node ? "Pick the node: you may not give roles everywhere" : fields.node,
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (who.trim() === "" || (choice && !node)) return;
    give.mutate({ [kind]: who.trim(), role, node: node ?? null });
  };
  const chosen = roles.items.find((r) => r.name === role);
  const placed = Object.keys(fields).some((f) => ["user", "group", "node"].includes(f));
  return (
    <Modal opened onClose={onClose} title="Give a role" closeButtonProps={{ "aria-label": "Close" }}>
      <form className="stack" onSubmit={submit} noValidate>
        <Principal kind={kind} who={who} error={tried ? faults.who : undefined} onKind={setKind} onWho={(text) => { give.reset(); setWho(text); }} />
        <label className="field">
          Role
          <select className="select" value={role} onChange={(e) => setRole(e.currentTarget.value)}>
            {roles.items.map((r) => <option key={r.name} value={r.name}>{r.title}</option>)}
          </select>
        </label>
        {chosen && <Meaning role={chosen} node={node} />}
        <div className="field">
          Where, with all below it
          <NodePicker what="Place" value={node} choice={choice} width="100%" onPick={(n) => { give.reset(); setNode(n); }} />
          {tried && faults.node && <span className="unfavourable" role="alert">{faults.node}</span>}
        </div>
        {give.error && !placed && <p className="unfavourable" role="alert">{give.error.message}</p>}
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button size="xs" variant="default" onClick={onClose}>Cancel</Button>
          <Button size="xs" type="submit" loading={give.isPending}>Give the role</Button>
        </div>
      </form>
    </Modal>
  );
}

/** Where roles may be given; undefined: anywhere. */
const choiceOf = (roles: Roles) => {
  const at = roles.may_give_at.map((p) => p.id);
  return roles.may_give_everywhere ? undefined : (nodes: FlatNode[]) => inside(nodes, at);
};

interface PrincipalProps {
  kind: "user" | "group";
  who: string;
  error: string | undefined;
  onKind: (kind: "user" | "group") => void;
  onWho: (who: string) => void;
}

function Principal({ kind, who, error, onKind, onWho }: PrincipalProps) {
  const users = useQuery(usersQuery).data?.items ?? [];
  const list = useId();
  const names = kind === "user" ? users.map((u) => u.name) : [...new Set(users.flatMap((u) => u.groups))].toSorted();
  return (
    <>
      <fieldset className="fieldset">
        <legend>To whom</legend>
        {(["user", "group"] as const).map((k) => (
          <label key={k} className="check-field">
            <input type="radio" name="kind" checked={kind === k} onChange={() => onKind(k)} />
            <span>{k === "user" ? "A person" : "A group of the identity provider"}</span>
          </label>
        ))}
      </fieldset>
      <TextInput
        label={kind === "user" ? "User name" : "Group, as the identity provider writes it"}
        value={who}
        error={error}
        list={list}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        onChange={(e) => onWho(e.currentTarget.value)}
      />
      <datalist id={list}>{names.map((name) => <option key={name} value={name}>{name}</option>)}</datalist>
    </>
  );
}

function Meaning({ role, node }: { role: Role; node: string | undefined }) {
  const lost = node ? lostAtNode(role) : [];
  return (
    <p className="muted">
      {role.about}. {lost.length > 0 && <>At a node it does not give what is about the whole installation: {lost.join("; ")}.</>}
    </p>
  );
}
