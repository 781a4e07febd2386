import { Combobox, InputBase, useCombobox } from "@mantine/core";
import { IconChevronDown, IconSitemap } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { hierarchyQuery } from "@/api/queries";
import { LEVEL_TEXT, flatten } from "@/lib/hierarchy";
import { useSearchState } from "../useSearchState";

const EVERYTHING = "";

/** One node of the business hierarchy, found by typing or by walking the tree. Page and range stay as they are. */
export function ScopePicker() {
  const [search, patch] = useSearchState();
  const hierarchy = useQuery(hierarchyQuery);
  const [typed, setTyped] = useState("");
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setTyped("");
      combobox.focusTarget();
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const nodes = useMemo(() => flatten(hierarchy.data?.nodes ?? []), [hierarchy.data]);
  const wanted = typed.trim().toLowerCase();
  const found = wanted ? nodes.filter((n) => n.path.join(" ").toLowerCase().includes(wanted)) : nodes;
  const current = nodes.find((n) => n.id === search.scope);
  const label = search.scope ? (current?.name ?? search.scope) : "Everything";

  return (
    <Combobox
      store={combobox}
      width={320}
      position="bottom-start"
      onOptionSubmit={(value) => {
        patch({ scope: value === EVERYTHING ? undefined : value });
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target targetType="button">
        <InputBase
          component="button"
          type="button"
          size="xs"
          pointer
          leftSection={<IconSitemap size={14} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.toggleDropdown()}
          aria-label={`Scope: ${label}`}
          data-hotkey="scope"
          w={200}
          styles={{ input: { overflow: "hidden", textOverflow: "ellipsis" } }}
        >
          {label}
        </InputBase>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search value={typed} onChange={(e) => setTyped(e.currentTarget.value)} placeholder="Group, unit or team" aria-label="Find a scope" />
        <Combobox.Options mah={360} style={{ overflowY: "auto" }} aria-label="Scopes">
          {!wanted && (
            <Combobox.Option value={EVERYTHING} active={!search.scope}>
              Everything
            </Combobox.Option>
          )}
          {found.map((node) => (
            <Combobox.Option key={node.id} value={node.id} active={node.id === search.scope}>
              <div className="scope-option">
                <span style={{ paddingLeft: wanted ? 0 : node.depth * 14 }}>{node.name}</span>
                <span className="scope-level">{LEVEL_TEXT[node.type]}</span>
              </div>
            </Combobox.Option>
          ))}
          {hierarchy.isError && <Combobox.Empty>The hierarchy could not be loaded</Combobox.Empty>}
          {hierarchy.isSuccess && found.length === 0 && (
            <Combobox.Empty>{wanted ? "No group, unit or team has this name" : "No hierarchy has been imported yet"}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
