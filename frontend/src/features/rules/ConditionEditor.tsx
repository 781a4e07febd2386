/** A condition as nested boxes: comparisons, groups of which all or any must hold, and "not" around either. */
import { Button, UnstyledButton } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { COLUMNS, type Comparison, type Condition, type Group, NEW_COMPARISON, OPERATORS, type Operator, TAG_PREFIX } from "./model";
import { OPERATOR_TEXT, conditionText } from "./words";

interface EditorProps<C extends Condition> {
  value: C;
  onChange: (next: Condition) => void;
  /** Null where it is the only one that its group has. */
  onRemove: (() => void) | null;
  /** Inside of a "not", which can be taken off there. */
  negated?: boolean;
}

export function ConditionEditor({ value, onChange, onRemove, negated = false }: EditorProps<Condition>) {
  if (value.kind === "not") {
    return (
      <div className="cond-not">
        <NotButton on onClick={() => onChange(value.part)} />
        <ConditionEditor value={value.part} onChange={(part) => onChange({ kind: "not", part })} onRemove={onRemove} negated />
      </div>
    );
  }
  const toNot = negated ? null : () => onChange({ kind: "not", part: value });
  if (value.kind === "is") return <ComparisonEditor value={value} onChange={onChange} onRemove={onRemove} onNegate={toNot} />;
  return <GroupEditor value={value} onChange={onChange} onRemove={onRemove} onNegate={toNot} />;
}

function NotButton({ on, onClick }: { on: boolean; onClick: () => void }) {
  return <Button size="compact-xs" variant={on ? "filled" : "default"} aria-pressed={on} title={on ? "Take the “not” off" : "Turn it around"} onClick={onClick}>not</Button>;
}

interface InnerProps<C extends Condition> extends Omit<EditorProps<C>, "negated"> {
  onNegate: (() => void) | null;
}

function Ends({ value, onRemove, onNegate }: Pick<InnerProps<Condition>, "value" | "onRemove" | "onNegate">) {
  return (
    <span className="row" style={{ gap: 4, flexWrap: "nowrap" }}>
      {onNegate && <NotButton on={false} onClick={onNegate} />}
      {onRemove && <UnstyledButton className="expander" aria-label={`Remove the condition ${conditionText(value)}`} onClick={onRemove}><IconX size={14} aria-hidden /></UnstyledButton>}
    </span>
  );
}

function GroupEditor({ value, onChange, onRemove, onNegate }: InnerProps<Group>) {
  const { kind, parts } = value;
  const put = (at: number, next: Condition[]): void => onChange({ kind, parts: parts.toSpliced(at, 1, ...next) });
  return (
    <div className="cond-group" role="group" aria-label={kind === "all" ? "All of these" : "Any of these"}>
      <div className="row spread">
        <select className="select" aria-label="How the conditions of this group combine" value={kind} onChange={(e) => onChange({ kind: e.currentTarget.value as Group["kind"], parts })}>
          <option value="all">All of these</option>
          <option value="any">Any of these</option>
        </select>
        <Ends value={value} onRemove={onRemove} onNegate={onNegate} />
      </div>
      {parts.map((part, at) => (
        // Conditions have no name; their place is what they are.
        // oxlint-disable-next-line react/no-array-index-key
        <ConditionEditor key={at} value={part} onChange={(next) => put(at, [next])} onRemove={parts.length > 1 ? () => put(at, []) : null} />
      ))}
      <div className="row">
        <Button size="compact-xs" variant="default" onClick={() => onChange({ kind, parts: [...parts, NEW_COMPARISON] })}>Add a condition</Button>
        <Button size="compact-xs" variant="default" onClick={() => onChange({ kind, parts: [...parts, { kind: kind === "all" ? "any" : "all", parts: [NEW_COMPARISON] }] })}>Add a group</Button>
      </div>
    </div>
  );
}

/** What stands in the list of operators; `exists` is two of them. */
const CHOICES = OPERATORS.flatMap((o) => (o === "exists" ? [{ value: "exists:true", text: "is present" }, { value: "exists:false", text: "is missing" }] : [{ value: o as string, text: OPERATOR_TEXT[o] }]));

function ComparisonEditor({ value, onChange, onRemove, onNegate }: InnerProps<Comparison>) {
  const { column, operator, operands } = value;
  const isTag = column.startsWith(TAG_PREFIX);
  const choice = operator === "exists" ? `exists:${operands[0]?.toLowerCase() === "false" ? "false" : "true"}` : operator;
  const choose = (next: string): void => {
    const [name, flag] = next.split(":") as [Operator, string?];
    const kept = operator === "exists" ? [""] : operands;
    onChange({ ...value, operator: name, operands: flag ? [flag] : name === "in" ? kept : kept.slice(0, 1) });
  };
  return (
    <div className="cond" role="group" aria-label={`Condition: ${conditionText(value)}`}>
      <select className="select" aria-label="Column" value={isTag ? TAG_PREFIX : column} onChange={(e) => onChange({ ...value, column: e.currentTarget.value })}>
        {!isTag && !(COLUMNS as readonly string[]).includes(column) && <option value={column}>{column}</option>}
        {COLUMNS.map((c) => <option key={c} value={c}>{c}</option>)}
        <option value={TAG_PREFIX}>Tag</option>
      </select>
      {isTag && <input className="date-input" aria-label="Tag key" list="rule-tag-keys" placeholder="tag key" value={column.slice(TAG_PREFIX.length)} onChange={(e) => onChange({ ...value, column: `${TAG_PREFIX}${e.currentTarget.value}` })} />}
      <select className="select" aria-label="Comparison" value={choice} onChange={(e) => choose(e.currentTarget.value)}>
        {CHOICES.map((c) => <option key={c.value} value={c.value}>{c.text}</option>)}
      </select>
      {operator === "in" ? (
        <textarea className="date-input" aria-label="Values, one in a line" placeholder="one value in a line" rows={Math.min(Math.max(operands.length, 2), 8)} value={operands.join("\n")} onChange={(e) => onChange({ ...value, operands: e.currentTarget.value.split("\n") })} />
      ) : (
        operator !== "exists" && <input className="date-input" aria-label="Value" placeholder={operator === "regex" ? "RE2, anywhere in the value" : "value"} value={operands[0] ?? ""} onChange={(e) => onChange({ ...value, operands: [e.currentTarget.value] })} />
      )}
      <Ends value={value} onRemove={onRemove} onNegate={onNegate} />
    </div>
  );
}
