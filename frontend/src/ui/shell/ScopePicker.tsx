import { NodePicker } from "../NodePicker";
import { useSearchState } from "../useSearchState";

/** Where in the hierarchy a page looks. Page and range stay as they are. */
export function ScopePicker() {
  const [search, patch] = useSearchState();
  return <NodePicker what="Scope" value={search.scope} hotkey="scope" onPick={(scope) => patch({ scope })} />;
}
