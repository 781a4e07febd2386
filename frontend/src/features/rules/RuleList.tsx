/** The rules in the order in which they are asked. Moved by hand, by buttons, or with Alt and the arrow keys. */
import { Button, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconGripVertical } from "@tabler/icons-react";
import { type DragEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { RulesMatched } from "@/api/types";
import { RuleCost } from "./RuleCost";
import type { Rule } from "./model";
import { ruleText } from "./words";

export interface RuleActions {
  move: (from: number, to: number) => void;
  edit: (at: number) => void;
  remove: (at: number) => void;
}

interface RuleListProps {
  rules: readonly Rule[];
  names: ReadonlyMap<string, string>;
  matched: RulesMatched | undefined;
  /** Without them the list is for reading. */
  actions: RuleActions | null;
}

export function RuleList({ rules, names, matched, actions }: RuleListProps) {
  const list = useRef<HTMLOListElement>(null);
  const focus = useRef<string | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [said, setSaid] = useState("");

  // A row that moves in the document loses the focus; it goes back to the control that was used.
  useEffect(() => {
    if (focus.current !== null) list.current?.querySelector<HTMLElement>(focus.current)?.focus();
    focus.current = null;
  });

  const move = (from: number, to: number, control: string): void => {
    const rule = rules[from];
    if (!actions || !rule || from === to || to < 0 || to >= rules.length) return;
    focus.current = `[data-rule="${CSS.escape(rule.id)}"] [data-control="${control}"]`;
    setSaid(`${rule.id} is now rule ${to + 1} of ${rules.length}`);
    actions.move(from, to);
  };
  const onKey = (event: KeyboardEvent<HTMLElement>, at: number): void => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!event.altKey || step === undefined) return;
    event.preventDefault();
    move(at, at + step, (event.target as HTMLElement).closest<HTMLElement>("[data-control]")?.dataset.control ?? "grip");
  };
  const drop = (event: DragEvent, to: number): void => {
    event.preventDefault();
    if (dragged !== null) move(dragged, to, "grip");
    setDragged(null);
  };
  return (
    <>
      <ol className="rules" ref={list} aria-label="Rules in order">
        {rules.map((rule, at) => (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the buttons inside
          <li
            key={rule.id}
            className="rule"
            data-rule={rule.id}
            data-dragged={dragged === at || undefined}
            draggable={actions !== null}
            onKeyDown={(e) => onKey(e, at)}
            onDragStart={() => setDragged(at)}
            onDragOver={(e) => e.preventDefault()}
            onDrop={(e) => drop(e, at)}
            onDragEnd={() => setDragged(null)}
          >
            {actions ? (
              <UnstyledButton className="rule-grip" data-control="grip" aria-label={`Rule ${at + 1}, ${rule.id}: move with Alt and the arrow keys`} title="Drag, or press Alt with an arrow key">
                <IconGripVertical size={14} aria-hidden />
                <span className="num">{at + 1}</span>
              </UnstyledButton>
            ) : (
              <span className="rule-grip num">{at + 1}</span>
            )}
            <div className="rule-words">
              <div>
                <b className="wrap-anywhere">{rule.name || rule.id}</b> {rule.name && <span className="muted mono wrap-anywhere">{rule.id}</span>}
              </div>
              <div className="muted wrap-anywhere">{ruleText(rule, names)}</div>
            </div>
            <div className="rule-cost"><RuleCost id={rule.id} matched={matched} /></div>
            {actions && (
              <div className="row rule-actions">
                <UnstyledButton className="expander" data-control="up" aria-label={`Move ${rule.id} up`} disabled={at === 0} onClick={() => move(at, at - 1, at === 1 ? "grip" : "up")}><IconArrowUp size={15} aria-hidden /></UnstyledButton>
                <UnstyledButton className="expander" data-control="down" aria-label={`Move ${rule.id} down`} disabled={at === rules.length - 1} onClick={() => move(at, at + 1, at === rules.length - 2 ? "grip" : "down")}><IconArrowDown size={15} aria-hidden /></UnstyledButton>
                <Button size="compact-xs" variant="default" data-control="edit" aria-label={`Edit ${rule.id}`} onClick={() => actions.edit(at)}>Edit</Button>
                <Button size="compact-xs" variant="default" data-control="remove" aria-label={`Remove ${rule.id}`} onClick={() => actions.remove(at)}>Remove</Button>
              </div>
            )}
          </li>
        ))}
      </ol>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}
