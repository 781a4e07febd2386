import { Button, MultiSelect, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { dimensionValuesQuery, dimensionsQuery } from "@/api/queries";
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
  const options = (found.data?.items ?? []).map((v) => ({ value: v.id, label: v.label }));
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
      {listed ? (
        <MultiSelect
          size="xs"
          label="Values"
          placeholder={dimension ? "Type to search" : "Choose a dimension first"}
          disabled={!dimension}
          searchable
          data={options}
          value={values}
          onChange={setValues}
          searchValue={typed}
          onSearchChange={setTyped}
          filter={({ options: all }) => all}
          nothingFoundMessage={found.isFetching ? "Searching" : "No value like this"}
          comboboxProps={{ withinPortal: false }}
          hidePickedOptions
        />
      ) : (
        <TextInput size="xs" label="Text" value={typed} onChange={(e) => setTyped(e.currentTarget.value)} disabled={!dimension} />
      )}
      {found.isError && <span role="alert" className="unfavourable">The values could not be loaded: {found.error.message}</span>}
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button size="xs" type="submit" disabled={!ready}>Apply</Button>
      </div>
    </form>
  );
}
