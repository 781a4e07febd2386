import { Button, PasswordInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, api, take } from "@/api/client";

const TOGGLE = { "aria-label": "Show password", tabIndex: 0 };

export function PasswordForm() {
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { old_password: "", new_password: "", again: "" },
    validate: {
      old_password: (v) => (v === "" ? "Give the password you have now" : null),
      new_password: (v) => (v === "" ? "Give a new password" : null),
      again: (v, all) => (v === all.new_password ? null : "This is not the same as the new password"),
    },
  });
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (body: { old_password: string; new_password: string }) => take(api.POST("/api/gateway/v1/password", { body })),
    onSuccess: () => {
      form.reset();
      // An initial password that was changed opens the rest.
      return client.invalidateQueries();
    },
    onError: (error) => {
      if (error instanceof ApiError) form.setErrors(error.fields);
    },
  });
  return (
    <section className="panel" aria-label="Password">
      <div className="panel-head">
        <h2 className="panel-title">Password</h2>
      </div>
      <form className="panel-body form-grid" onSubmit={form.onSubmit(({ old_password, new_password }) => change.mutate({ old_password, new_password }))}>
        <PasswordInput label="Password now" autoComplete="current-password" visibilityToggleButtonProps={TOGGLE} key={form.key("old_password")} {...form.getInputProps("old_password")} />
        <PasswordInput label="New password" autoComplete="new-password" visibilityToggleButtonProps={TOGGLE} key={form.key("new_password")} {...form.getInputProps("new_password")} />
        <PasswordInput label="New password again" autoComplete="new-password" visibilityToggleButtonProps={TOGGLE} key={form.key("again")} {...form.getInputProps("again")} />
        <div role="status">
          {change.isSuccess && <span className="favourable">The password is changed.</span>}
          {change.error && <span className="unfavourable">{change.error.message}</span>}
        </div>
        <div>
          <Button type="submit" size="xs" loading={change.isPending}>Change password</Button>
        </div>
      </form>
    </section>
  );
}
