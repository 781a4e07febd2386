import { UnstyledButton } from "@mantine/core";
import type { SourceKind } from "@/api/types";

export function KindPicker({ kinds, onPick }: { kinds: SourceKind[]; onPick: (kind: string) => void }) {
  return (
    <ul className="choice-list">
      {kinds.map((k) => (
        <li key={k.kind}>
          <UnstyledButton className="choice" onClick={() => onPick(k.kind)}>
            <span className="choice-title">{k.title}</span>
            <span className="muted">{k.description}</span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
