import { createFileRoute } from "@tanstack/react-router";
import { SignInPage } from "@/features/sign-in/SignInPage";
import { signInShape } from "@/lib/search";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/sign-in")({ validateSearch: readAndReport(signInShape), component: SignInPage });
