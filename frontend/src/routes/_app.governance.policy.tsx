import { createFileRoute } from "@tanstack/react-router";
import { PolicyPage } from "@/features/untagged/PolicyPage";
import { policyShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/governance/policy")({
  validateSearch: readAndReport(policyShape),
  component: PolicyPage,
  errorComponent: Crash,
});
