import { createFileRoute } from "@tanstack/react-router";
import { Shell } from "@/ui/shell/Shell";

export const Route = createFileRoute("/_app")({ component: Shell });
