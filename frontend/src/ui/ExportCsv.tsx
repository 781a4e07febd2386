import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { csvHref } from "@/lib/csvHref";

/** CSV of exactly the query that the page shows, made by the server: same filters, same totals, all rows. */
export function ExportCsv({ path, query, label = "CSV" }: { path: string; query: Record<string, unknown> | null; label?: string }) {
  return (
    <Button
      component="a"
      size="xs"
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden />}
      href={query ? csvHref(path, query) : undefined}
      aria-disabled={query ? undefined : true}
      download
      data-hotkey="export"
    >
      {label}
    </Button>
  );
}
