import type { ReactNode } from "react";

/** Terms and what they are, one below the other. */
export function Facts({ facts, numbers = false }: { facts: readonly [string, ReactNode][]; numbers?: boolean }) {
  return (
    <dl className={numbers ? "detail-list num" : "detail-list"}>
      {facts.map(([term, value]) => (
        <div key={term} style={{ display: "contents" }}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
