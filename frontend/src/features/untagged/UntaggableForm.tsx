import { Button, Drawer, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useFocusBack } from "@/ui/useFocusBack";
import { linesOf } from "./RequirementForm";
import type { Untaggable } from "./policyDocument";

/** What no tag is asked of, because it cannot have any. */
export function UntaggableForm({ value, onSave, onClose }: { value: Untaggable; onSave: (next: Untaggable) => void; onClose: () => void }) {
  useFocusBack();
  const [types, setTypes] = useState(value.types.join("\n"));
  const [services, setServices] = useState(value.services.join("\n"));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const next = { types: linesOf(types), services: linesOf(services) };
    if (JSON.stringify(next) === JSON.stringify(value)) onClose();
    else onSave(next);
  };
  return (
    <Drawer opened onClose={onClose} position="right" size="lg" title="What cannot be tagged" closeButtonProps={{ "aria-label": "Close" }}>
      <form className="stack" onSubmit={submit}>
        <p className="muted">Its cost is shown apart: neither as tagged nor as lacking a tag.</p>
        <Textarea label="Resource types, one in a line" placeholder="ec2:network-interface" autosize minRows={4} maxRows={14} value={types} onChange={(e) => setTypes(e.currentTarget.value)} data-autofocus />
        <Textarea label="Services, one in a line" placeholder="AWS Support" autosize minRows={4} maxRows={14} value={services} onChange={(e) => setServices(e.currentTarget.value)} />
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button size="xs" variant="default" onClick={onClose}>Cancel</Button>
          <Button size="xs" type="submit">Take over</Button>
        </div>
      </form>
    </Drawer>
  );
}
