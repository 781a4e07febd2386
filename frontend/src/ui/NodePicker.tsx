import { Combobox, InputBase, useCombobox } from "@mantine/core";
import { IconChevronDown, IconSitemap } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { hierarchyQuery } from "@/api/queries";
import { type FlatNode, LEVEL_TEXT, flatten } from "@/lib/hierarchy";

const EVERYTHING = "";

interface NodePickerProps {
  /** Id of a node; undefined is everything. */
  value: string | undefined;
  onPick: (node: string | undefined) => void;
  /** What the node is for: "Scope", say. */
  what: string;
  /** Those among which there is a choice, where that is not everything. */
  choice?: ((nodes: FlatNode[]) => FlatNode[]) | undefined;
  hotkey?: string;
  width?: number | string;
}

/** One node of the business hierarchy, found by typing or by walking the tree. */
export function NodePicker({ value, onPick, what, choice, hotkey, width = 200 }: NodePickerProps) {
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
  const all = useMemo(() => flatten(hierarchy.data?.nodes ?? []), [hierarchy.data]);
  const nodes = useMemo(() => (choice ? choice(all) : all), [all, choice]);
  const wanted = typed.trim().toLowerCase();
  const found = wanted ? nodes.filter((n) => n.path.join(" ").toLowerCase().includes(wanted)) : nodes;
  const current = nodes.find((n) => n.id === value);
  const label = value ? (current?.name ?? value) : choice ? "Pick one" : "Everything";

  return (
    <Combobox
      store={combobox}
      width={320}
      position="bottom-start"
      onOptionSubmit={(picked) => {
        onPick(picked === EVERYTHING ? undefined : picked);
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
          aria-label={`${what}: ${label}`}
          data-hotkey={hotkey}
          w={width}
          styles={{ input: { overflow: "hidden", textOverflow: "ellipsis" } }}
        >
          {label}
        </InputBase>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search value={typed} onChange={(e) => setTyped(e.currentTarget.value)} placeholder="Group, unit or team" aria-label={`Find a ${what.toLowerCase()}`} />
        <Combobox.Options mah={360} style={{ overflowY: "auto" }} aria-label={`${what}s`}>
          {!wanted && !choice && (
            <Combobox.Option value={EVERYTHING} active={!value}>
              Everything
            </Combobox.Option>
          )}
          {found.map((node) => (
            <Combobox.Option key={node.id} value={node.id} active={node.id === value}>
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
