import { createFileRoute } from "@tanstack/react-router";
import { AccountPage } from "@/features/account/AccountPage";
import { Crash } from "@/ui/Crash";

export const Route = createFileRoute("/_app/account")({ component: AccountPage, errorComponent: Crash });
