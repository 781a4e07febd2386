"""Roles, who has which where, and why somebody may do something."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from fincc.gateway.schemas.parts import Name, NodeId, Place, Request


class RolePermission(BaseModel):
    name: str
    about: str
    at_nodes: bool = Field(description="Whether it can hold at a node; else it takes the role everywhere.")


class Role(BaseModel):
    name: str
    title: str
    about: str
    permissions: list[RolePermission]


class Roles(BaseModel):
    items: list[Role]
    permissions: list[RolePermission]
    may_give_everywhere: bool
    may_give_at: list[Place] = Field(description="The nodes at and below which the asker may give roles.")


class NewBinding(Request):
    user: Name | None = Field(None, description="Id or name of a user; or else `group`.")
    group: Name | None = Field(None, description="Name of a group as the identity provider writes it.")
    role: Name
    node: NodeId | None = Field(None, description="Node of the hierarchy; empty: everything.")


class Principal(BaseModel):
    kind: Literal["user", "group"]
    id: str
    name: str
    display_name: str | None
    is_disabled: bool


class BindingRole(BaseModel):
    name: str
    title: str


class Binding(BaseModel):
    id: str
    principal: Principal
    role: BindingRole
    node: Place | None = Field(description="Null: everything.")
    gives: list[str] = Field(description="The permissions it gives today.")
    note: str | None = Field(description="Why it gives less than its role.")
    why_not_remove: str | None = Field(description="Null: the asker may remove it.")
    created_at: datetime
    created_by: str | None


class Bindings(BaseModel):
    items: list[Binding]
    hidden: int = Field(description="Bindings at places the asker may not see.")


class GivenBy(BaseModel):
    binding_id: str
    group: str | None = Field(description="The group it comes by; null: it is the user's own.")
    role: BindingRole
    node: Place | None
    way: list[str] = Field(description="Names from the binding's node down to the asked one.")


class Explained(BaseModel):
    """Whom an explanation is about."""

    id: str
    name: str


class AccessExplanation(BaseModel):
    user: Explained
    permission: str
    about: str
    node: Place | None
    allowed: bool
    given_by: list[GivenBy]
    missing: list[str]
