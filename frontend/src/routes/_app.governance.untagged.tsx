import { createFileRoute } from "@tanstack/react-router";
import { UntaggedPage } from "@/features/untagged/UntaggedPage";
import { untaggedShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/governance/untagged")({
  validateSearch: readAndReport(untaggedShape),
  component: UntaggedPage,
  errorComponent: Crash,
});
