import { PageHeader } from "@/ui/PageHeader";

export function ExplorePage() {
  return <PageHeader title="Explore" answer="" />;
}
