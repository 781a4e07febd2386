"""Response models of attribution."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from fincc.attribution.domain.hierarchy import Node
from fincc.attribution.usecases.moves import UNATTRIBUTABLE, Moved


class NodeOut(BaseModel):
    id: str
    name: str
    type: str
    parent_id: str | None
    owner_email: str | None
    cost_center: str | None
    valid_from: date | None
    valid_to: date | None

    @classmethod
    def of(cls, node: Node) -> NodeOut:
        return cls(**{name: getattr(node, name) for name in cls.model_fields})


class HierarchyOut(BaseModel):
    version: int
    as_of: date
    nodes: list[NodeOut]


class Change(BaseModel):
    """What an import added, changed or removed, by id."""

    version: int
    added: list[str]
    changed: list[str]
    removed: list[str]


class HierarchyChange(Change):
    nodes: list[NodeOut]


class ServiceOut(BaseModel):
    id: str
    name: str
    team: str
    tier: int | None
    components: list[dict[str, Any]]


class CatalogOut(BaseModel):
    version: int
    services: list[ServiceOut]


class RuleSetSummary(BaseModel):
    version: int
    published_at: datetime
    published_by: str
    rules: int
    active: bool


class RuleSetList(BaseModel):
    items: list[RuleSetSummary]


class RuleSetOut(BaseModel):
    """`document` is the YAML text as published; `rules` are its rules in order."""

    version: int
    document: str
    rules: list[dict[str, Any]]


class MoveOut(BaseModel):
    currency: str
    metric: str
    team_from: str
    team_to: str
    amount: str
    keys: int


class MovedOut(BaseModel):
    """`missing_periods`: their records are no longer in the archive, so nothing is said of them."""

    periods: list[str]
    missing_periods: list[str]
    moved: list[MoveOut]
    unattributable_before: dict[str, str]
    unattributable_after: dict[str, str]

    @classmethod
    def parts_of(cls, moved: Moved, metric: str) -> dict[str, Any]:
        moves = [
            MoveOut(
                currency=currency,
                metric=metric,
                team_from=m.team_from or UNATTRIBUTABLE,
                team_to=m.team_to or UNATTRIBUTABLE,
                amount=f"{m.amount:f}",
                keys=m.keys,
            )
            for currency, m in moved.moves
        ]
        return {
            "periods": moved.periods,
            "missing_periods": moved.missing,
            "moved": moves,
            "unattributable_before": {c: f"{v:f}" for c, v in moved.before.items()},
            "unattributable_after": {c: f"{v:f}" for c, v in moved.after.items()},
        }


class Published(MovedOut):
    version: int


class OwnerOut(BaseModel):
    team_id: str | None
    service_id: str | None
    rule_id: str | None
    reason: str | None


class StepOut(BaseModel):
    rule_id: str
    rule: str
    verdict: str
    matched: bool
    why: str


class ExplanationOut(BaseModel):
    key: str
    attributes: dict[str, str]
    owner: OwnerOut
    steps: list[StepOut]
