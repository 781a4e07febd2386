"""Which resources do not satisfy the tag policy, what they cost, and what everything else is. Pure.

A resource is what has the same account, service and resource id. What counts is how it is tagged now: by the newest of
its records, or by the cloud's own answer where that is newer still.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import orjson

from fincc.common.days import to_day
from fincc.common.focus import TAG_PREFIX
from fincc.common.key_attributes import Attributes
from fincc.common.money import Lanes, group_sum
from fincc.common.ownership import Owner
from fincc.common.rules.guess import Candidate, Numbers
from fincc.common.rules.tag_policy import Judge, Violation
from fincc.common.vocabulary import Vocabulary, number_rows
from fincc.compliance.domain.columns import Codes, Columns
from fincc.compliance.domain.inventory import Inventory, Listed
from fincc.compliance.domain.known_keys import USAGE
from fincc.compliance.domain.owners import Owning, guess_owners
from fincc.compliance.domain.resource_types import name_in, resource_type

COMPLIANT, VIOLATING, UNTAGGABLE = "compliant", "violating", "untaggable"
NO_RESOURCE, DELETED = "no resource", "deleted meanwhile"

_SAID = ("SubAccountId", "ServiceName", "ResourceId", "RegionId")
_AT_ONCE = 10_000

Flags = npt.NDArray[np.bool_]
Identity = tuple[str | None, str | None, str | None]


@dataclass(frozen=True)
class Books:
    """What the bills of the days say, a row per key: attributes, exact costs by currency, days, owners.

    `owners` holds positions in `owner_values`. `first`, the first of the days: what was last seen before is not there
    any more.
    """

    attributes: Attributes
    costs: Mapping[str, Lanes]
    first_seen: Codes
    last_seen: Codes
    owners: Codes
    owner_values: Sequence[Owner]
    account_names: Mapping[str, str]
    first: int


@dataclass(frozen=True, slots=True)
class Found:
    """A resource that does not satisfy the policy. `cost` and `currency` are None where no bill has it; days are since
    1970."""

    resource_id: str
    name: str | None
    type: str
    service: str
    account: str | None
    account_name: str | None
    region: str | None
    violations: tuple[Violation, ...]
    cost: Decimal | None
    currency: str | None
    first_seen: int
    last_seen: int
    in_bill: bool
    in_cloud: bool
    tags: str
    """A JSON object."""
    owner: Owner
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Part of what the days cost. `why` is the reason of what cannot be tagged; `resources` is None where there is none."""

    kind: str
    why: str | None
    currency: str
    cost: Decimal
    resources: int | None


@dataclass
class Findings:
    """`good`, `deleted`: (account, service, resource id) of what satisfies the policy, and of what is gone."""

    found: list[Found] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    resources: int = 0
    good: set[Identity] = field(default_factory=set)
    deleted: set[Identity] = field(default_factory=set)


@dataclass(frozen=True)
class Judged:
    """What is wrong with each resource, and of the inventory what its findings quote. The inventory itself may go."""

    billed: _Billed
    verdicts: Sequence[tuple[Violation, ...]]
    in_cloud: Flags
    written: Mapping[int, str]
    """By resource the tags of those for which the cloud's answer counts, as JSON."""
    only_in_cloud: Sequence[Found]
    good_only_in_cloud: set[Identity]
    resources: int


def judge_all(books: Books, inventory: Inventory, judge: Judge) -> Judged:
    """Every resource is judged once."""
    billed = _Billed(books, Columns(books.attributes), judge)
    verdicts, in_cloud, told = billed.verdicts(inventory)
    quoted = _wrong(verdicts) & told
    listed = inventory.at(in_cloud[quoted])
    written = {r: resource.written for r, resource in zip(np.flatnonzero(quoted).tolist(), listed, strict=True)}
    is_billed = np.zeros(len(inventory.resources), bool)
    is_billed[in_cloud[in_cloud >= 0]] = True
    others = np.flatnonzero(~is_billed)
    found, good = _only_in_cloud(inventory, others, judge, books.account_names)
    return Judged(billed, verdicts, in_cloud >= 0, written, found, good, billed.count + len(others))


def find(judged: Judged, owning: Owning) -> Findings:
    """The lines add up, per currency, to what the days cost."""
    billed, verdicts = judged.billed, judged.verdicts
    wrong = np.flatnonzero(_wrong(verdicts))
    out = Findings(resources=judged.resources, good=judged.good_only_in_cloud)
    out.found.extend(billed.describe(wrong, verdicts, judged.in_cloud, owning, judged.written))
    out.found.extend(judged.only_in_cloud)
    out.lines.extend(billed.lines(verdicts))
    identities = billed.identities()
    out.deleted.update(identities[i] for i in billed.gone)
    out.good.update(identity for identity, v in zip(identities, verdicts, strict=True) if not v)
    out.good -= out.deleted
    return out


def _wrong(verdicts: Sequence[tuple[Violation, ...]]) -> Flags:
    return np.fromiter(map(bool, verdicts), bool, len(verdicts))


class _Billed:
    """Resources of the bill: `of_key` is the number of a key's resource, -1 for keys that are none or cannot be tagged;
    `newest` is the key that says how each is tagged."""

    def __init__(self, books: Books, columns: Columns, judge: Judge) -> None:
        self._books, self._columns, self._judge = books, columns, judge
        n = books.attributes.rows
        self._weights = np.zeros(n)
        for lanes in books.costs.values():
            self._weights += np.abs(lanes.hi.astype(np.float64) * 2.0**32 + lanes.lo)
        self.of_key = np.full(n, -1, np.int64)
        self.newest = np.zeros(0, np.intp)
        self.types: list[str] = []
        self.gone: list[int] = []
        self._why: dict[str, npt.NDArray[np.bool_]] = {}
        self._untaggable: Counter[str] = Counter()
        self._number()

    @property
    def count(self) -> int:
        return len(self.newest)

    def _number(self) -> None:
        resource, resources = self._columns["ResourceId"]
        living = np.flatnonzero((resource >= 0) & (self._books.last_seen >= self._books.first))
        self._note_why(NO_RESOURCE, np.flatnonzero(resource < 0))
        if not len(living):
            return
        service, services = self._columns["ServiceName"]
        account, _ = self._columns["SubAccountId"]
        written, names = self._columns["ResourceType"]
        first, number = number_rows([account[living], service[living], resource[living]])
        rows = living[first]
        types = [
            resource_type(resources[r], services[s] if s >= 0 else None, names[w] if w >= 0 else None)
            for r, s, w in zip(resource[rows].tolist(), service[rows].tolist(), written[rows].tolist(), strict=True)
        ]
        policy = self._judge.policy
        why = [
            kind
            if kind in policy.untaggable_types
            else services[s]
            if s >= 0 and services[s] in policy.untaggable_services
            else None
            for kind, s in zip(types, service[rows].tolist(), strict=True)
        ]
        self._untaggable.update(w for w in why if w is not None)
        for reason in self._untaggable:
            self._note_why(reason, living[np.array([w == reason for w in why])[number]])
        taggable = np.flatnonzero([w is None for w in why])
        renumber = np.full(len(rows), -1, np.int64)
        renumber[taggable] = np.arange(len(taggable))
        self.of_key[living] = renumber[number]
        self.types = [types[i] for i in taggable.tolist()]
        self._choose_newest()

    def _choose_newest(self) -> None:
        """Of a resource's keys the one that was seen last, of several the dearest."""
        keys = np.flatnonzero(self.of_key >= 0)
        order = keys[np.lexsort((keys, self._weights[keys], self._books.last_seen[keys], self.of_key[keys]))]
        last = np.flatnonzero(np.append(np.diff(self.of_key[order]) > 0, True)) if len(order) else order
        self.newest = order[last]

    def _note_why(self, reason: str, keys: Numbers) -> None:
        mask = self._why.setdefault(reason, np.zeros(len(self.of_key), bool))
        mask[keys] = True

    def verdicts(self, inventory: Inventory) -> tuple[list[tuple[Violation, ...]], Codes, Flags]:
        """Per resource what is wrong with it; the position of its counterpart in the inventory, or -1; and whether the cloud's
        answer counts."""
        found, told = self._judge_rows(), np.zeros(self.count, bool)
        if inventory.scanned_on is None:
            return found, np.full(self.count, -1, np.int32), told
        accounts, services, ids, regions = (self._columns.texts(c, self.newest) for c in _SAID)
        in_cloud = inventory.match(accounts, ids)
        is_older = self._books.last_seen[self.newest] <= to_day(inventory.scanned_on)
        for i in np.flatnonzero(is_older & (in_cloud < 0)).tolist():
            if inventory.covers(accounts[i], regions[i], self.types[i]):
                self.gone.append(i)
        listed = np.flatnonzero(is_older & (in_cloud >= 0))
        for i, resource in zip(listed.tolist(), inventory.at(in_cloud[listed]), strict=True):
            tags = resource.tags
            if tags is not None:
                told[i] = True
                found[i] = self._judge.judge(_resource(accounts[i], services[i], regions[i], self.types[i]), tags)
        self._forget(found)
        return found, in_cloud, told

    def _forget(self, found: list[tuple[Violation, ...]]) -> None:
        """Deleted resources can be tagged no more; what they cost is shown apart."""
        if self.gone:
            self._untaggable[DELETED] = len(self.gone)
            is_gone = np.zeros(self.count + 1, bool)  # the last one for keys without resource, -1
            is_gone[self.gone] = True
            self._note_why(DELETED, np.flatnonzero(is_gone[self.of_key]))
            for i in self.gone:
                found[i] = ()

    def identities(self) -> list[Identity]:
        texts = (self._columns.texts(c, self.newest) for c in ("SubAccountId", "ServiceName", "ResourceId"))
        return list(zip(*texts, strict=True))

    def _judge_rows(self) -> list[tuple[Violation, ...]]:
        """Resources that no requirement can tell apart are judged once."""
        if not self.count:
            return []
        policy = self._judge.policy
        keys = list(dict.fromkeys(k for spelled in policy.spellings(self._columns.tags) for k in spelled))
        scoped = sorted({c for required in policy.required for c in required.where} - {"ResourceType"})
        coded = [self._columns[TAG_PREFIX + k][0][self.newest] for k in keys]
        coded += [self._columns[c][0][self.newest] for c in scoped]
        kinds = {kind: i for i, kind in enumerate(dict.fromkeys(self.types))}
        coded.append(np.array([kinds[kind] for kind in self.types], np.int32))
        first, number = number_rows(coded)
        rows = self.newest[first]
        tags = [self._columns.texts(TAG_PREFIX + k, rows) for k in keys]
        scope = {c: self._columns.texts(c, rows) for c in scoped}
        verdicts = []
        for i, place in enumerate(first.tolist()):
            resource: dict[str, str | None] = {c: texts[i] for c, texts in scope.items()}
            resource["ResourceType"] = self.types[place]
            tagged = {k: texts[i] for k, texts in zip(keys, tags, strict=True) if texts[i] is not None}
            verdicts.append(self._judge.judge(resource, tagged))
        return [verdicts[i] for i in number.tolist()]

    def describe(
        self,
        wrong: Numbers,
        verdicts: Sequence[tuple[Violation, ...]],
        in_cloud: Flags,
        owning: Owning,
        written: Mapping[int, str],
    ) -> list[Found]:
        """`written`: the tags of those for which the cloud's answer counts, as JSON."""
        if not len(wrong):
            return []
        rows = self.newest[wrong]
        owners = self._books.owners[rows]
        is_free = np.array([owner[0] is None for owner in self._books.owner_values], bool)
        free = np.flatnonzero(is_free[owners])
        guessed = guess_owners(
            owning, self._columns, self._books.owners, self._books.owner_values, self._weights, rows[free]
        )
        candidates = dict(zip(free.tolist(), guessed, strict=True))
        first_seen, costs = self._first_seen(), self._costs(wrong)
        out: list[Found] = []
        for begin in range(0, len(wrong), _AT_ONCE):  # plain texts of all at once would be the largest thing in memory
            some = rows[begin : begin + _AT_ONCE]
            tags, text = self._tags(some), {c: self._columns.texts(c, some) for c in _SAID}
            for i, r in enumerate(wrong[begin : begin + _AT_ONCE].tolist()):
                id_, account = text["ResourceId"][i] or "", text["SubAccountId"][i]
                out.append(
                    Found(
                        id_,
                        tags[i].get("Name") or tags[i].get("user:Name") or name_in(id_),
                        self.types[r],
                        text["ServiceName"][i] or "unknown",
                        account,
                        self._books.account_names.get(account or ""),
                        text["RegionId"][i],
                        verdicts[r],
                        *costs[begin + i],
                        int(first_seen[r]),
                        int(self._books.last_seen[some[i]]),
                        True,
                        bool(in_cloud[r]),
                        written.get(r) or orjson.dumps(tags[i]).decode(),  # as bytes it would keep its whole buffer
                        self._books.owner_values[owners[begin + i]],
                        candidates.get(begin + i, ()),
                    )
                )
        return out

    def _first_seen(self) -> Codes:
        """By resource."""
        first = np.full(self.count, np.iinfo(np.int32).max, np.int32)
        keys = np.flatnonzero(self.of_key >= 0)
        np.minimum.at(first, self.of_key[keys], self._books.first_seen[keys])
        return first

    def _tags(self, rows: Numbers) -> list[dict[str, str]]:
        tags: list[dict[str, str]] = [{} for _ in rows]
        for key in self._columns.tags:
            codes, values = self._columns[TAG_PREFIX + key]
            of_row = codes[rows]
            for i in np.flatnonzero(of_row >= 0).tolist():
                tags[i][key] = values[of_row[i]]
        return tags

    def _costs(self, wanted: Numbers) -> list[tuple[Decimal | None, str | None]]:
        """Of these resources, each in the currency that it costs most in."""
        with_resource = np.flatnonzero(self.of_key >= 0)
        of_resource = self.of_key[with_resource]
        best: list[tuple[Decimal | None, str | None]] = [(None, None)] * len(wanted)
        for currency, lanes in self._books.costs.items():
            sums = group_sum(of_resource, self.count, Lanes(lanes.hi[with_resource], lanes.lo[with_resource]))
            for i, amount in enumerate(Lanes(sums.hi[wanted], sums.lo[wanted]).decimals()):
                known = best[i][0]
                if known is None or abs(amount) > abs(known):
                    best[i] = (amount, currency)
        return best

    def lines(self, verdicts: Sequence[tuple[Violation, ...]]) -> list[Line]:
        """What the days cost, by kind and reason; each key is in exactly one line."""
        labels: Vocabulary[tuple[str, str | None]] = Vocabulary([(COMPLIANT, None), (VIOLATING, None)])
        is_wrong = np.append(_wrong(verdicts), False)  # the last one for -1
        kind = np.where(is_wrong[self.of_key], 1, 0)
        categories, names = self._columns["ChargeCategory"]
        for reason, mask in self._why.items():
            if reason != NO_RESOURCE:
                kind[mask] = labels.code((UNTAGGABLE, reason))
                continue
            for code in np.unique(categories[mask]).tolist():
                category = names[code] if code >= 0 else USAGE
                said = f"{category} without a resource" if category == USAGE else category
                kind[mask & (categories == code)] = labels.code((UNTAGGABLE, said))
        judged = np.bincount(kind[self.newest], minlength=2).tolist() if self.count else [0, 0]
        return [
            Line(of_kind, why, currency, amount, judged[i] if why is None else self._untaggable.get(why))
            for currency, lanes in self._books.costs.items()
            for i, ((of_kind, why), amount) in enumerate(
                zip(labels.values, group_sum(kind, len(labels), lanes).decimals(), strict=True)
            )
            if amount or (judged[i] if why is None else self._untaggable.get(why))
        ]


def _only_in_cloud(
    inventory: Inventory, places: Numbers, judge: Judge, account_names: Mapping[str, str]
) -> tuple[list[Found], set[Identity]]:
    """Findings about resources of the inventory that no bill has, and those that satisfy the policy."""
    day = 0 if inventory.scanned_on is None else to_day(inventory.scanned_on)
    found: list[Found] = []
    good: set[Identity] = set()
    for resource in inventory.at(places):
        if resource.resource_type in judge.policy.untaggable_types:
            continue
        tags = resource.tags
        if tags is None:
            continue
        violations = judge.judge(_resource(resource.account, None, resource.region, resource.resource_type), tags)
        if violations:
            found.append(_cloud_finding(resource, tags, violations, day, account_names))
        else:
            good.add((resource.account, _service_of(resource), resource.resource_id))
    return found, good


def _service_of(resource: Listed) -> str:
    return resource.resource_type.partition(":")[0]


def _cloud_finding(
    resource: Listed,
    tags: Mapping[str, str],
    violations: tuple[Violation, ...],
    day: int,
    account_names: Mapping[str, str],
) -> Found:
    return Found(
        resource.resource_id,
        resource.name or tags.get("Name") or name_in(resource.resource_id),
        resource.resource_type,
        _service_of(resource),
        resource.account,
        account_names.get(resource.account),
        resource.region,
        violations,
        None,
        None,
        min(day, to_day(resource.created)) if resource.created else day,
        day,
        False,
        True,
        resource.written,
        (None, None, None),
    )


def _resource(account: str | None, service: str | None, region: str | None, kind: str) -> dict[str, str | None]:
    return {"SubAccountId": account, "ServiceName": service, "RegionId": region, "ResourceType": kind}
