import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { Source } from "@/api/types";
import { removeSource } from "./queries";

type Mode = "keep" | "purge";

const MEANS = {
  costs: {
    keep: "No bill is read from it any more. What it brought in stays on every page, as it is today.",
    purge: "What it brought in disappears from every page, for everybody, and totals change. Its bill stays where it lies and could be added again.",
  },
  metrics: {
    keep: "Nothing is asked of it any more, and nothing charged. The hours that it brought in stay.",
    purge: "The hours that it brought in are deleted. Fetching them again is charged again.",
  },
} as const;

export function RemoveSource({ source, gives }: { source: Source; gives: keyof typeof MEANS }) {
  const [asking, setAsking] = useState(false);
  return (
    <section className="panel" aria-label="Remove">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">Remove</h2>
          <div className="panel-sub">To stop the looks for a while, pause it.</div>
        </div>
        <Button size="xs" variant="default" onClick={() => setAsking(true)}>Remove this source…</Button>
      </div>
      <Modal opened={asking} onClose={() => setAsking(false)} title={`Remove ${source.name}`} closeButtonProps={{ "aria-label": "Close" }}>
        <Confirm source={source} gives={gives} />
      </Modal>
    </section>
  );
}

/** Removing cannot be taken back, so the name has to be typed. */
function Confirm({ source, gives }: { source: Source; gives: keyof typeof MEANS }) {
  const navigate = useNavigate();
  const [mode, setMode] = useState<Mode>("keep");
  const [typed, setTyped] = useState("");
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeSource(source.id, mode),
    // Away first: nobody asks for a source that is gone.
    onSuccess: async () => {
      await navigate({ to: "/admin/connectors", search: {} });
      client.removeQueries({ queryKey: ["source", source.id] });
      await client.invalidateQueries({ queryKey: ["sources"] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed === source.name) remove.mutate();
  };
  return (
    <form className="stack" onSubmit={submit}>
      <fieldset className="fieldset">
        <legend>What becomes of its {gives}?</legend>
        {(["keep", "purge"] as const).map((m) => (
          <label key={m} className="check-field">
            <input type="radio" name="mode" value={m} checked={mode === m} onChange={() => setMode(m)} />
            <span>
              {m === "keep" ? "Keep" : "Purge"} its {gives}
              <span className="muted" style={{ display: "block" }}>{MEANS[gives][m]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <TextInput label={`Type ${source.name} to remove it`} value={typed} autoComplete="off" onChange={(e) => setTyped(e.currentTarget.value)} />
      <div className="row" role="status">
        <Button size="xs" color="red" type="submit" disabled={typed !== source.name} loading={remove.isPending}>{mode === "keep" ? `Remove it, keep its ${gives}` : `Remove it and its ${gives}`}</Button>
        {remove.error && <span className="unfavourable">{remove.error.message}</span>}
      </div>
    </form>
  );
}
