import { Button, Popover, SegmentedControl, UnstyledButton } from "@mantine/core";
import { IconCalendar, IconChevronDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { freshnessQuery } from "@/api/queries";
import { type Grain, PRESETS, PRESET_LABEL, isDay, rangeText, resolveRange } from "@/lib/period";
import type { ExploreSearch } from "@/lib/search";
import { useSearchState } from "../useSearchState";
import { useControls } from "./controls";

const GRAIN_TEXT: Record<Grain, string> = { day: "daily", week: "weekly", month: "monthly" };

export function rangeLabel(search: ExploreSearch): string {
  return search.from && search.to ? rangeText({ from: search.from, to: search.to }) : PRESET_LABEL[search.range ?? "30d"];
}

export function TimePicker() {
  const [opened, setOpened] = useState(false);
  const [search] = useSearchState<ExploreSearch>();
  const extra = [search.grain && GRAIN_TEXT[search.grain], search.cmp === "none" && "not compared"].filter(Boolean);
  const label = [rangeLabel(search), ...extra].join(", ");
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={300} trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconCalendar size={14} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          onClick={() => setOpened(!opened)}
          aria-label={`Time: ${label}`}
          data-hotkey="time"
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <TimePanel onDone={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** Presets, own dates, grain and comparison; also the content of the phone's filter sheet. */
export function TimePanel({ onDone }: { onDone: () => void }) {
  const [search, patch] = useSearchState<ExploreSearch>();
  const controls = useControls();
  const active = search.from ? null : (search.range ?? "30d");
  return (
    <div className="stack">
      <div className="picker-list" role="group" aria-label="Range">
        {PRESETS.map((preset) => (
          <UnstyledButton
            key={preset}
            aria-pressed={active === preset}
            onClick={() => {
              patch({ range: preset === "30d" ? undefined : preset, from: undefined, to: undefined, frozen: undefined });
              onDone();
            }}
          >
            {PRESET_LABEL[preset]}
          </UnstyledButton>
        ))}
      </div>
      <CustomRange onDone={onDone} />
      {controls.grain && (
        <div className="field">
          <span id="grain-label">Points per</span>
          <SegmentedControl
            size="xs"
            aria-labelledby="grain-label"
            value={search.grain ?? "auto"}
            data={[{ value: "auto", label: "Auto" }, { value: "day", label: "Day" }, { value: "week", label: "Week" }, { value: "month", label: "Month" }]}
            onChange={(value) => patch({ grain: value === "auto" ? undefined : (value as Grain) })}
          />
        </div>
      )}
      {controls.compare && (
        <div className="field">
          <span id="compare-label">Compare with</span>
          <SegmentedControl
            size="xs"
            aria-labelledby="compare-label"
            value={search.cmp ?? "previous"}
            data={[{ value: "previous", label: "Previous period" }, { value: "none", label: "Nothing" }]}
            onChange={(value) => patch({ cmp: value === "none" ? "none" : undefined })}
          />
        </div>
      )}
    </div>
  );
}

function CustomRange({ onDone }: { onDone: () => void }) {
  const [search, patch] = useSearchState<ExploreSearch>();
  const fresh = useQuery(freshnessQuery);
  const shown = fresh.data?.as_of ? resolveRange(search, fresh.data.as_of) : null;
  const [error, setError] = useState<string | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const from = String(form.get("from"));
    const to = String(form.get("to"));
    if (!isDay(from) || !isDay(to)) return setError("Give both days.");
    if (from > to) return setError("The first day lies after the last one.");
    setError(null);
    patch({ from, to, range: undefined, frozen: undefined });
    onDone();
  };
  return (
    <form onSubmit={submit} key={`${shown?.from}${shown?.to}`} style={{ display: "grid", gap: 6 }}>
      <div style={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr) minmax(0, 1fr)", gap: 8 }}>
        <label className="field">
          First day
          <input className="date-input" type="date" name="from" defaultValue={search.from ?? shown?.from} />
        </label>
        <label className="field">
          Last day
          <input className="date-input" type="date" name="to" defaultValue={search.to ?? shown?.to} />
        </label>
      </div>
      {error && <span role="alert" className="unfavourable">{error}</span>}
      <div className="row spread">
        <span className="muted" style={{ fontSize: 12 }}>Billing days are UTC</span>
        <Button size="compact-xs" variant="default" type="submit">Apply</Button>
      </div>
    </form>
  );
}
