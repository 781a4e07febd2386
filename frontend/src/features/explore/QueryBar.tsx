/** Grouping, filters, chart and size of the table: everything that is not in the top bar. */
import { Button, Popover, SegmentedControl, Select } from "@mantine/core";
import { IconFilterPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { dimensionsQuery } from "@/api/queries";
import type { ExploreSearch } from "@/lib/search";
import { useSearchState } from "@/ui/useSearchState";
import { FilterForm } from "./FilterForm";
import { NO_GROUP } from "./query";

const NOTHING = { value: NO_GROUP, label: "Nothing" };
const TOPS = ["5", "10", "20", "50", "100"] as const;

export function QueryBar({ groups }: { groups: readonly string[] }) {
  const [search, patch] = useSearchState<ExploreSearch>();
  const dimensions = useQuery(dimensionsQuery);
  const data = (dimensions.data?.items ?? groups.map((id) => ({ id, label: id }))).map((d) => ({ value: d.id, label: d.label }));
  const [first, second] = groups;
  const group = (values: (string | null | undefined)[]): void => {
    const chosen = values.filter((v): v is string => Boolean(v) && v !== NO_GROUP);
    patch({ group: chosen.length > 0 ? [...new Set(chosen)] : [NO_GROUP], sort: undefined });
  };
  return (
    <div className="query-bar" role="group" aria-label="Query">
      <AddFilter />
      {search.view === undefined && (
        <>
          <Select size="xs" w={180} label="Group by" searchable allowDeselect={false} data={[NOTHING, ...data]} value={first ?? NO_GROUP} onChange={(v) => group([v, second])} />
          <Select size="xs" w={180} label="then by" searchable allowDeselect={false} disabled={!first} data={[NOTHING, ...data.filter((d) => d.value !== first)]} value={second ?? NO_GROUP} onChange={(v) => group([first, v])} />
          <label className="field">
            Rows
            <select className="select" value={search.top ?? "20"} onChange={(e) => patch({ top: e.currentTarget.value === "20" ? undefined : (e.currentTarget.value as (typeof TOPS)[number]) })}>
              {TOPS.map((n) => (
                <option key={n} value={n}>Top {n}</option>
              ))}
            </select>
          </label>
          <div className="field">
            <span id="chart-type">Chart</span>
            <SegmentedControl
              size="xs"
              aria-labelledby="chart-type"
              value={search.chart ?? "bar"}
              data={[{ value: "bar", label: "Bars" }, { value: "line", label: "Lines" }, { value: "area", label: "Area" }, { value: "table", label: "None" }]}
              onChange={(v) => patch({ chart: v === "bar" ? undefined : (v as "line") }, true)}
            />
          </div>
        </>
      )}
    </div>
  );
}

function AddFilter() {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={320} trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconFilterPlus size={14} aria-hidden />} onClick={() => setOpened(!opened)} data-hotkey="filter">
          Add filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <FilterForm onDone={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}
