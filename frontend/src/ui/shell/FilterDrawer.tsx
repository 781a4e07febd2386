import { Drawer } from "@mantine/core";
import { CurrencyPicker, MetricPicker } from "./MetricPicker";
import { ScopePicker } from "./ScopePicker";
import { TimePanel } from "./TimePicker";
import { useControls } from "./controls";

export default function FilterDrawer({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const controls = useControls();
  return (
    <Drawer opened={opened} onClose={onClose} position="bottom" styles={{ content: { height: "auto", maxHeight: "90dvh" } }} title="Filters" closeButtonProps={{ "aria-label": "Close" }}>
      <div style={{ display: "grid", gap: 14 }}>
        {controls.scope && <ScopePicker />}
        {controls.metric && (
          <div className="row">
            <MetricPicker />
            <CurrencyPicker />
          </div>
        )}
        {controls.time && <TimePanel onDone={onClose} />}
      </div>
    </Drawer>
  );
}
