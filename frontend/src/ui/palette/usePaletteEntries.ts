import { useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { dimensionValuesQuery, hierarchyQuery, sessionQuery, viewsQuery } from "@/api/queries";
import { flatten } from "@/lib/hierarchy";
import { keepShared } from "@/lib/search";
import { copyLink, usePageLinks } from "../links";
import { press } from "../shell/useHotkeys";
import { may } from "../useMay";
import { type Entry, LOOKED_UP, nodeEntries, pageEntries, questionEntries, typedResource, valueEntry, viewEntries } from "./entries";
import { type Section, typedSections, untyped } from "./rank";
import { readRecent, recentEntries } from "./recent";

const ASK_FROM = 2;
const ASK_MS = 150;
/** No word of a language, but what the ids of all clouds look like. */
const LIKE_AN_ID = /^(?=.*[\d:/_-])\S{4,}$/;

export interface PaletteEntries {
  sections: Section[];
  user: string;
  /** The server is still looking for services and resources. */
  isLooking: boolean;
}

/** Everything that fits what was typed, in the order in which it is shown. */
export function usePaletteEntries(typed: string, onHelp: () => void): PaletteEntries {
  const session = useQuery(sessionQuery).data;
  const user = session?.user.id ?? "";
  const mayReadCosts = session?.permissions.includes("costs:read") ?? false;
  const hierarchy = useQuery({ ...hierarchyQuery, enabled: mayReadCosts });
  const views = useQuery(viewsQuery);
  const here = useSearch({ strict: false });
  const actions = useActions(onHelp);
  const [kept] = useState(() => readRecent(user));
  const [asked] = useDebouncedValue(typed, ASK_MS);
  const looks = asked.length >= ASK_FROM && mayReadCosts;
  const answers = useQueries({ queries: LOOKED_UP.map((d) => ({ ...dimensionValuesQuery(d, asked), enabled: looks })) });

  const shared = useMemo(() => keepShared(here), [here]);
  const offered = useMemo<Entry[]>(() => {
    const offers = (permission: string, everywhere: boolean): boolean => session !== undefined && may(session, permission, everywhere);
    const nodes = mayReadCosts ? flatten(hierarchy.data?.nodes ?? []) : [];
    return [...pageEntries(offers, shared), ...questionEntries(offers), ...viewEntries(views.data?.items ?? []), ...nodeEntries(nodes, shared), ...actions];
  }, [session, mayReadCosts, hierarchy.data, views.data, shared, actions]);

  const recent = recentEntries(kept, offered, (e) => mayReadCosts && (e.group === "Services" || e.group === "Resources"));
  if (typed === "") return { sections: untyped(recent, offered), user, isLooking: false };
  const found = answers.flatMap((a, i) => (looks ? (a.data?.items ?? []) : []).map((v) => valueEntry(LOOKED_UP[i] as (typeof LOOKED_UP)[number], v, shared)));
  const isListed = found.some((e) => e.group === "Resources");
  const asId = mayReadCosts && !isListed && LIKE_AN_ID.test(typed) ? [typedResource(typed, shared)] : [];
  const ids = new Set(recent.map((e) => e.id));
  const sections = typedSections(typed, offered, [...found, ...asId], ids);
  return { sections, user, isLooking: looks && answers.some((a) => a.isFetching) };
}

const SCHEMES = { light: "light", dark: "dark", auto: "the system's" } as const;

/** Things to do here. What the page does not have, such as a file to export, is not offered. */
function useActions(onHelp: () => void): Entry[] {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { moving, frozen } = usePageLinks();
  const [has] = useState(() => (name: string) => document.querySelector(`[data-hotkey="${name}"]`) !== null);
  return useMemo(() => {
    const act = (id: string, label: string, run: () => void, detail?: string): Entry => ({ id: `action:${id}`, group: "Actions", label, run, ...(detail ? { detail } : {}) });
    return [
      act("link", "Copy link", () => void copyLink(moving)),
      ...(frozen ? [act("frozen", "Copy frozen link", () => void copyLink(frozen, "The frozen link"), "the same dates whenever it is opened")] : []),
      ...(has("export") ? [act("export", "Export CSV of this page", () => press("export"))] : []),
      ...(has("scope") ? [act("scope", "Choose the scope", () => press("scope"))] : []),
      ...(has("time") ? [act("time", "Choose the time range", () => press("time"))] : []),
      ...(has("filter") ? [act("filter", "Add a filter", () => press("filter"))] : []),
      ...(["light", "dark", "auto"] as const).filter((s) => s !== colorScheme).map((s) => act(`theme-${s}`, `Switch to ${SCHEMES[s]} theme`, () => setColorScheme(s), "appearance")),
      act("help", "Show keyboard shortcuts", onHelp),
    ];
  }, [colorScheme, setColorScheme, moving, frozen, has, onHelp]);
}
