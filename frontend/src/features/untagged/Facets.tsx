/** What findings can be narrowed by, each value with what it would leave. */
import { Button, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { FINDING_FACETS, type FindingFacet, type UntaggedSearch } from "@/lib/search";
import { Amount } from "@/ui/Amount";
import { Typed } from "@/ui/Typed";
import { useSearchState } from "@/ui/useSearchState";
import { FACET_TEXT, NONE, toggled, valueText } from "./filters";
import type { FacetValue, FindingList } from "./types";

const SHOWN = 6;
const AGES = ["7", "30", "90", "180", "365"];

export function Facets({ facets, currency }: { facets: FindingList["facets"]; currency: string | null }) {
  return (
    <div className="facets">
      <TextFacets />
      {FINDING_FACETS.map((facet) => (
        <Facet key={facet} facet={facet} values={facets[facet] ?? []} currency={currency} />
      ))}
    </div>
  );
}

function TextFacets() {
  const [search, patch] = useSearchState<UntaggedSearch>();
  const ages = search.age === undefined || AGES.includes(search.age) ? AGES : [...AGES, search.age].toSorted((a, b) => Number(a) - Number(b));
  return (
    <div className="stack" style={{ gap: 10 }}>
      <Typed key={`q${search.q}`} label="Name or id contains" value={search.q} onValue={(q) => patch({ q })} />
      <label className="field">
        First seen
        <select className="select" value={search.age ?? ""} onChange={(e) => patch({ age: e.currentTarget.value || undefined })}>
          <option value="">at any time</option>
          {ages.map((a) => <option key={a} value={a}>{a} days ago or earlier</option>)}
        </select>
      </label>
      <Typed key={`min${search.min}`} label="Costs in 30 days at least" value={search.min} onValue={(min) => patch({ min })} pattern="\d{1,9}([.]\d{1,2})?" />
    </div>
  );
}

function Facet({ facet, values, currency }: { facet: FindingFacet; values: FacetValue[]; currency: string | null }) {
  const [search, patch] = useSearchState<UntaggedSearch>();
  const [all, setAll] = useState(false);
  const chosen: readonly string[] | undefined = search[facet];
  if (values.length === 0) return null;
  const shown = all ? values : values.filter((v, i) => i < SHOWN || chosen?.includes(v.value ?? NONE));
  return (
    <section aria-label={FACET_TEXT[facet]}>
      <h3 className="facet-title">{FACET_TEXT[facet]}</h3>
      <ul className="facet-values">
        {shown.map(({ value, ...rest }) => (
          <li key={value ?? NONE}>
            <UnstyledButton className="facet-value" aria-pressed={chosen?.includes(value ?? NONE) ?? false} onClick={() => patch({ [facet]: toggled(chosen, value ?? NONE) })}>
              <Counted facet={facet} value={value} {...rest} currency={currency} />
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {values.length > SHOWN && (
        <Button size="compact-xs" variant="default" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `All ${values.length}`}
        </Button>
      )}
    </section>
  );
}

/** A value and what it would leave. */
function Counted({ facet, value, name, findings, cost_30d, currency }: FacetValue & { facet: FindingFacet; currency: string | null }) {
  return (
    <>
      <bdi className="wrap-anywhere">{valueText(facet, value, name)}</bdi>
      <span className="facet-counts num">
        <span>{findings.toLocaleString()}</span>
        {currency && <span><Amount money={{ amount: cost_30d, currency }} show="compact" /></span>}
      </span>
    </>
  );
}
