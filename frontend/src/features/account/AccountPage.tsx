/** What a person manages about themselves: password and API tokens. */
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "@/api/queries";
import { PageHeader } from "@/ui/PageHeader";
import { PasswordForm } from "./PasswordForm";
import { Tokens } from "./Tokens";

export function AccountPage() {
  const session = useQuery(sessionQuery);
  return (
    <>
      <PageHeader title="Password and tokens" answer={session.data ? `Signed in as ${session.data.user.name}.` : ""} />
      {session.data?.must_change_password && (
        <div className="notice" data-tone="error" role="status">
          <IconAlertTriangle size={16} aria-hidden />
          <div className="notice-body">Your password is an initial one that somebody else knows. Change it; until then you can do nothing else.</div>
        </div>
      )}
      {session.data && !session.data.must_change_password && session.data.permissions.length <= 1 && (
        <div className="notice" data-tone="info" role="status">
          <IconAlertTriangle size={16} aria-hidden />
          <div className="notice-body">You have no role yet, so you see no costs. Ask a FinOps admin for one.</div>
        </div>
      )}
      <div className="two-panels">
        <PasswordForm />
        {session.data && !session.data.must_change_password && <Tokens permissions={session.data.permissions} />}
      </div>
    </>
  );
}
