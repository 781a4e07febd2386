import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { sessionQuery } from "@/api/queries";
import { useChangeOf } from "@/api/useChange";
import type { AccessSearch } from "@/lib/search";
import type { NewBinding } from "./types";

const KEY = "access";

export const rolesQuery = queryOptions({
  queryKey: [KEY, "roles"],
  queryFn: ({ signal }) => take(api.GET("/api/gateway/v1/access/roles", { signal })),
});

export const bindingsQuery = ({ user, group, role, node }: Pick<AccessSearch, "user" | "group" | "role" | "node">) =>
  queryOptions({
    queryKey: [KEY, "bindings", user, group, role, node],
    queryFn: ({ signal }) => take(api.GET("/api/gateway/v1/access/bindings", { params: { query: { user, group, role, node } }, signal })),
    placeholderData: keepPreviousData,
  });

export const usersQuery = queryOptions({
  queryKey: [KEY, "users"],
  queryFn: ({ signal }) => take(api.GET("/api/gateway/v1/users", { signal })),
});

export const whyQuery = (user: string, permission: string, node: string | undefined) =>
  queryOptions({
    queryKey: [KEY, "why", user, permission, node],
    queryFn: ({ signal }) => take(api.GET("/api/gateway/v1/access/explanation", { params: { query: { user, permission, node } }, signal })),
    retry: false,
  });

export const giveRole = (body: NewBinding) => take(api.POST("/api/gateway/v1/access/bindings", { body }));
export const takeRole = (id: string) => take(api.DELETE("/api/gateway/v1/access/bindings/{binding_id}", { params: { path: { binding_id: id } } }));
export const addUser = (body: { name: string; display_name: string | null; email: string | null }) => take(api.POST("/api/gateway/v1/users", { body }));
export const resetPassword = (user: string) => take(api.POST("/api/gateway/v1/users/{user}/password", { params: { path: { user } } }));
export const endSessions = (user: string) => take(api.DELETE("/api/gateway/v1/users/{user}/sessions", { params: { path: { user } } }));
export const setDisabled = (user: string, is_disabled: boolean) => take(api.PATCH("/api/gateway/v1/users/{user}", { params: { path: { user } }, body: { is_disabled } }));

/** A change of who may do what, and so perhaps of what the one who makes it may do. */
export const useChange = <R, V = void>(change: (value: V) => Promise<R>, onDone?: (result: R) => void) => useChangeOf<R, V>([KEY, ...sessionQuery.queryKey], change, onDone);
