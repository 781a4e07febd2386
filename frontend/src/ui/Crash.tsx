import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { PageHeader } from "./PageHeader";

/** A fault of our own in one page; the menu keeps working. */
export function Crash({ error, reset }: ErrorComponentProps) {
  return (
    <>
      <PageHeader title="This page stopped working" answer="The fault is on our side. Your data is not affected." />
      <p className="mono wrap-anywhere">{error instanceof Error ? error.message : String(error)}</p>
      <div>
        <Button size="xs" variant="default" onClick={reset}>Try again</Button>
      </div>
    </>
  );
}
