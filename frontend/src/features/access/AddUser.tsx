import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiError } from "@/api/client";
import { useFocusBack } from "@/ui/useFocusBack";
import { InitialPassword } from "./InitialPassword";
import { addUser, useChange } from "./queries";

/** Somebody who signs in with a password here; the initial one is shown once. */
export function AddUser({ onClose }: { onClose: () => void }) {
  useFocusBack();
  const [name, setName] = useState("");
  const [called, setCalled] = useState("");
  const [email, setEmail] = useState("");
  const add = useChange(addUser);
  const fields = add.error instanceof ApiError ? add.error.fields : {};
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate({ name: name.trim(), display_name: called.trim() || null, email: email.trim() || null });
  };
  return (
    <Modal opened onClose={onClose} title="Add a user" closeButtonProps={{ "aria-label": "Close" }}>
      {add.data ? (
        <div className="stack">
          <InitialPassword user={name.trim()} password={add.data.password} />
          <p className="muted">{name.trim()} has no role yet and sees nothing. Give one next.</p>
          <div className="row" style={{ justifyContent: "flex-end" }}><Button size="xs" onClick={onClose}>Done</Button></div>
        </div>
      ) : (
        <form className="stack" onSubmit={submit} noValidate>
          <p className="muted">People of your identity provider need no user here: they are there once they have signed in.</p>
          <TextInput label="User name" description="To sign in with; lower case, without spaces" value={name} error={fields["body.name"]} maxLength={200} autoComplete="off" spellCheck={false} data-autofocus onChange={(e) => setName(e.currentTarget.value)} />
          <TextInput label="Called" description="On screen; may stay empty" value={called} maxLength={200} autoComplete="off" onChange={(e) => setCalled(e.currentTarget.value)} />
          <TextInput label="E-mail" description="May stay empty" value={email} maxLength={200} autoComplete="off" onChange={(e) => setEmail(e.currentTarget.value)} />
          {add.error && !fields["body.name"] && <p className="unfavourable" role="alert">{add.error.message}</p>}
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <Button size="xs" variant="default" onClick={onClose}>Cancel</Button>
            <Button size="xs" type="submit" disabled={name.trim() === ""} loading={add.isPending}>Add</Button>
          </div>
        </form>
      )}
    </Modal>
  );
}
