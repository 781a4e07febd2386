import { PageHeader } from "@/ui/PageHeader";

export function DataHealthPage() {
  return <PageHeader title="Data health" answer="" />;
}
