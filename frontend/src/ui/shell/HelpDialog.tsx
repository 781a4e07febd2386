import { Modal, Switch } from "@mantine/core";
import { useState } from "react";
import { useFocusBack } from "../useFocusBack";
import { NAV } from "./nav";
import { keysEnabled, setKeysEnabled } from "./useHotkeys";

const KEYS: readonly (readonly [string, string])[] = [
  ["Ctrl K", "Go to or do anything by name (⌘ K on a Mac)"],
  ["[ ]", "Earlier or later window"],
  [".", "Choose the scope"],
  ["/", "Add a filter"],
  ["e", "Export CSV"],
  ["?", "This list"],
];

const TABLE_KEYS: readonly (readonly [string, string])[] = [
  ["j k", "Next finding, the one before"],
  ["x", "Select it"],
  ["Enter", "Open it"],
];

const CHART_KEYS: readonly (readonly [string, string])[] = [
  ["← →", "Read the points"],
  ["↑ ↓", "Change the series"],
  ["Home End", "First or last point"],
  ["Enter", "Go one level down"],
  ["t", "Show the table"],
  ["Esc", "Leave the chart"],
];

export default function HelpDialog({ onClose }: { onClose: () => void }) {
  useFocusBack();
  const [on, setOn] = useState(keysEnabled);
  const go = NAV.flatMap((g) => g.items.map((item) => [`g ${item.go}`, item.label] as const));
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" closeButtonProps={{ "aria-label": "Close" }}>
      <div style={{ display: "grid", gap: 16 }}>
        <KeyList label="Everywhere" keys={[...go, ...KEYS]} />
        <KeyList label="In a chart" keys={CHART_KEYS} />
        <KeyList label="On Untagged" keys={TABLE_KEYS} />
        <Switch
          size="sm"
          label="Single-letter shortcuts"
          checked={on}
          onChange={(e) => {
            setOn(e.currentTarget.checked);
            setKeysEnabled(e.currentTarget.checked);
          }}
        />
      </div>
    </Modal>
  );
}

function KeyList({ label, keys }: { label: string; keys: readonly (readonly [string, string])[] }) {
  return (
    <section aria-label={label}>
      <h3 className="panel-title" style={{ marginBottom: 6 }}>{label}</h3>
      <dl className="help-list">
        {keys.map(([key, text]) => (
          <div key={key} style={{ display: "contents" }}>
            <dt><kbd>{key}</kbd></dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
