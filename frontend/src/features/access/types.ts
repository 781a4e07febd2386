import type { Sent } from "@/api/types";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Place = Sent<Schemas["Place"]>;
export type Role = Sent<Schemas["Role"]>;
export type Roles = Sent<Schemas["Roles"]>;
export type Binding = Sent<Schemas["Binding"]>;
export type NewBinding = Schemas["NewBinding"];
export type Person = Sent<Schemas["UserInList"]>;
export type Why = Sent<Schemas["AccessExplanation"]>;
