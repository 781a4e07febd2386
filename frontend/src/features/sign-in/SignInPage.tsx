/** The ways in that the server has; afterwards back to where the person was going. */
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect } from "react";
import { ApiError, api, setCsrfToken, take } from "@/api/client";
import { sessionQuery, waysInQuery } from "@/api/queries";

export function SignInPage() {
  const { next } = useSearch({ from: "/sign-in" });
  const ways = useQuery(waysInQuery);
  const provider = ways.data?.provider;
  // A server that does not say how to sign in may still take a password.
  const password = ways.isError || ways.data?.password === true;
  useEffect(() => {
    document.title = "Sign in · FinOps Command Center";
  }, []);
  return (
    <main className="sign-in" aria-busy={ways.isPending}>
      <div className="panel sign-in-form">
        <div className="brand">
          <img src="/assets/mark-v1.svg" alt="" width={20} height={20} />
          FinOps Command Center
        </div>
        <h1 className="panel-title">Sign in</h1>
        {next && <p className="muted">You will come back to the page you asked for.</p>}
        {provider && (
          <Button component="a" href={next ? `${provider.href}?${new URLSearchParams({ next })}` : provider.href}>
            Sign in with {provider.title}
          </Button>
        )}
        {provider && password && <p className="muted">Or with a password kept here:</p>}
        {password && <PasswordForm next={next} second={Boolean(provider)} />}
      </div>
    </main>
  );
}

function PasswordForm({ next, second }: { next: string | undefined; second: boolean }) {
  const navigate = useNavigate();
  const router = useRouter();
  const client = useQueryClient();
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
    <form onSubmit={submit} className="form-grid" aria-label="Sign in here">
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
      <Button type="submit" variant={second ? "default" : "filled"} loading={signIn.isPending}>Sign in</Button>
      <p className="muted">
        The first start of the server prints the password of the admin account, and a link that signs you in once.
      </p>
    </form>
  );
}

function reasonOf(error: Error): string {
  if (error instanceof ApiError && error.status === 401) return "User name and password do not match.";
  if (error instanceof ApiError && error.status === 429) return "Too many tries. Wait a minute and try again.";
  return error.message;
}
