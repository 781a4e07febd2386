/** Local sign-in; afterwards back to where the person was going. */
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect } from "react";
import { ApiError, api, setCsrfToken, take } from "@/api/client";
import { sessionQuery } from "@/api/queries";

export function SignInPage() {
  const { next } = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const router = useRouter();
  const client = useQueryClient();
  useEffect(() => {
    document.title = "Sign in · FinOps Command Center";
  }, []);
  const signIn = useMutation({
    mutationFn: (body: { username: string; password: string }) =>
      take(api.POST("/api/gateway/v1/session", { body })),
    onSuccess: (session) => {
      setCsrfToken(session.csrf_token);
      client.clear();
      client.setQueryData(sessionQuery.queryKey, session);
      if (session.must_change_password) void navigate({ to: "/account" });
      else if (next) router.history.push(next);
      else void navigate({ to: "/" });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ username: String(form.get("username")), password: String(form.get("password")) });
  };
  return (
    <main className="sign-in">
      <form onSubmit={submit} className="panel sign-in-form">
        <div className="brand">
          <img src="/assets/mark-v1.svg" alt="" width={20} height={20} />
          FinOps Command Center
        </div>
        <h1 className="panel-title">Sign in</h1>
        {next && <p className="muted">You will come back to the page you asked for.</p>}
        <TextInput label="User name" name="username" autoComplete="username" required withAsterisk={false} />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ "aria-label": "Show password", tabIndex: 0 }}
        />
        <div role="alert">{signIn.error && <p className="unfavourable">{reasonOf(signIn.error)}</p>}</div>
        <Button type="submit" loading={signIn.isPending}>Sign in</Button>
        <p className="muted">
          The first start of the server prints the password of the admin account, and a link that signs you in once.
        </p>
      </form>
    </main>
  );
}

function reasonOf(error: Error): string {
  if (error instanceof ApiError && error.status === 401) return "User name and password do not match.";
  if (error instanceof ApiError && error.status === 429) return "Too many tries. Wait a minute and try again.";
  return error.message;
}
