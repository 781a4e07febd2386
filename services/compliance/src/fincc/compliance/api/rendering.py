"""Rows of findings as what is answered."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from fincc.common.db import Row
from fincc.common.hierarchy import Hierarchy
from fincc.common.money import to_text
from fincc.compliance import schemas
from fincc.compliance.usecases.answers import Page, Scan

Teams = frozenset[str] | None
"""Those that the asker may see; None for all."""

CSV_COLUMNS = (
    "resource_id", "resource_name", "resource_type", "service", "account", "account_name", "region", "missing_keys",
    "cost_30d", "currency", "first_seen", "last_seen", "seen_in", "owner", "assigned_owner",
    "suggested_owner", "confidence", "evidence",
)  # fmt: skip


def scan(found: Scan, sees_all: bool) -> schemas.ScanOut:
    last = found.last
    return schemas.ScanOut(
        state=found.state,
        why=found.why,
        scanned_at=last.scanned_at,
        duration_s=last.duration_s,
        resources=last.resources if sees_all else None,
        data_through=last.last_day,
        policy_version=last.scanned_policy,
        missing=last.missing,
    )


def meta(
    found: Scan,
    currency: str | None,
    currencies: Sequence[str],
    filters: list[str],
    limited_to: list[str] | None,
) -> schemas.FindingsMeta:
    days = found.days
    return schemas.FindingsMeta(
        scan=scan(found, limited_to is None),
        currency=currency,
        other_currencies=[c for c in currencies if c != currency],
        range=None if days is None else schemas.Span(from_=days.start, to=days.last),
        filters=filters,
        limited_to=limited_to,
    )


def to_json(answer: BaseModel) -> bytes:
    return answer.model_dump_json(by_alias=True).encode()


def _money(amount: Decimal | None, currency: str | None) -> schemas.Money | None:
    return None if amount is None or currency is None else schemas.Money(amount=to_text(amount), currency=currency)


def _candidates(row: Row, hierarchy: Hierarchy, permitted: Teams) -> list[schemas.Candidate]:
    """What speaks for other teams tells of their costs."""
    return [
        schemas.Candidate(
            team=c["team"],
            team_name=hierarchy.name(c["team"]),
            confidence=c["confidence"],
            evidence=[schemas.Evidence(**e) for e in c["evidence"]],
        )
        for c in row["candidates"]
        if permitted is None or c["team"] in permitted
    ]


def _fields(row: Row, hierarchy: Hierarchy, today: date, permitted: Teams) -> dict[str, Any]:
    owner, suggested = row["team_id"], row["suggested_team"]
    if permitted is not None and suggested not in permitted:  # somebody of theirs was assigned instead
        suggested = None
    candidates = _candidates(row, hierarchy, permitted)
    evidence = candidates[0].evidence if candidates else []
    if owner is not None:
        rule = f" by the attribution rule {row['rule_id']}" if row["rule_id"] else ""
        evidence = [schemas.Evidence(kind="rule", strength=1, text=f"its costs belong to {owner}{rule}")]
    assigned = row["assigned_team"] if owner is None else None
    is_exempt = row["exempt_until"] is not None and row["exempt_until"] >= today
    return {
        "id": row["id"],
        "resource_id": row["resource_id"],
        "resource_name": row["resource_name"],
        "resource_type": row["resource_type"],
        "service": row["service"],
        "account": row["account"],
        "account_name": row["account_name"],
        "region": row["region"],
        "missing_keys": row["missing_keys"],
        "violations": [schemas.Violation(**v) for v in row["violations"]],
        "cost_30d": _money(row["cost"], row["currency"]),
        "first_seen": row["first_seen"],
        "last_seen": row["last_seen"],
        "seen_in": [name for name, seen in (("bill", row["in_bill"]), ("cloud", row["in_cloud"])) if seen],
        "owner": owner,
        "owner_name": None if owner is None else hierarchy.name(owner),
        "assignment": None
        if assigned is None
        else schemas.Assignment(
            team=assigned, team_name=hierarchy.name(assigned), by=row["assigned_by"], at=row["assigned_at"]
        ),
        "suggested_owner": suggested,
        "suggested_owner_name": None if suggested is None else hierarchy.name(suggested),
        "confidence": row["confidence"] if owner is None and assigned is None else None,
        "evidence": evidence,
        "state": "closed" if row["closed_at"] is not None else "exempt" if is_exempt else "open",
        "opened_at": row["opened_at"],
        "closed_at": row["closed_at"],
        "closed_because": row["closed_because"],
        "exemption": schemas.Exemption(
            until=row["exempt_until"], reason=row["exempt_reason"], by=row["exempt_by"], at=row["exempt_at"]
        )
        if is_exempt
        else None,
    }


def detail(
    row: Row, history: Iterable[Row], hierarchy: Hierarchy, today: date, permitted: Teams
) -> schemas.FindingDetail:
    return schemas.FindingDetail(
        **_fields(row, hierarchy, today, permitted),
        tags=row["tags"],
        candidates=_candidates(row, hierarchy, permitted),
        history=[dict(event) for event in history],
        proposal=_proposal(row),
    )


def _proposal(row: Row) -> str | None:
    """The command for AWS that would set the team, which is all that can be known; nothing is ever written from here."""
    team = row["team_id"] or row["assigned_team"] or row["suggested_team"]
    keys = [key for key in row["missing_keys"] if key.lower() in ("team", "owner", "squad")]
    if team is None or not keys:
        return None
    if (
        not row["resource_id"].startswith("arn:")
        and "-" in row["resource_id"]
        and row["resource_type"].startswith("ec2:")
    ):
        command = ["aws", "ec2", "create-tags", "--resources", row["resource_id"]]
        tags = [f"Key={key},Value={team}" for key in keys]
    elif row["resource_id"].startswith("arn:"):
        command = ["aws", "resourcegroupstaggingapi", "tag-resources", "--resource-arn-list", row["resource_id"]]
        tags = [f"{key}={team}" for key in keys]
    elif row["resource_type"] == "s3:bucket":
        arn = f"arn:aws:s3:::{row['resource_id']}"
        command = ["aws", "resourcegroupstaggingapi", "tag-resources", "--resource-arn-list", arn]
        tags = [f"{key}={team}" for key in keys]
    else:
        return None
    region = ["--region", row["region"]] if row["region"] and row["region"] != "global" else []
    return shlex.join([*command, "--tags", *tags, *region])


def assigned(before: Mapping[str, str | None]) -> schemas.Assigned:
    """By team, in the order of the teams' first findings."""
    ids: dict[str | None, list[str]] = {}
    for id_, team in before.items():
        ids.setdefault(team, []).append(id_)
    groups = [schemas.TeamFindings(team=team, ids=some) for team, some in ids.items()]
    return schemas.Assigned(changed=len(before), before=groups)


def finding_list(
    page: Page, about: schemas.FindingsMeta, hierarchy: Hierarchy, today: date, offset: int
) -> schemas.FindingList:
    end = offset + len(page.items)
    return schemas.FindingList(
        meta=about,
        items=[schemas.FindingOut(**_fields(row, hierarchy, today, page.permitted)) for row in page.items],
        total=page.total,
        total_cost=_money(page.cost, page.currency),
        facets={name: [_facet(name, v, hierarchy) for v in values] for name, values in page.facets.items()},
        next_cursor=str(end) if end < page.total else None,
    )


def _facet(name: str, row: Row, hierarchy: Hierarchy) -> schemas.FacetValue:
    value = row["value"]
    shown = hierarchy.name(value) if name == "team" and value is not None else None
    return schemas.FacetValue(value=value, name=shown, findings=row["findings"], cost_30d=to_text(row["cost"]))


def csv_head(about: schemas.FindingsMeta, page: Page, most: int) -> Iterator[tuple[str, Any]]:
    yield "untagged resources", ""
    yield "range", f"{about.range.from_} to {about.range.to}" if about.range else "no bill"
    yield "currency", about.currency
    yield "filters", "; ".join(about.filters) or "none"
    if about.limited_to is not None:
        yield "limited to", ", ".join(about.limited_to) or "nothing"
    yield "data_through", about.scan.data_through
    yield "scanned_at", about.scan.scanned_at
    yield "policy_version", about.scan.policy_version
    if page.total > most:
        yield "incomplete", f"the first {most:,} of {page.total:,} rows; narrow the filters for the rest"
    yield "findings", page.total
    yield "total", None if page.cost is None else to_text(page.cost)


def csv_rows(page: Page, hierarchy: Hierarchy) -> Iterator[list[Any]]:
    for row in page.items:
        fields = _fields(row, hierarchy, date.max, page.permitted)
        yield [
            *(fields[name] for name in CSV_COLUMNS[:7]),
            ", ".join(fields["missing_keys"]),
            None if row["cost"] is None else to_text(row["cost"]),
            row["currency"],
            row["first_seen"],
            row["last_seen"],
            " and ".join(fields["seen_in"]),
            fields["owner"],
            fields["assignment"].team if fields["assignment"] else None,
            fields["suggested_owner"],
            fields["confidence"],
            "; ".join(e.text for e in fields["evidence"]),
        ]


def coverage(about: schemas.FindingsMeta, lines: Sequence[Row], exempt: Sequence[Row]) -> schemas.CoverageOut:
    currency = about.currency
    free = next((row for row in exempt if row["currency"] == currency), None)
    out: list[schemas.CoverageLine] = []
    sums: dict[str, Decimal] = {}
    for row in lines:
        if row["currency"] != currency:
            continue
        cost, resources = row["cost"], row["resources"]
        is_partly_exempt = row["kind"] == "violating" and free is not None
        if is_partly_exempt and free is not None:
            cost, resources = cost - free["cost"], resources - free["resources"]
        out.append(_line(row["kind"], row["why"] or None, cost, currency, resources))
        if is_partly_exempt and free is not None:
            out.append(_line("exempt", None, free["cost"], currency, free["resources"]))
            sums["exempt"] = free["cost"]
        sums[row["kind"]] = sums.get(row["kind"], Decimal(0)) + cost
    taggable = sum((sums.get(kind, Decimal(0)) for kind in ("compliant", "violating", "exempt")), Decimal(0))
    total = taggable + sums.get("untaggable", Decimal(0))
    covered = float(sums.get("compliant", Decimal(0)) / taggable * 100) if taggable > 0 else None
    return schemas.CoverageOut(
        meta=about,
        total=_money(total, currency) if out else None,
        taggable=_money(taggable, currency) if out else None,
        covered_percent=None if covered is None else round(covered, 2),
        lines=out,
    )


def _line(
    kind: str, why: str | None, cost: Decimal, currency: str | None, resources: int | None
) -> schemas.CoverageLine:
    return schemas.CoverageLine(kind=kind, why=why, cost=_money(cost, currency), resources=resources)
