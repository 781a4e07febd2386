/** Money on screen. The exact decimal is always in the element's `value` and tooltip, whatever the display rounds to. */
import { IconArrowDownRight, IconArrowUpRight } from "@tabler/icons-react";
import { VisuallyHidden } from "@mantine/core";
import { type Money, NO_DATA, compactMoney, exactMoney, signedPercent, tableMoney, toneOf, wordOf } from "@/lib/money";

interface AmountProps {
  money: Money | null;
  show?: "compact" | "table" | "cents" | "exact";
  scale?: 0 | 2;
  signed?: boolean;
}

export function Amount({ money, show = "table", scale = 0, signed = false }: AmountProps) {
  if (!money) return <span className="num muted">{NO_DATA}</span>;
  const text = {
    exact: () => exactMoney(money, signed),
    compact: () => compactMoney(money, signed),
    cents: () => tableMoney(money, 2, signed),
    table: () => tableMoney(money, scale, signed),
  }[show]();
  return (
    <data className="num" value={money.amount} title={exactMoney(money, signed)}>
      {text}
    </data>
  );
}

interface DeltaProps {
  change: Money | null;
  percent: number | null;
  show?: "compact" | "table";
  scale?: 0 | 2;
}

/** Change with sign, arrow and a word for those who do not see the arrow. */
export function Delta({ change, percent, show = "table", scale = 0 }: DeltaProps) {
  if (!change) return <span className="num muted">{NO_DATA}</span>;
  const word = wordOf(change.amount);
  const Arrow = word === "up" ? IconArrowUpRight : IconArrowDownRight;
  return (
    <span className={`num ${toneOf(change.amount, percent)}`}>
      {word !== "unchanged" && <Arrow size={13} aria-hidden style={{ verticalAlign: "-2px", marginRight: 2 }} />}
      <VisuallyHidden>{word} </VisuallyHidden>
      <Amount money={change} show={show} scale={scale} signed />
    </span>
  );
}

export function PercentChange({ change, percent }: { change: Money | null; percent: number | null }) {
  if (!change) return <span className="num muted">{NO_DATA}</span>;
  const title = percent === null ? "Not meaningful: there is no base to compare with, or its sign changed" : undefined;
  return (
    <span className={`num ${toneOf(change.amount, percent)}`} title={title}>
      {signedPercent(percent)}
    </span>
  );
}
