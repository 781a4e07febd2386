import { Button, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { dimensionValuesQuery, dimensionsQuery } from "@/api/queries";
import type { Labelled } from "@/api/types";
import { FILTER_OPS, type FilterOp, OP_TEXT, withFilter } from "@/lib/filters";
import type { ExploreSearch } from "@/lib/search";
import { useSearchState } from "@/ui/useSearchState";

const DEBOUNCE_MS = 150;

/** Dimension, comparison, values; values are offered as the server knows them. */
export function FilterForm({ onDone }: { onDone: () => void }) {
  const [search, patch] = useSearchState<ExploreSearch>();
  const dimensions = useQuery(dimensionsQuery);
  const [dimension, setDimension] = useState<string | null>(null);
  const [op, setOp] = useState<FilterOp>("in");
  const [values, setValues] = useState<string[]>([]);
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed, DEBOUNCE_MS);
  const found = useQuery(dimensionValuesQuery(dimension ?? "", asked));
  const listed = op === "in" || op === "not_in";
  const ready = dimension !== null && (listed ? values.length > 0 : typed.trim() !== "");

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!dimension || !ready) return;
    patch({ f: withFilter(search.f ?? [], { dimension, op, values: listed ? values : [typed.trim()] }) });
    onDone();
  };
  return (
    <form onSubmit={submit} style={{ display: "grid", gap: 10 }}>
      <Select
        size="xs"
        label="Where"
        placeholder="Dimension"
        searchable
        data={(dimensions.data?.items ?? []).map((d) => ({ value: d.id, label: d.label }))}
        value={dimension}
        onChange={(v) => {
          setDimension(v);
          setValues([]);
          setTyped("");
        }}
        comboboxProps={{ withinPortal: false }}
        data-autofocus
      />
      <label className="field">
        Comparison
        <select className="select" value={op} onChange={(e) => setOp(e.currentTarget.value as FilterOp)}>
          {FILTER_OPS.map((o) => (
            <option key={o} value={o}>{OP_TEXT[o]}</option>
          ))}
        </select>
      </label>
      <TextInput
        size="xs"
        label={listed ? "Find a value" : "Text"}
        value={typed}
        onChange={(e) => setTyped(e.currentTarget.value)}
        disabled={!dimension}
        placeholder={dimension ? "" : "Choose a dimension first"}
      />
      {listed && dimension && <ValueList dimension={dimension} found={found.data?.items ?? []} busy={found.isFetching} values={values} onChange={setValues} />}
      {found.isError && <span role="alert" className="unfavourable">The values could not be loaded: {found.error.message}</span>}
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button size="xs" type="submit" disabled={!ready}>Apply</Button>
      </div>
    </form>
  );
}

interface ValueListProps {
  dimension: string;
  found: Labelled[];
  busy: boolean;
  values: string[];
  onChange: (values: string[]) => void;
}

/** Chosen values stay on top while the search goes on. */
function ValueList({ dimension, found, busy, values, onChange }: ValueListProps) {
  const [labels, setLabels] = useState<Record<string, string>>({});
  const rest = found.filter((v) => !values.includes(v.id));
  const toggle = (v: Labelled): void => {
    setLabels({ ...labels, [v.id]: v.label });
    onChange(values.includes(v.id) ? values.filter((id) => id !== v.id) : [...values, v.id]);
  };
  const all = [...values.map((id) => ({ id, label: labels[id] ?? id })), ...rest];
  return (
    <fieldset className="value-list" key={dimension}>
      <legend>Values</legend>
      {all.map((v) => (
        <label key={v.id}>
          <input type="checkbox" checked={values.includes(v.id)} onChange={() => toggle(v)} />
          <span className="wrap-anywhere">{v.label}</span>
        </label>
      ))}
      {all.length === 0 && <span className="muted">{busy ? "Searching" : "No value like this"}</span>}
    </fieldset>
  );
}
