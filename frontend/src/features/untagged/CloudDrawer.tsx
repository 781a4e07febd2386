import { Button, Drawer, TextInput } from "@mantine/core";
import { type FormEvent, useCallback, useState } from "react";
import { NO_DATA } from "@/lib/money";
import { instantText } from "@/lib/period";
import { Facts } from "@/ui/Facts";
import { StatusWord } from "@/ui/StatusWord";
import { AccessForm } from "@/ui/options/AccessForm";
import type { Values } from "@/ui/options/fields";
import { useMay } from "@/ui/useMay";
import { Steps } from "./Steps";
import { ACCESS, PARTITIONS, nextText, stateOf } from "./inventoryForm";
import { pauseInventory, removeInventory, scanInventory, setAccess, useChange } from "./queries";
import type { InventoryOut } from "./types";

interface CloudDrawerProps {
  inventory: InventoryOut | undefined;
  /** When the list was given, in milliseconds. */
  now: number;
  onClose: () => void;
}

/** One list of accounts: how its last scan went, and what can be done with it. */
export function CloudDrawer({ inventory, now, onClose }: CloudDrawerProps) {
  return (
    <Drawer opened={inventory !== undefined} onClose={onClose} position="right" size="lg" title={inventory?.name ?? ""} closeButtonProps={{ "aria-label": "Close" }}>
      {inventory && <Content key={inventory.id} inventory={inventory} now={now} onClose={onClose} />}
    </Drawer>
  );
}

function Content({ inventory: i, now, onClose }: CloudDrawerProps & { inventory: InventoryOut }) {
  const may = useMay("findings:write", "everywhere");
  const { tone, word } = stateOf(i);
  const n = (value: number | null): string => value?.toLocaleString() ?? NO_DATA;
  return (
    <div className="stack">
      <div className="row spread">
        <span role="status"><StatusWord tone={tone}>{word}</StatusWord></span>
        {may && <Actions inventory={i} />}
      </div>
      <Facts
        facts={[
          ["Last scan", i.last_scan_at ? instantText(i.last_scan_at) : "never"],
          ["Next scan", nextText(i, now)],
          ["Resources", n(i.resources)],
          ["Never tagged", n(i.never_tagged)],
          ["Role", i.role_name ?? "none: the credentials as they are"],
          ["Accounts", i.accounts.join(", ") || "the one of the credentials"],
          ["Regions", i.regions.join(", ") || "those of the bill"],
          ["Partition", PARTITIONS[i.partition as keyof typeof PARTITIONS] ?? i.partition],
          ...(i.endpoint_url ? [["Endpoint", i.endpoint_url] as [string, string]] : []),
        ]}
      />
      {i.steps.length > 0 && (
        <section aria-label="Steps of the last scan">
          <h3 className="panel-title part-title">Steps of the last scan</h3>
          <Steps steps={i.steps} />
        </section>
      )}
      <Access inventory={i} mayChange={may === true} />
      {may && <Remove inventory={i} onClose={onClose} />}
    </div>
  );
}

function Access({ inventory: i, mayChange }: { inventory: InventoryOut; mayChange: boolean }) {
  const save = useChange((changes: Values) => setAccess(i.id, changes));
  return (
    <section aria-label="Access">
      <h3 className="panel-title part-title">Access</h3>
      <p className="muted">What the accounts are entered with. Without any, the credentials are those of the environment of the machine where this runs.</p>
      <AccessForm fields={ACCESS} options={{ access_key_id: i.access_key_id, profile: i.profile }} secrets={i.secrets} mayChange={mayChange} save={save} saved="Saved. Scan now to see that it gets in." />
    </section>
  );
}

function Actions({ inventory: i }: { inventory: InventoryOut }) {
  const scan = useChange(() => scanInventory(i.id));
  const pause = useChange(() => pauseInventory(i.id, !i.paused));
  const error = scan.error ?? pause.error;
  return (
    <span className="row" role="status">
      {error && <span className="unfavourable">{error.message}</span>}
      <Button size="xs" variant="default" loading={pause.isPending} onClick={() => pause.mutate(undefined)}>{i.paused ? "Resume" : "Pause"}</Button>
      <Button size="xs" loading={scan.isPending} disabled={i.state === "scanning"} onClick={() => scan.mutate(undefined)}>Scan now</Button>
    </span>
  );
}

/** Removing cannot be taken back, so the name has to be typed. */
function Remove({ inventory: i, onClose }: { inventory: InventoryOut; onClose: () => void }) {
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const focus = useCallback((field: HTMLInputElement | null) => field?.focus(), []);
  const remove = useChange(() => removeInventory(i.id), onClose);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed === i.name) remove.mutate(undefined);
  };
  if (!asking) return <div><Button size="xs" variant="default" onClick={() => setAsking(true)}>Remove…</Button></div>;
  return (
    <form className="fieldset" onSubmit={submit} aria-label="Remove">
      <p>Its resources are not looked at any more. What the bill has of them stays a finding.</p>
      <TextInput label={`Type ${i.name} to remove it`} value={typed} ref={focus} autoComplete="off" onChange={(e) => setTyped(e.currentTarget.value)} />
      <div className="row" role="status">
        <Button size="xs" color="red" type="submit" disabled={typed !== i.name} loading={remove.isPending}>Remove it</Button>
        {remove.error && <span className="unfavourable">{remove.error.message}</span>}
      </div>
    </form>
  );
}
