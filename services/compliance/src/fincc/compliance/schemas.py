"""Request and response models of compliance."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from fincc.common.cloud_access import AwsAccess, AwsFields
from fincc.common.stored_secrets import SetSecret

MOST_AT_ONCE = 5_000  # findings that one request may change


class Money(BaseModel):
    amount: str
    currency: str


class Requirement(BaseModel):
    """`also`: keys that count as this one. `values`: allowed ones, `teams` for those of the hierarchy, null for any.
    `where`: the resources it is asked of, by column; all when empty."""

    key: str
    also: list[str]
    values: list[str] | Literal["teams"] | None
    pattern: str | None
    where: dict[str, list[str]]


class PolicyOut(BaseModel):
    """`version` 0: none is published, nothing is judged, and `document` is the one to begin with."""

    version: int
    document: str
    required: list[Requirement]
    untaggable_types: list[str]
    untaggable_services: list[str]
    published_at: datetime | None
    published_by: str | None


class PolicySummary(BaseModel):
    version: int
    published_at: datetime
    published_by: str
    active: bool


class PolicyList(BaseModel):
    items: list[PolicySummary]


class PolicyTest(BaseModel):
    """What a policy would find in the newest scan, beside what the active one does."""

    findings_before: int
    findings_after: int
    cost_before: list[Money]
    cost_after: list[Money]
    by_key: dict[str, int]
    """How many resources fail each required key."""


class Violation(BaseModel):
    """`found`: the key and value as tagged, null when there is none."""

    key: str
    verdict: Literal["missing", "empty", "not allowed"]
    found_key: str | None
    found_value: str | None


class Evidence(BaseModel):
    kind: str
    strength: float
    text: str


class Candidate(BaseModel):
    team: str
    team_name: str
    confidence: float
    evidence: list[Evidence]


class Exemption(BaseModel):
    until: date
    reason: str
    by: str
    at: datetime


class Assignment(BaseModel):
    team: str
    team_name: str
    by: str
    at: datetime


class FindingOut(BaseModel):
    """A resource that does not satisfy the policy.

    `cost_30d` is null for a resource that the bill does not have (yet). `owner` is who pays by the attribution rules;
    without one, `assignment` is whom a person has named; without that, `suggested_owner` is who is likely to own it, null
    where nobody is sure enough.
    """

    id: str
    resource_id: str
    resource_name: str | None
    resource_type: str
    service: str
    account: str | None
    account_name: str | None
    region: str | None
    missing_keys: list[str]
    violations: list[Violation]
    cost_30d: Money | None
    first_seen: date
    last_seen: date
    seen_in: list[Literal["bill", "cloud"]]
    owner: str | None
    owner_name: str | None
    assignment: Assignment | None
    suggested_owner: str | None
    suggested_owner_name: str | None
    confidence: float | None
    evidence: list[Evidence]
    state: Literal["open", "exempt", "closed"]
    opened_at: datetime
    closed_at: datetime | None
    closed_because: str | None
    exemption: Exemption | None


class FindingDetail(FindingOut):
    tags: dict[str, str]
    candidates: list[Candidate]
    history: list[dict[str, Any]]
    """Oldest first: {at, event, text}."""
    proposal: str | None
    """The command that would tag it, to be read and run by its owner; null where no value can be proposed."""


class FacetValue(BaseModel):
    value: str | None
    name: str | None
    findings: int
    cost_30d: str


class ScanOut(BaseModel):
    """`state`: waiting (nothing was ever judged), current, or stale with the reason why a new scan is due."""

    state: Literal["waiting", "current", "stale", "scanning"]
    why: str | None
    scanned_at: datetime | None
    duration_s: float | None
    resources: int | None
    data_through: date | None
    policy_version: int
    missing: list[str]
    """Billing periods whose records could not be read, and parts of clouds that could not."""


class Span(BaseModel):
    """Both days included."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    from_: date = Field(alias="from")
    to: date


class FindingsMeta(BaseModel):
    scan: ScanOut
    currency: str | None
    other_currencies: list[str]
    range: Span | None
    filters: list[str]
    limited_to: list[str] | None
    """Names of the parts of the hierarchy that who asks may see; nothing else is in any figure. Null: everything."""


class FindingList(BaseModel):
    """`facets`: provider dimension → its values under the other filters, the most expensive first."""

    meta: FindingsMeta
    items: list[FindingOut]
    total: int
    total_cost: Money | None
    facets: dict[str, list[FacetValue]]
    next_cursor: str | None


class CoverageLine(BaseModel):
    """`kind`: compliant, violating, exempt or untaggable; `why` names the reason of the last. `resources` is null for
    charges that are of no resource."""

    kind: Literal["compliant", "violating", "exempt", "untaggable"]
    why: str | None
    cost: Money
    resources: int | None


class CoverageOut(BaseModel):
    """What 30 days cost, by how it is tagged. The lines add up to `total`, which is what the cost pages say.

    `covered_percent`: compliant of what can be tagged, by cost; null when nothing can be."""

    meta: FindingsMeta
    total: Money | None
    taggable: Money | None
    covered_percent: float | None
    lines: list[CoverageLine]


class Exempt(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[str], Field(min_length=1, max_length=MOST_AT_ONCE)]
    until: date
    reason: Annotated[str, Field(min_length=3, max_length=500)]


class Ids(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[str], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Changed(BaseModel):
    changed: int


class TeamFindings(BaseModel):
    """Findings and the team they are given to; null takes back what was given."""

    model_config = ConfigDict(extra="forbid")

    team: Annotated[str, Field(min_length=1, max_length=200)] | None
    ids: Annotated[list[str], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Assign(BaseModel):
    """At most 5,000 findings together, each once."""

    model_config = ConfigDict(extra="forbid")

    assignments: Annotated[list[TeamFindings], Field(min_length=1, max_length=MOST_AT_ONCE)]

    @field_validator("assignments")
    @classmethod
    def _each_once(cls, given: list[TeamFindings]) -> list[TeamFindings]:
        ids = [id_ for some in given for id_ in some.ids]
        if len(ids) > MOST_AT_ONCE:
            raise ValueError(f"at most {MOST_AT_ONCE:,} findings can be changed at once, not {len(ids):,}")
        if len(set(ids)) < len(ids):
            raise ValueError("a finding is named twice")
        return given


class Assigned(BaseModel):
    """`before`: what undoes it, to be sent as the next `assignments`."""

    changed: int
    before: list[TeamFindings]


_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ENDPOINT = rf"^https?://({_LABEL}(\.{_LABEL})*|\[[0-9A-Fa-f:.]+\])(:\d{{1,5}})?/?$"


class InventoryIn(AwsAccess):
    """A cloud whose resources are listed. `role_name` is assumed in each account, with the credentials given here, else
    those of where the service runs. Secrets go in and never come out."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")]
    role_name: Annotated[str | None, Field(max_length=200, pattern=r"^[\w+=,.@/-]+$")] = None
    accounts: Annotated[list[Annotated[str, Field(pattern=r"^\d{12}$")]], Field(max_length=1000)] = Field([])
    regions: Annotated[list[Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]], Field(max_length=100)] = Field(
        []
    )
    partition: Literal["aws", "aws-cn", "aws-us-gov"] = "aws"
    endpoint_url: Annotated[str | None, Field(max_length=500, pattern=_ENDPOINT)] = None

    @field_validator("endpoint_url")
    @classmethod
    def _is_address(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "")  # raises ValueError for what is no IPv6 address
        if parts.port == 0:  # raises ValueError for more than 65535
            raise ValueError("expected a port that something can listen at")
        return url


class InventoryPatch(AwsFields):
    """What is left out stays as it is. Of what it is entered with, what is empty or null is removed."""

    model_config = ConfigDict(extra="forbid")

    paused: bool | None = None

    def access(self) -> dict[str, str | None]:
        """What was named of how it is entered."""
        given = {name: getattr(self, name) for name in self.model_fields_set - {"paused"}}
        return {name: v.get_secret_value() if isinstance(v, SecretStr) else v for name, v in given.items()}


class InventoryStep(BaseModel):
    step: str
    ok: bool
    detail: str


class InventoryOut(BaseModel):
    id: str
    name: str
    role_name: str | None
    accounts: list[str]
    regions: list[str]
    partition: str
    endpoint_url: str | None
    profile: str | None
    access_key_id: str | None
    secrets: list[SetSecret]
    paused: bool
    state: Literal["never", "scanning", "ok", "partial", "failed"]
    last_scan_at: datetime | None
    next_scan_at: datetime | None
    resources: int | None
    never_tagged: int | None
    steps: list[InventoryStep]
    """Of the last scan: what was read, and what could not be and why."""


class InventoryList(BaseModel):
    items: list[InventoryOut]


class InventoryCheck(BaseModel):
    ok: bool
    steps: list[InventoryStep]
