/** Saves the page as it stands under a name; renames and deletes what was saved, with a way back. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ApiError, api, take } from "@/api/client";
import { viewsQuery } from "@/api/queries";
import type { NewView, SavedView } from "@/api/types";

const MAX_NAME = 80;

const nameOf = (event: FormEvent<HTMLFormElement>): string => String(new FormData(event.currentTarget).get("name")).trim();

/** Message beside the name where the name is at fault, else what the server says of the whole. */
const messageOf = (error: Error | null): string | null => (error instanceof ApiError ? (error.fields.name ?? error.message) : (error?.message ?? null));

/** What somebody asked to change is ready to be typed over. */
const focusOn = (input: HTMLInputElement | null): void => input?.select();

const useRefresh = () => {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: viewsQuery.queryKey });
};

export default function ViewsDialog({ onClose }: { onClose: () => void }) {
  const views = useQuery(viewsQuery);
  const refresh = useRefresh();
  const [deleted, setDeleted] = useState<SavedView | null>(null);
  const undo = useMutation({
    mutationFn: ({ name, page, query }: SavedView) => take(api.POST("/api/gateway/v1/views", { body: { name, page, query } })),
    onSuccess: () => {
      setDeleted(null);
      return refresh();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Saved views" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <div style={{ display: "grid", gap: 16 }}>
        <NewViewForm />
        <div role="status">
          {deleted && (
            <div className="notice" data-tone="info">
              <div className="notice-body wrap-anywhere">“{deleted.name}” is deleted. {messageOf(undo.error)}</div>
              <Button size="compact-xs" variant="default" loading={undo.isPending} onClick={() => undo.mutate(deleted)}>Undo</Button>
            </div>
          )}
        </div>
        {views.error && <p className="unfavourable">{views.error.message}</p>}
        {views.data?.items.length === 0 && <p className="muted">No view is saved yet.</p>}
        <ul aria-label="Saved views" style={{ listStyle: "none", display: "grid", gap: 8 }}>
          {(views.data?.items ?? []).map((view) => (
            <ViewRow key={view.id} view={view} onDeleted={setDeleted} />
          ))}
        </ul>
      </div>
    </Modal>
  );
}

function NewViewForm() {
  const here = useLocation();
  const refresh = useRefresh();
  const save = useMutation({
    mutationFn: (body: NewView) => take(api.POST("/api/gateway/v1/views", { body })),
    onSuccess: refresh,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    save.mutate({ name: nameOf(event), page: here.pathname, query: here.searchStr.replace(/^\?/, "") }, { onSuccess: () => form.reset() });
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

function ViewRow({ view, onDeleted }: { view: SavedView; onDeleted: (view: SavedView) => void }) {
  const [renaming, setRenaming] = useState(false);
  const refresh = useRefresh();
  const path = { path: { view_id: view.id } };
  const rename = useMutation({
    mutationFn: (name: string) => take(api.PATCH("/api/gateway/v1/views/{view_id}", { params: path, body: { name } })),
    onSuccess: () => {
      setRenaming(false);
      return refresh();
    },
  });
  const remove = useMutation({
    mutationFn: () => take(api.DELETE("/api/gateway/v1/views/{view_id}", { params: path })),
    onSuccess: () => {
      onDeleted(view);
      return refresh();
    },
  });
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
        {remove.error && <span className="unfavourable">{remove.error.message}</span>}
        <Button size="compact-xs" variant="default" aria-label={`Rename ${view.name}`} onClick={() => setRenaming(true)}>Rename</Button>
        <Button size="compact-xs" variant="default" aria-label={`Delete ${view.name}`} loading={remove.isPending} onClick={() => remove.mutate()}>Delete</Button>
      </span>
    </li>
  );
}
