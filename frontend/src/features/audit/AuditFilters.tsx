import { Button, TextInput } from "@mantine/core";
import type { AuditSearch } from "@/lib/search";
import { Typed } from "@/ui/Typed";
import { useSearchState } from "@/ui/useSearchState";
import type { Vocabulary } from "./types";
import { NO_FILTERS, isNarrowed } from "./words";

export function AuditFilters({ known }: { known: Vocabulary | undefined }) {
  const [search, patch] = useSearchState<AuditSearch>();
  return (
    <div className="panel-body row" role="group" aria-label="Filters" style={{ alignItems: "end" }}>
      <Choice label="Service" all="All services" value={search.service} options={known?.services ?? []} onValue={(service) => patch({ service })} />
      <Choice label="Action" all="All actions" value={search.action} options={known?.actions ?? []} onValue={(action) => patch({ action })} />
      <Typed key={search.who} label="Person" value={search.who} onValue={(who) => patch({ who })} />
      <Day label="From" value={search.since} onValue={(since) => patch({ since })} />
      <Day label="Through" value={search.until} onValue={(until) => patch({ until })} />
      {isNarrowed(search) && <Button size="xs" variant="default" onClick={() => patch(NO_FILTERS)}>Clear filters</Button>}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  all: string;
  value: string | undefined;
  options: readonly { name: string; title: string }[];
  onValue: (value: string | undefined) => void;
}

/** A value of the address that the list does not have stays what is asked for, and is shown. */
function Choice({ label, all, value, options, onValue }: ChoiceProps) {
  const isOther = value !== undefined && !options.some((o) => o.name === value);
  return (
    <label className="field">
      {label}
      <select className="select" value={value ?? ""} onChange={(e) => onValue(e.currentTarget.value || undefined)}>
        <option value="">{all}</option>
        {isOther && <option value={value}>{value}</option>}
        {options.map((o) => <option key={o.name} value={o.name}>{o.title}</option>)}
      </select>
    </label>
  );
}

function Day({ label, value, onValue }: { label: string; value: string | undefined; onValue: (value: string | undefined) => void }) {
  return <TextInput size="xs" type="date" label={label} value={value ?? ""} onChange={(e) => onValue(e.currentTarget.value || undefined)} />;
}
