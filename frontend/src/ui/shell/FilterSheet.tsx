import { Button } from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { Suspense, lazy, useState } from "react";
import type { ExploreSearch } from "@/lib/search";
import { useSearchState } from "../useSearchState";

const FilterDrawer = lazy(() => import("./FilterDrawer"));

/** All pickers of the top bar in one sheet, for a phone. The number says how many differ from the plain page. */
export function FilterSheet() {
  const [opened, setOpened] = useState<boolean>();
  const [search] = useSearchState<ExploreSearch>();
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
      {opened !== undefined && (
        <Suspense fallback={null}>
          <FilterDrawer opened={opened} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}
