/** What a person manages about themselves: password and API tokens. */
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
      <div className="two-panels">
        <PasswordForm />
        <Tokens />
      </div>
    </>
  );
}
