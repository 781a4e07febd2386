"""Why a record has its owner: one step per rule in order, in plain words that name the values compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fincc.attribution.domain.conditions import AllOf, AnyOf, Comparison, Condition, NotOf, holds, meets
from fincc.attribution.domain.evaluate import Evaluator
from fincc.attribution.domain.resolve import ACCOUNT_COLUMN, NO_HIERARCHY, Gift, Outcome, Resolver
from fincc.attribution.domain.rule_set import ACCOUNT, COMPONENTS, GIVES_SERVICE, SERVICE_TAG, TEAM_TAG, Rule
from fincc.common.focus import TAG_PREFIX

MATCHED, ADDED_SERVICE, NO_MATCH, NOT_REACHED = "matched", "added the service", "did not match", "not reached"
_SHOWN_VALUES = 3
_WORDS = {
    "prefix": ("starts with", "does not start with"),
    "suffix": ("ends with", "does not end with"),
    "contains": ("contains", "does not contain"),
    "regex": ("matches", "does not match"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """`verdict`: MATCHED for the rule that decides, ADDED_SERVICE for one that only names the service of that team."""

    rule_id: str
    rule_name: str
    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The outcome that `Evaluator.evaluate` gives the same record, and one step per rule of the rule set."""

    outcome: Outcome
    steps: tuple[Step, ...]


def explain(evaluator: Evaluator, attributes: Mapping[str, str | None]) -> Explanation:
    """`attributes`: the record's key columns by FOCUS id, tags as `Tags/<literal key>`; what is left out is null."""
    resolver = evaluator.resolver
    if not resolver.has_hierarchy:
        skipped = tuple(Step(r.id, r.name, NOT_REACHED, NO_HIERARCHY) for r in resolver.rules)
        return Explanation(Outcome(None, None, None, NO_HIERARCHY), skipped)
    record, steps = _Record(resolver, attributes), list[Step]()
    owner, reason = Outcome(None, None, None, None), None
    for rule, condition in zip(resolver.rules, resolver.conditions, strict=True):
        is_open = owner.team_id is None or (owner.service_id is None and rule.assign in GIVES_SERVICE)
        if not is_open:
            steps.append(Step(rule.id, rule.name, NOT_REACHED, f"rule {owner.rule_id} has already decided"))
            continue
        gift, text = record.apply(rule, condition)
        verdict = NO_MATCH
        if owner.team_id is None and gift.team_id is not None:
            verdict, owner = MATCHED, Outcome(gift.team_id, gift.service_id, rule.id, None)
        elif owner.team_id is None:
            reason = reason or gift.reason
        elif gift.service_id is not None and gift.team_id == owner.team_id:
            verdict, owner = ADDED_SERVICE, Outcome(owner.team_id, gift.service_id, owner.rule_id, None)
        elif gift.service_id is not None:
            text += f"; that is another team than {owner.team_id}, which rule {owner.rule_id} gave"
        steps.append(Step(rule.id, rule.name, verdict, text))
    if owner.team_id is None:
        owner = Outcome(None, None, None, reason or resolver.default_reason(has_tag=record.has_tag()))
    return Explanation(owner, tuple(steps))


class _Record:
    """One record under one resolver."""

    def __init__(self, resolver: Resolver, attributes: Mapping[str, str | None]) -> None:
        self._resolver = resolver
        self._attributes = attributes

    def value_of(self, column: str) -> str | None:
        return self._resolver.value_of(column, self._attributes)

    def has_tag(self) -> bool:
        keys = self._resolver.tag_keys(TEAM_TAG, SERVICE_TAG)
        return any(self._resolver.canonical_tag(key, self._attributes) for key in keys)

    def apply(self, rule: Rule, condition: Condition | None) -> tuple[Gift, str]:
        """What a rule gives the record, and the words for it."""
        grounds = ""
        if condition is not None:
            grounds = self._ground(condition)
            if not holds(condition, self.value_of):
                return Gift(), grounds
        target, is_tagged, source = self._target(rule)
        gift = self._resolver.settle(rule.assign, rule.target, target, is_tagged=is_tagged)
        return gift, "; ".join(filter(None, (grounds, source, self._result(rule, target, gift))))

    def _target(self, rule: Rule) -> tuple[str | None, bool, str]:
        """(team or service id, whether the rule's tag is there, the words for where it comes from)."""
        if rule.assign in (TEAM_TAG, SERVICE_TAG):
            return self._tag_target(rule)
        if rule.assign == COMPONENTS:
            for service_id, condition in self._resolver.components:
                if holds(condition, self.value_of):
                    return service_id, False, self._ground(condition)
            return None, False, "no service of the catalog has a component that fits"
        if rule.assign == ACCOUNT:
            account = self.value_of(ACCOUNT_COLUMN)
            if account is None:
                return None, False, f"{ACCOUNT_COLUMN} is empty"
            team = self._resolver.team_of_account(account)
            named = f"the account {account!r}"
            return (
                team,
                False,
                f"{named} has no default team" if team is None else f"{named} has the default team {team}",
            )
        return rule.target, False, ""

    def _tag_target(self, rule: Rule) -> tuple[str | None, bool, str]:
        tag = self._resolver.canonical_tag(rule.target, self._attributes)
        if tag is None:
            synonyms = self._resolver.rule_set.tag_keys[rule.target]
            others = f" (nor {_listed(synonyms)})" if synonyms else ""
            return None, False, f"there is no tag {rule.target!r}{others}"
        literal, value = tag
        is_team = rule.assign == TEAM_TAG
        find = self._resolver.team_of_tag if is_team else self._resolver.service_of_tag
        target = find(rule.target, value)
        kind = "team of the hierarchy" if is_team else "service of the catalog"
        read_as = self._resolver.rule_set.canonical_value(rule.target, value)
        shown = f"the tag {literal!r} has the value {value!r}" + ("" if read_as == value else f", read as {read_as!r}")
        return target, True, f"{shown}, which is no {kind}" if target is None else shown

    def _result(self, rule: Rule, target: str | None, gift: Gift) -> str:
        if target is None:
            return ""
        if gift.reason is None:
            service = f"service {gift.service_id} of " if gift.service_id else ""
            return f"gives {service}team {gift.team_id}"
        if rule.assign not in GIVES_SERVICE:
            return f"team {target} is not in the hierarchy"
        found = self._resolver.services.get(target)
        if found is None:
            return f"service {target} is not in the catalog"
        return f"service {target} belongs to team {found.team}, which is not in the hierarchy"

    def _ground(self, condition: Condition) -> str:
        """Why a condition holds or does not: only the parts that decide it."""
        match condition:
            case Comparison():
                return _compare(condition, self.value_of(condition.column))
            case NotOf(part):
                return self._ground(part) + (", which the rule excludes" if holds(part, self.value_of) else "")
            case AllOf(parts):
                failing = [part for part in parts if not holds(part, self.value_of)]
                return "; ".join(self._ground(part) for part in failing or parts)
            case AnyOf(parts):
                holding = [part for part in parts if holds(part, self.value_of)]
                return "; ".join(self._ground(part) for part in holding[:1] or parts)


def _compare(comparison: Comparison, value: str | None) -> str:
    column, operands = comparison.column, comparison.operands
    name = f"tag {column.removeprefix(TAG_PREFIX)!r}" if column.startswith(TAG_PREFIX) else column
    if value is None:
        return f"{name} is empty"
    is_met = meets(comparison, value)
    if comparison.operator in _WORDS:
        return f"{name} {value!r} {_WORDS[comparison.operator][not is_met]} {operands[0]!r}"
    if is_met or not operands:
        return f"{name} is {value!r}"
    return f"{name} is {value!r}, not {_listed(operands)}"


def _listed(values: Sequence[str]) -> str:
    shown = ", ".join(repr(value) for value in values[:_SHOWN_VALUES])
    return shown + (f" or {len(values) - _SHOWN_VALUES} more" if len(values) > _SHOWN_VALUES else "")
