import { Button, Modal } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";

/** A change that nobody published is not lost by a click on the menu. */
export function LeaveDialog({ dirty, what }: { dirty: boolean; what: string }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: dirty,
    withResolver: true,
  });
  return (
    <Modal opened={blocker.status === "blocked"} onClose={() => blocker.reset?.()} title="Leave without publishing?" closeButtonProps={{ "aria-label": "Close" }}>
      <p>{what} unsaved changes. They are lost when you leave this page.</p>
      <div className="row" style={{ marginTop: 16, justifyContent: "flex-end" }}>
        <Button size="xs" variant="default" onClick={() => blocker.proceed?.()}>Leave and lose them</Button>
        <Button size="xs" data-autofocus onClick={() => blocker.reset?.()}>Stay</Button>
      </div>
    </Modal>
  );
}
