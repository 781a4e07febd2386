/** For somebody who is signed in and has no role yet: who they are, and whom to ask. There is nothing else for them. */
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { sessionQuery } from "@/api/queries";
import type { Session } from "@/api/types";
import { useSignOut } from "../useSignOut";

export default function NoAccess({ session: { user, access_contact: contact } }: { session: Session }) {
  const client = useQueryClient();
  const signOut = useSignOut();
  useEffect(() => {
    document.title = "No access yet · FinOps Command Center";
  }, []);
  return (
    <main className="sign-in">
      <div className="panel sign-in-form">
        <div className="brand">
          <img src="/assets/mark-v1.svg" alt="" width={20} height={20} />
          FinOps Command Center
        </div>
        <h1 className="panel-title">No access yet</h1>
        <p className="wrap-anywhere">
          You are signed in as <b>{user.display_name ?? user.name}</b>
          {user.email ? ` (${user.email})` : ""}, and neither you nor a group of yours has been given a role here.
        </p>
        <p className="wrap-anywhere">Ask {contact || "the FinOps admin of your company"} for access.</p>
        <p className="muted wrap-anywhere">
          {user.groups.length > 0 ? `Your groups, as your company account names them: ${user.groups.join(", ")}.` : "Your company account names no groups of yours."}
        </p>
        <div className="row">
          <Button size="xs" onClick={() => void client.invalidateQueries({ queryKey: sessionQuery.queryKey })}>Look again</Button>
          <Button size="xs" variant="default" onClick={() => void signOut()}>Sign out</Button>
        </div>
      </div>
    </main>
  );
}
