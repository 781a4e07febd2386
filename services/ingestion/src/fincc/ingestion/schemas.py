"""Request and response models of ingestion."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from fincc.common.db import Row
from fincc.common.period import BillingPeriod
from fincc.common.stored_secrets import SetSecret
from fincc.ingestion.domain.metric_days import PULLS_PER_MONTH
from fincc.ingestion.settings import SHORTEST_POLL_S
from fincc.ingestion.usecases.metrics import MetricPlan as FoundMetricPlan

LONGEST_POLL_S = 31 * 86_400


class Place(BaseModel):
    """Where a bill lies, and how it is read there."""

    kind: str
    location: str = Field(min_length=1, max_length=2000)
    options: dict[str, Any] = Field({}, description="Those of the kind; secrets go in and never come out.")


class NewSource(Place):
    name: str = Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")


class SourceChange(BaseModel):
    """What is left out stays as it is. `poll_every_s`: seconds between looks; null takes the service's own setting again."""

    paused: bool | None = None
    poll_every_s: int | None = Field(None, ge=SHORTEST_POLL_S, le=LONGEST_POLL_S)
    options: dict[str, Any] | None = Field(
        None,
        description="Secrets, and options marked `x-access`: one that is not named stays, an empty one is removed.",
    )


class PlanRequest(BaseModel):
    """`period` alone, or a range `from`…`to` of billing periods, both included."""

    period: str | None = None
    from_: str | None = Field(None, alias="from")
    to: str | None = None
    now: bool = Field(False, description="Do not wait for files without a manifest to settle.")

    @field_validator("period", "from_", "to")
    @classmethod
    def is_period(cls, value: str | None) -> str | None:
        return None if value is None else str(BillingPeriod.parse(value))


class PlacePlanRequest(Place, PlanRequest):
    """The plan of a source that is not stored."""


class IngestRequest(PlanRequest):
    accept_shrink: bool = False
    quiet: bool = Field(False, description="Keep no run of a delivery that is known already.")


class RebuildRequest(BaseModel):
    source: str | None = None
    period: str | None = None

    @field_validator("period")
    @classmethod
    def is_period(cls, value: str | None) -> str | None:
        return None if value is None else str(BillingPeriod.parse(value))


class CountChoice(BaseModel):
    counted: bool


class JobAccepted(BaseModel):
    job_id: str


class Period(BaseModel):
    billing_period: str
    version: int
    counted: bool
    rows: int
    is_closed: bool
    delivered_at: datetime


class ColumnCount(BaseModel):
    """A column of the bill; `non_null` is null when its cells were not counted."""

    name: str
    non_null: int | None


class TypeCount(BaseModel):
    type: str
    rows: int


class Warned(BaseModel):
    kind: str
    detail: str | None
    count: int


class RestatedBy(BaseModel):
    """Against the delivery of a closed period that was replaced; amounts by currency."""

    previous_version: int
    difference: dict[str, str]


class Charge(BaseModel):
    amount: str
    currency: str


class MetricReport(BaseModel):
    """What a run of a source of metrics did besides its points, which are its rows."""

    first_day: date
    last_day: date
    requested: int = Field(description="Series asked for; AWS charges for each.")
    charge: Charge
    resources: int
    resources_cut: int = Field(
        description="Cheaper resources that were not asked about, beyond the limits of the source."
    )
    not_evaluated: int = Field(description="Resources without a single point: nothing is known of them.")
    not_evaluated_ids: list[str] = Field(description="The first hundred of them.")


class Run(BaseModel):
    """One attempt at one delivery of one billing period."""

    id: str
    job_id: str | None
    source_id: str
    source: str | None
    billing_period: str
    version: int | None
    token: str
    state: Literal["running", "complete", "overlapping", "unchanged", "superseded", "waiting", "refused", "failed"]
    reason: str | None
    started_at: datetime
    finished_at: datetime | None
    files: int
    bytes: int | None = Field(None, description="Size of the delivery's files; null of runs from before it was kept.")
    rows_read: int | None = None
    rows_mapped: int | None = None
    rows_folded: int | None = None
    rows_added: int | None = None
    rows_quarantined: int | None = None
    rows_published: int | None = None
    billed: dict[str, str] | None = None
    quarantined_billed: dict[str, str] | None = None
    billed_basis: str | None = None
    restated: RestatedBy | None = None
    unknown_columns: list[ColumnCount] = []
    unused_columns: list[ColumnCount] = []
    unknown_line_item_types: list[TypeCount] = []
    warnings: list[Warned] = []
    metrics: MetricReport | None = Field(None, description="Of sources of metrics.")

    @classmethod
    def of(cls, row: Row) -> Run:
        plain = {k: row[k] for k in cls.model_fields if k in row}
        return cls(**plain, **row["counts"], **{k: v for k, v in row["report"].items() if k in cls.model_fields})


class RunPage(BaseModel):
    items: list[Run]
    next_cursor: str | None


class OpenJob(BaseModel):
    id: str
    kind: Literal["ingest", "rebuild", "purge"]
    state: Literal["queued", "running"]
    progress: dict[str, Any]


class Source(BaseModel):
    id: str
    kind: str
    name: str
    location: str
    options: dict[str, Any]
    secrets: list[SetSecret]
    created_at: datetime
    state: Literal["new", "ok", "failing"]
    reason: str | None = Field(description="Why it is failing.")
    paused: bool
    poll_every_s: int | None = Field(description="Its own seconds between looks; null: as the service is set.")
    looks_every_s: float = Field(description="Seconds between looks that count for it.")
    next_look_at: datetime | None = Field(description="Null while it is paused.")
    last_success_at: datetime | None
    newest_period: Period | None
    job: OpenJob | None = Field(description="What is queued or running for it; the oldest where there are several.")
    last_run: Run | None
    periods: list[Period]


class SourceList(BaseModel):
    items: list[Source]


class Step(BaseModel):
    step: str
    ok: bool
    detail: str


class CheckResult(BaseModel):
    ok: bool
    steps: list[Step]


class PlannedPeriod(BaseModel):
    billing_period: str
    files: int
    bytes: int
    verdict: Literal["new", "newer", "unchanged", "superseded", "waiting"] = Field(
        description="new: nothing of the period is in; newer: replaces what is in; the others are not read."
    )
    reason: str | None = Field(description="Why it is not read.")


class MetricPlan(BaseModel):
    """What a pull of metrics would ask for, once a day."""

    resources: int
    resources_cut: int = Field(description="Cheaper resources that are left out, beyond the limits of the source.")
    series: int = Field(description="Asked for in one pull; AWS charges for each.")
    pulls_per_month: int
    price_per_1000: Charge
    monthly_charge: Charge | None = Field(description="At most; null where `reason` says why.")
    reason: str | None
    days: int = Field(description="Whole days that are not in yet.")


class Plan(BaseModel):
    """What an ingest would do; nothing is done by asking."""

    periods: list[PlannedPeriod]
    bytes_to_read: int
    duration_s: float | None = Field(
        description="At the speed of the last deliveries of this kind that were read here."
    )
    duration_reason: str | None = Field(description="Why there is no duration.")
    metrics: MetricPlan | None = Field(None, description="Of sources of metrics, which have no deliveries.")

    @classmethod
    def of_metrics(cls, plan: FoundMetricPlan) -> Plan:
        monthly = plan.monthly_charge
        return cls(
            periods=[],
            bytes_to_read=0,
            duration_s=None,
            duration_reason="metrics are not read from files",
            metrics=MetricPlan(
                resources=plan.selection.resources,
                resources_cut=plan.selection.cut,
                series=len(plan.selection.series),
                pulls_per_month=PULLS_PER_MONTH,
                price_per_1000=Charge(amount=plan.price_per_1000, currency="USD"),
                monthly_charge=None if monthly is None else Charge(amount=monthly, currency="USD"),
                reason=plan.reason,
                days=len(plan.days),
            ),
        )


class Job(BaseModel):
    id: str
    kind: str
    state: Literal["queued", "running", "done", "failed"]
    error: str | None
    progress: dict[str, Any]
    runs: list[Run]


class BadRowOut(BaseModel):
    file: str
    line: int
    reason: str
    content: str


class QuarantinePage(BaseModel):
    items: list[BadRowOut]
    next_cursor: str | None
    total: int


class Kind(BaseModel):
    kind: str
    title: str
    description: str
    gives: Literal["costs", "metrics"]
    options: dict[str, Any]


class KindList(BaseModel):
    items: list[Kind]


class MetricPoint(BaseModel):
    at: datetime = Field(description="Start of the hour, UTC.")
    value: float


class MetricSeries(BaseModel):
    """One statistic of one metric. An hour without a value has no point; it is not 0."""

    source_id: str
    namespace: str
    metric: str
    statistic: str
    unit: str
    period_s: int
    points: list[MetricPoint]


class MetricAnswer(BaseModel):
    resource_id: str
    from_: date = Field(serialization_alias="from")
    to: date
    series: list[MetricSeries]
