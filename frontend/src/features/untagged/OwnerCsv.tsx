/** The list for whom it concerns: the findings on screen as CSV, whole or owner by owner. */
import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconDownload } from "@tabler/icons-react";
import { hrefOf } from "@/lib/csvHref";
import type { UntaggedSearch } from "@/lib/search";
import { Amount } from "@/ui/Amount";
import { findingsParams, valueText } from "./filters";
import { FINDINGS_CSV } from "./queries";
import type { FacetValue } from "./types";
import { countText } from "./words";

interface OwnerCsvProps {
  search: UntaggedSearch;
  owners: FacetValue[];
  currency: string | null;
}

export function OwnerCsv({ search, owners, currency }: OwnerCsvProps) {
  const params = findingsParams(search);
  return (
    <>
      <Button component="a" size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} href={hrefOf(FINDINGS_CSV, { ...params })} download data-hotkey="export">CSV</Button>
      <Menu position="bottom-end" width={320}>
        <Menu.Target>
          <Button size="xs" variant="default" rightSection={<IconChevronDown size={14} aria-hidden />} disabled={owners.length === 0}>CSV per owner</Button>
        </Menu.Target>
        <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
          {owners.map((o) => (
            <Menu.Item key={o.value} component="a" href={hrefOf(FINDINGS_CSV, { ...params, team: o.value })} download rightSection={<span className="muted num">{countText(o.findings, "finding", "findings")}{currency && <>, <Amount money={{ amount: o.cost_30d, currency }} show="compact" /></>}</span>}>
              {valueText("team", o.value, o.name)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
