"""Answers as they leave the service. Amounts are exact decimal strings; percentages have one decimal and may be null."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    model_config = ConfigDict(populate_by_name=True)


class Money(Model):
    amount: str = Field(examples=["1234.56"])
    currency: str = Field(examples=["USD"])


class DayRange(Model):
    """Both days included."""

    from_: date = Field(alias="from")
    to: date


class ScopeNode(Model):
    id: str
    name: str


class Restated(Model):
    source: str
    billing_period: str
    at: datetime
    difference: Money | None = Field(description="Of the whole bill; null for who sees a part of the hierarchy only.")


class PendingPeriod(Model):
    source: str
    billing_period: str
    since: datetime
    hop: str


class LateSource(Model):
    source: str
    data_through: date | None


class SourcePeriod(Model):
    source: str
    billing_period: str


class Meta(Model):
    as_of: date | None
    data_through: date | None
    partial_from: date | None
    refreshed_at: datetime | None
    cost_metric: str
    currency: str
    other_currencies: list[str]
    scope_path: list[ScopeNode]
    unallocated_amount: Money | None
    not_included: bool = Field(description="Unattributable cost lies outside the scope.")
    limited_to: list[ScopeNode] | None = Field(
        description="The parts of the hierarchy that who asks may see; nothing else is in any figure. Null: everything."
    )
    ownership_version: int
    restated: list[Restated]
    pending: list[PendingPeriod]
    late_sources: list[LateSource]
    overlapping: list[SourcePeriod]
    warnings: list[str]
    filters: list[str]
    query_hash: str


class Moved(Model):
    cost: Money
    previous_cost: Money | None
    change: Money | None
    change_percent: float | None
    share_percent: float | None
    series: list[str]


class TeamCost(Moved):
    team_id: str | None
    team: str
    business_unit_id: str | None
    business_unit: str | None
    business_group_id: str | None
    business_group: str | None


class GroupCost(Moved):
    id: str
    name: str


class UnitCost(GroupCost):
    business_group_id: str | None


class CostByTeam(Model):
    meta: Meta
    days: int
    range: DayRange | None
    previous_range: DayRange | None
    total: Money
    previous_total: Money
    change: Money
    change_percent: float | None
    teams: list[TeamCost]
    groups: list[GroupCost]
    units: list[UnitCost]


class CostRow(Moved):
    keys: dict[str, str | None]
    labels: dict[str, str]


class OtherRow(Moved):
    count: int


class Costs(Model):
    meta: Meta
    range: DayRange
    previous_range: DayRange | None
    grain: str
    group_by: list[str]
    periods: list[date]
    total: Money
    previous_total: Money | None
    change: Money | None
    change_percent: float | None
    series_total: list[str]
    rows: list[CostRow]
    other: OtherRow | None


class Resource(Model):
    """A resource, or a charge without one. `key` leads to its records and to the explanation of its owner."""

    ResourceId: str | None
    ResourceType: str | None
    ServiceName: str | None
    SubAccountId: str | None
    RegionId: str | None
    x_TeamId: str | None  # noqa: N815 - FOCUS ids are written as they are
    x_ServiceId: str | None  # noqa: N815
    x_AttributionRuleId: str | None  # noqa: N815
    key: str
    cost: Money
    previous_cost: Money


class Resources(Model):
    meta: Meta
    range: DayRange
    previous_range: DayRange
    items: list[Resource]
    next_cursor: str | None
    total: int


class Records(Model):
    """Records with FOCUS columns; every value is text, so that amounts stay exact."""

    meta: Meta
    range: DayRange
    columns: list[str]
    items: list[dict[str, str | None]]
    next_cursor: str | None


class Labelled(Model):
    id: str
    label: str


class LabelledList(Model):
    items: list[Labelled]


class HierarchyNode(Model):
    id: str
    name: str
    type: Literal["business_group", "business_unit", "team"]
    parent_id: str | None
    owner_email: str | None
    cost_center: str | None


class HierarchyAnswer(Model):
    as_of: date
    version: int
    nodes: list[HierarchyNode]


class ReconciliationItem(Model):
    source_id: str
    source: str
    billing_period: str
    snapshot: str
    status: str = Field(description="complete, incomplete, pending or overlapping")
    pending_since: datetime | None
    pending_hop: str | None
    billed_basis: str | None
    currency: str
    counted: bool
    rows_read: int | None
    rows_quarantined: int | None
    rows_published: int | None
    source_billed: str | None
    quarantined_billed: str | None
    raw_billed: str | None
    enriched_billed: str | None
    cockpit_billed: str | None
    difference: str | None
    first_difference_hop: str | None


class Reconciliation(Model):
    meta: Meta
    items: list[ReconciliationItem]
    ok: bool


class PeriodItem(Model):
    billing_period: str
    sources: list[str]
    is_closed: bool


class Periods(Model):
    items: list[PeriodItem]
