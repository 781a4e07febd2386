/** Everything by name: pages, teams, services, resources, saved views, questions and actions. Loaded when first opened. */
import "./palette.css";
import { Modal } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useRouter } from "@tanstack/react-router";
import { type KeyboardEvent, useState } from "react";
import { useFocusBack } from "../useFocusBack";
import type { Entry } from "./entries";
import { remember } from "./recent";
import { usePaletteEntries } from "./usePaletteEntries";

const FOCUS_BACK_MS = 50;

/** At once: who types right after the keys that opened this must not lose a letter. */
const focus = (field: HTMLInputElement | null): void => field?.focus();

const reveal = (chosen: HTMLElement | null): void => chosen?.scrollIntoView({ block: "nearest" });

interface PaletteProps {
  onClose: () => void;
  onHelp: () => void;
}

export default function Palette({ onClose, onHelp }: PaletteProps) {
  useFocusBack();
  const router = useRouter();
  const [text, setText] = useState("");
  /** By its id: the list still grows while the server looks, and the choice must not slip to another entry. */
  const [picked, setPicked] = useState<string | null>(null);
  const { sections, user, isLooking } = usePaletteEntries(text.trim(), onHelp);
  const entries = sections.flatMap((s) => s.entries);
  const at = Math.max(0, entries.findIndex((e) => e.id === picked));
  const current = entries[at];

  const choose = (entry: Entry | undefined): void => {
    if (!entry) return;
    if (entry.id !== "typed-resource") remember(user, entry);
    onClose();
    if (entry.href) router.history.push(entry.href);
    // The focus goes back as the dialog closes; what an action opens takes it after that.
    else setTimeout(() => entry.run?.(), FOCUS_BACK_MS);
  };

  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && entries.length > 0) setPicked(entries[(at + step + entries.length) % entries.length]?.id ?? null);
    else if (event.key === "Enter") choose(current);
    else return;
    event.preventDefault();
  };

  return (
    <Modal opened onClose={onClose} withCloseButton={false} title={<span className="palette-title">Go to or do</span>} size={600} padding={0} yOffset="10dvh" transitionProps={{ duration: 0 }} classNames={{ header: "palette-header" }}>
      <div className="palette-find">
        <IconSearch size={16} aria-hidden />
        <input
          ref={focus}
          type="text"
          role="combobox"
          aria-label="Page, team, service, resource id, question or action"
          aria-expanded
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-activedescendant={current ? `palette-${at}` : undefined}
          placeholder="Page, team, service, question…"
          value={text}
          onChange={(e) => {
            setText(e.currentTarget.value);
            setPicked(null);
          }}
          onKeyDown={onKey}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <kbd>Esc</kbd>
      </div>
      <div className="palette-list" id="palette-list" role="listbox" aria-label="What fits">
        {sections.map((section) => (
          <div key={section.group} role="group" aria-labelledby={`palette-group-${section.group.replace(" ", "-")}`}>
            <div className="palette-group" id={`palette-group-${section.group.replace(" ", "-")}`} role="presentation">{section.group}</div>
            {section.entries.map((entry) => {
              const place = entries.indexOf(entry);
              return (
                // The input keeps the focus and its keys move the choice; a mouse may click.
                // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
                <div key={entry.id} id={`palette-${place}`} ref={entry === current ? reveal : undefined} role="option" tabIndex={-1} aria-selected={entry === current} className="palette-entry" onClick={() => choose(entry)} onMouseMove={() => place !== at && setPicked(entry.id)}>
                  <span className="palette-label wrap-anywhere">{entry.label}</span>
                  {entry.detail && <span className="palette-detail">{entry.detail}</span>}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <p className="palette-foot" role="status">
        {entries.length === 0 ? (isLooking ? "Searching" : "Nothing is called like this") : `${entries.length} ${entries.length === 1 ? "entry" : "entries"}${isLooking ? ", searching for more" : ""}`}
      </p>
    </Modal>
  );
}
