import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { api, take } from "@/api/client";
import type { components } from "@/api/schema";
import { useChangeOf } from "@/api/useChange";
import { NodePicker } from "@/ui/NodePicker";
import { Secret } from "./Secret";

type Asked = components["schemas"]["NewToken"];

const LIFETIMES = [7, 30, 90, 365] as const;

interface NewTokenProps {
  /** What its owner may do: it can be made to do some of that. */
  permissions: readonly string[];
  /** Of this installation; undefined until they are known. */
  defaultDays: number | undefined;
  maxDays: number | undefined;
}

export function NewToken({ permissions, defaultDays, maxDays }: NewTokenProps) {
  const [some, setSome] = useState(false);
  const [node, setNode] = useState<string | undefined>();
  const form = useRef<HTMLFormElement>(null);
  const make = useChangeOf(
    ["tokens"],
    (body: Asked) => take(api.POST("/api/gateway/v1/tokens", { body })),
    () => {
      form.current?.reset();
      setSome(false);
      setNode(undefined);
    },
  );
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    make.mutate({
      name: String(given.get("name")).trim(),
      expires_in_days: Number(given.get("days")),
      ...(some ? { permissions: given.getAll("permission").map(String) } : {}),
      ...(node ? { node } : {}),
    });
  };
  const usual = defaultDays ?? LIFETIMES[2];
  const days = [...new Set([...LIFETIMES, usual])].filter((d) => d <= (maxDays ?? usual)).toSorted((a, b) => a - b);
  return (
    <>
      <form ref={form} onSubmit={submit} className="stack">
        <div className="row" style={{ alignItems: "flex-end" }}>
          <TextInput size="xs" label="Name" name="name" required withAsterisk={false} maxLength={100} w={180} />
          <label className="field">
            Valid for
            <select className="select" name="days" key={usual} defaultValue={usual}>
              {days.map((d) => <option key={d} value={d}>{d} days</option>)}
            </select>
          </label>
          <label className="field">
            May do
            <select className="select" value={some ? "some" : "all"} onChange={(e) => setSome(e.currentTarget.value === "some")}>
              <option value="all">All I may</option>
              <option value="some">Some of it</option>
            </select>
          </label>
          <div className="field">
            Where
            <NodePicker what="Place" value={node} onPick={setNode} />
          </div>
          <Button size="xs" type="submit" loading={make.isPending}>Make a token</Button>
        </div>
        {some && (
          <fieldset className="fieldset" style={{ gridTemplateColumns: "repeat(auto-fill, minmax(150px, 1fr))" }}>
            <legend>May do</legend>
            {permissions.map((p) => (
              <label key={p} className="check-field">
                <input type="checkbox" name="permission" value={p} />
                <span className="mono">{p}</span>
              </label>
            ))}
          </fieldset>
        )}
      </form>
      <div role="status">
        {make.data && <Secret token={make.data.token} />}
        {make.error && <p className="unfavourable">{make.error.message}</p>}
      </div>
    </>
  );
}
