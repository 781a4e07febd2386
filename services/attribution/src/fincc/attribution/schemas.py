"""Response models of attribution."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from fincc.attribution.domain.hierarchy import HierarchyDiff, Node
from fincc.attribution.domain.moves import Move, net_changes
from fincc.attribution.domain.suggestions import Unmatched
from fincc.attribution.usecases.moves import UNATTRIBUTABLE, Matched, Moved
from fincc.attribution.usecases.suggest import Suggested


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


class Rebuilt(BaseModel):
    """`version` is null where nothing was ever published."""

    version: int | None


class NodeChangeOut(BaseModel):
    """The last interval of one id before and after; `fields` are those that differ; empty where one is null."""

    id: str
    before: NodeOut | None
    after: NodeOut | None
    fields: list[str]

    @classmethod
    def all_of(cls, difference: HierarchyDiff) -> list[NodeChangeOut]:
        added = [cls(id=n.id, before=None, after=NodeOut.of(n), fields=[]) for n in difference.added]
        changed = [
            cls(id=c.after.id, before=NodeOut.of(c.before), after=NodeOut.of(c.after), fields=list(c.fields))
            for c in difference.changed
        ]
        return [
            *added,
            *changed,
            *(cls(id=n.id, before=NodeOut.of(n), after=None, fields=[]) for n in difference.removed),
        ]


class HierarchyChange(Change):
    """`nodes`: valid today after the change. `effective_from`: null when everything is replaced since ever."""

    nodes: list[NodeOut]
    effective_from: date | None
    changes: list[NodeChangeOut]


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


class TeamChangeOut(BaseModel):
    currency: str
    metric: str
    team: str
    amount: str


class MovedOut(BaseModel):
    """`missing_periods`: their records are no longer in the archive, so nothing is said of them.

    `teams`: what each gains or loses; the amounts of one currency sum to 0, Unattributable among them.
    """

    periods: list[str]
    missing_periods: list[str]
    moved: list[MoveOut]
    teams: list[TeamChangeOut]
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
            "teams": _team_changes(moved, metric),
            "unattributable_before": {c: f"{v:f}" for c, v in moved.before.items()},
            "unattributable_after": {c: f"{v:f}" for c, v in moved.after.items()},
        }


def _team_changes(moved: Moved, metric: str) -> list[TeamChangeOut]:
    by_currency: dict[str, list[Move]] = {}
    for currency, move in moved.moves:
        by_currency.setdefault(currency, []).append(move)
    changes = [(c, team, amount) for c, moves in by_currency.items() for team, amount in net_changes(moves).items()]
    return [
        TeamChangeOut(currency=currency, metric=metric, team=team or UNATTRIBUTABLE, amount=f"{amount:f}")
        for currency, team, amount in sorted(changes, key=lambda c: (c[0], -abs(c[2]), c[1] or ""))
    ]


class RuleCostOut(BaseModel):
    """`rule_id` null: what no rule takes."""

    rule_id: str | None
    currency: str
    metric: str
    amount: str
    keys: int


class MatchedOut(BaseModel):
    periods: list[str]
    missing_periods: list[str]
    rules: list[RuleCostOut]

    @classmethod
    def of(cls, matched: Matched, metric: str) -> MatchedOut:
        rules = [
            RuleCostOut(rule_id=r.rule_id, currency=currency, metric=metric, amount=f"{r.amount:f}", keys=r.keys)
            for currency, r in matched.rules
        ]
        return cls(periods=matched.periods, missing_periods=matched.missing, rules=rules)


class Published(MovedOut):
    version: int


class EvidenceOut(BaseModel):
    """`kind` is name, account, tag or resource; `strength` between 0 and 1."""

    kind: str
    strength: float
    text: str


class CandidateOut(BaseModel):
    team: str
    confidence: float
    evidence: list[EvidenceOut]


class UnmatchedOut(BaseModel):
    """Costs that nobody owns and that say the same: `column` is `Tags/<key>`, SubAccountId, or "" when they say nothing,
    and then no rule can be made for them. `team` is null where no candidate is sure enough."""

    currency: str
    column: str
    value: str
    amount: str
    keys: int
    team: str | None
    candidates: list[CandidateOut]

    @classmethod
    def of(cls, currency: str, unmatched: Unmatched) -> UnmatchedOut:
        plain = {name: getattr(unmatched, name) for name in ("column", "value", "keys", "team")}
        candidates = [CandidateOut.model_validate(c, from_attributes=True) for c in unmatched.candidates]
        return cls(**plain, currency=currency, amount=f"{unmatched.amount:f}", candidates=candidates)


class SuggestionsOut(BaseModel):
    """The largest amounts first, per currency. Without a hierarchy there is nobody to suggest, and nothing is listed."""

    metric: str
    periods: list[str]
    missing_periods: list[str]
    has_hierarchy: bool
    unattributable: dict[str, str]
    items: list[UnmatchedOut]

    @classmethod
    def of(cls, suggested: Suggested, metric: str) -> SuggestionsOut:
        return cls(
            metric=metric,
            periods=suggested.periods,
            missing_periods=suggested.missing,
            has_hierarchy=suggested.has_hierarchy,
            unattributable={c: f"{v:f}" for c, v in suggested.unattributable.items()},
            items=[UnmatchedOut.of(c, u) for c, found in suggested.unmatched.items() for u in found],
        )


class AcceptedSuggestion(BaseModel):
    """A group as `UnmatchedOut` names it, and the team that owns it."""

    column: str = Field(max_length=300)
    value: str = Field(max_length=2000)
    team: str = Field(max_length=200)


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
