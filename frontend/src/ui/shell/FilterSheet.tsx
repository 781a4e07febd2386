import { Button, Drawer } from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useState } from "react";
import type { ExploreSearch } from "@/lib/search";
import { useSearchState } from "../useSearchState";
import { CurrencyPicker, MetricPicker } from "./MetricPicker";
import { ScopePicker } from "./ScopePicker";
import { TimePanel } from "./TimePicker";
import { useControls } from "./controls";

/** All pickers of the top bar in one sheet, for a phone. The number says how many differ from the plain page. */
export function FilterSheet() {
  const [opened, setOpened] = useState(false);
  const [search] = useSearchState<ExploreSearch>();
  const controls = useControls();
  const set = [search.scope, search.range ?? search.from, search.metric, search.cur, search.grain, search.cmp].filter(Boolean).length + (search.f?.length ?? 0);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconAdjustmentsHorizontal size={14} aria-hidden />}
        onClick={() => setOpened(true)}
      >
        {set > 0 ? `Filters (${set})` : "Filters"}
      </Button>
      <Drawer opened={opened} onClose={() => setOpened(false)} position="bottom" styles={{ content: { height: "auto", maxHeight: "90dvh" } }} title="Filters" closeButtonProps={{ "aria-label": "Close" }}>
        <div style={{ display: "grid", gap: 14 }}>
          {controls.scope && <ScopePicker />}
          {controls.metric && (
            <div className="row">
              <MetricPicker />
              <CurrencyPicker />
            </div>
          )}
          {controls.time && <TimePanel onDone={() => setOpened(false)} />}
        </div>
      </Drawer>
    </>
  );
}
