/** Saves the page as it stands under a name; renames, replaces and deletes what was saved, with a way back. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ApiError, api, take } from "@/api/client";
import { viewsQuery } from "@/api/queries";
import type { NewView, SavedView } from "@/api/types";
import { useChangeOf } from "@/api/useChange";
import { useFocusBack } from "../useFocusBack";

const MAX_NAME = 80;

const nameOf = (event: FormEvent<HTMLFormElement>): string => String(new FormData(event.currentTarget).get("name")).trim();

/** Message beside the name where the name is at fault, else what the server says of the whole. */
const messageOf = (error: Error | null): string | null => (error instanceof ApiError ? (error.fields.name ?? error.message) : (error?.message ?? null));

/** What somebody asked to change is ready to be typed over. */
const focusOn = (input: HTMLInputElement | null): void => input?.select();

/** The page as it stands, as views keep it. */
const useHere = (): Omit<NewView, "name"> => {
  const { pathname, searchStr } = useLocation();
  return { page: pathname, query: searchStr.replace(/^\?/, "") };
};

const put = ({ id, name, page, query }: SavedView) =>
  take(api.PUT("/api/gateway/v1/views/{view_id}", { params: { path: { view_id: id } }, body: { name, page, query } }));

/** What was done to a view, and the view as it was before. */
interface Done {
  readonly what: "deleted" | "replaced";
  readonly before: SavedView;
}

export default function ViewsDialog({ onClose }: { onClose: () => void }) {
  useFocusBack();
  const views = useQuery(viewsQuery);
  const [done, setDone] = useState<Done | null>(null);
  const undo = useChangeOf(
    ["views"],
    ({ what, before }: Done) => {
      const { name, page, query } = before;
      return what === "replaced" ? put(before) : take(api.POST("/api/gateway/v1/views", { body: { name, page, query } }));
    },
    () => setDone(null),
  );
  return (
    <Modal opened onClose={onClose} title="Saved views" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <div style={{ display: "grid", gap: 16 }}>
        <NewViewForm />
        <div role="status">
          {done && (
            <div className="notice" data-tone="info">
              <div className="notice-body wrap-anywhere">
                “{done.before.name}” {done.what === "deleted" ? "is deleted" : "now leads to this page"}. {messageOf(undo.error)}
              </div>
              <Button size="compact-xs" variant="default" loading={undo.isPending} onClick={() => undo.mutate(done)}>Undo</Button>
            </div>
          )}
        </div>
        {views.error && <p className="unfavourable">{views.error.message}</p>}
        {views.data?.items.length === 0 && <p className="muted">No view is saved yet.</p>}
        <ul aria-label="Saved views" style={{ listStyle: "none", display: "grid", gap: 8 }}>
          {(views.data?.items ?? []).map((view) => (
            <ViewRow key={view.id} view={view} onDone={setDone} />
          ))}
        </ul>
      </div>
    </Modal>
  );
}

function NewViewForm() {
  const here = useHere();
  const save = useChangeOf(["views"], (body: NewView) => take(api.POST("/api/gateway/v1/views", { body })));
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    save.mutate({ name: nameOf(event), ...here }, { onSuccess: () => form.reset() });
  };
  return (
    <form onSubmit={submit} className="row" style={{ alignItems: "flex-start" }}>
      <TextInput
        size="xs"
        label="Name of the present view"
        description="Keeps the page with its scope, dates and filters. “Last 30 days” moves along, chosen dates stay."
        name="name"
        required
        withAsterisk={false}
        maxLength={MAX_NAME}
        error={messageOf(save.error)}
        style={{ flex: "1 1 260px" }}
        inputWrapperOrder={["label", "input", "description", "error"]}
        data-autofocus
      />
      <Button size="xs" type="submit" loading={save.isPending} style={{ marginTop: 22 }}>Save view</Button>
    </form>
  );
}

function ViewRow({ view, onDone }: { view: SavedView; onDone: (done: Done) => void }) {
  const [renaming, setRenaming] = useState(false);
  const here = useHere();
  const rename = useChangeOf(["views"], (name: string) => put({ ...view, name }), () => setRenaming(false));
  const remove = useChangeOf(
    ["views"],
    () => take(api.DELETE("/api/gateway/v1/views/{view_id}", { params: { path: { view_id: view.id } } })),
    () => onDone({ what: "deleted", before: view }),
  );
  const replace = useChangeOf(["views"], () => put({ ...view, ...here }), () => onDone({ what: "replaced", before: view }));
  const isHere = view.page === here.page && view.query === here.query;
  if (renaming) {
    const submit = (event: FormEvent<HTMLFormElement>): void => {
      event.preventDefault();
      rename.mutate(nameOf(event));
    };
    return (
      <li>
        <form onSubmit={submit} className="row" style={{ alignItems: "flex-start" }}>
          <TextInput size="xs" name="name" aria-label={`New name of ${view.name}`} defaultValue={view.name} required maxLength={MAX_NAME} error={messageOf(rename.error)} style={{ flex: "1 1 200px" }} ref={focusOn} />
          <Button size="xs" type="submit" loading={rename.isPending}>Rename</Button>
          <Button size="xs" variant="default" onClick={() => setRenaming(false)}>Cancel</Button>
        </form>
      </li>
    );
  }
  return (
    <li className="row spread">
      <span className="wrap-anywhere" style={{ flex: "1 1 180px" }}>{view.name}</span>
      <span className="row">
        {(remove.error ?? replace.error) && <span className="unfavourable">{(remove.error ?? replace.error)?.message}</span>}
        {isHere ? (
          <span className="muted">this page</span>
        ) : (
          <Button size="compact-xs" variant="default" aria-label={`Replace ${view.name} with this page`} loading={replace.isPending} onClick={() => replace.mutate()}>Replace with this page</Button>
        )}
        <Button size="compact-xs" variant="default" aria-label={`Rename ${view.name}`} onClick={() => setRenaming(true)}>Rename</Button>
        <Button size="compact-xs" variant="default" aria-label={`Delete ${view.name}`} loading={remove.isPending} onClick={() => remove.mutate()}>Delete</Button>
      </span>
    </li>
  );
}
