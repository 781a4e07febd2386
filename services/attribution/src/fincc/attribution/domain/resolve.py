"""What tags, accounts and rules mean under one rule set, catalog and hierarchy; shared by evaluation and explanation.

Only teams that the hierarchy still has are targets: a team id that has left it attributes nothing, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from fincc.attribution.domain.catalog import Catalog
from fincc.attribution.domain.conditions import Condition
from fincc.attribution.domain.hierarchy import Hierarchy
from fincc.attribution.domain.rule_set import ACCOUNT, GIVES_SERVICE, SERVICE_TAG, TEAM_TAG, RuleSet
from fincc.common.focus import TAG_PREFIX
from fincc.common.rules.tags import is_blank, normalise_value, order_spellings

ACCOUNT_COLUMN = "SubAccountId"
NO_HIERARCHY = "no hierarchy has been imported"
NO_RULE = "no rule matched"
TEAM_GONE = "a rule assigns a team that is not in the hierarchy"
ACCOUNT_TEAM_GONE = "the default of the account is a team that is not in the hierarchy"
SERVICE_GONE = "a rule assigns a service that is not in the catalog"
SERVICE_TEAM_GONE = "the service belongs to a team that is not in the hierarchy"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who owns a record: a team, perhaps a service of that team, and the rule that says so; or why nobody does."""

    team_id: str | None
    service_id: str | None
    rule_id: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Gift:
    """What one rule gives a record whose condition holds; a reason when its target cannot be used, else all None."""

    team_id: str | None = None
    service_id: str | None = None
    reason: str | None = None


class Targets:
    """Finds the id that a value of one canonical tag key means.

    In this order: the alias of the normalised value; the id that equals the value but for case and separators (so
    `data-team` finds the team `data-team` even where the affix `team` is stripped); the id that equals the normalised
    value; the only id that equals it once normalised itself.
    """

    def __init__(self, rule_set: RuleSet, key: str, ids: Collection[str]) -> None:
        self._style = rule_set.style(key)
        self._plain_style = type(self._style)(self._style.fold, self._style.separator)
        self._aliases = rule_set.aliases.get(key, {})
        self._ids = frozenset(ids)
        normalised: dict[str, list[str]] = {}
        for target in ids:
            normalised.setdefault(normalise_value(target, self._style), []).append(target)
        self._by_normalised = {value: found[0] for value, found in normalised.items() if len(found) == 1}

    def find(self, value: str) -> str | None:
        normalised = normalise_value(value, self._style)
        alias = self._aliases.get(normalised)
        if alias is not None:
            return alias if alias in self._ids else None
        plain = normalise_value(value, self._plain_style)
        for candidate in (plain, normalised):
            if candidate in self._ids:
                return candidate
        return self._by_normalised.get(normalised)


class Resolver:
    """`rules` and `components` have their operands bound to canonical tag values; components are in catalog order."""

    def __init__(self, rule_set: RuleSet, catalog: Catalog, hierarchy: Hierarchy, as_of: date | None) -> None:
        self.rule_set = rule_set
        self.has_hierarchy = bool(hierarchy)
        self.teams = hierarchy.team_ids(as_of)
        self.services = catalog.by_id()
        self.rules = tuple(rule_set.rules)
        self.conditions = tuple(None if rule.when is None else rule_set.bind(rule.when) for rule in self.rules)
        self.components: tuple[tuple[str, Condition], ...] = tuple(
            (service.id, rule_set.bind(condition)) for service in catalog.services for condition in service.components
        )
        self._team_targets = {key: Targets(rule_set, key, self.teams) for key in self.tag_keys(TEAM_TAG)}
        self._service_targets = {key: Targets(rule_set, key, self.services) for key in self.tag_keys(SERVICE_TAG)}

    def tag_keys(self, *assignments: str) -> list[str]:
        """The canonical keys that rules of these assignments (TEAM_TAG, SERVICE_TAG) read, in rule order."""
        return list(dict.fromkeys(rule.target for rule in self.rules if rule.assign in assignments))

    def team_of_account(self, account: str) -> str | None:
        return self.rule_set.account_defaults.get(account)

    def team_of_tag(self, key: str, value: str) -> str | None:
        targets = self._team_targets.get(key)
        return None if targets is None else targets.find(value)

    def service_of_tag(self, key: str, value: str) -> str | None:
        targets = self._service_targets.get(key)
        return None if targets is None else targets.find(value)

    def canonical_tag(self, key: str, attributes: Mapping[str, str | None]) -> tuple[str, str] | None:
        """The literal tag that gives a record its canonical value: (key, value as written); None without one."""
        literals = (name.removeprefix(TAG_PREFIX) for name in attributes if name.startswith(TAG_PREFIX))
        for literal in order_spellings(key, self.rule_set.tag_keys[key], literals):
            value = attributes[TAG_PREFIX + literal]
            if value is not None and not is_blank(value) and not is_blank(self.rule_set.canonical_value(key, value)):
                return literal, value
        return None

    def value_of(self, column: str, attributes: Mapping[str, str | None]) -> str | None:
        """What conditions see in a column: a canonical value for canonical keys, else the text as written."""
        key = self.rule_set.canonical_key(column)
        if key is None:
            value = attributes.get(column)
            return None if is_blank(value) else value
        tag = self.canonical_tag(key, attributes)
        return None if tag is None else self.rule_set.canonical_value(key, tag[1])

    def settle(self, assign: str, key: str, target: str | None, *, is_tagged: bool) -> Gift:
        """What a rule gives when its condition holds and its tag `key`, the account or components lead to `target`."""
        if target is None:
            return Gift(reason=_unknown_value(assign, key)) if is_tagged else Gift()
        if assign in GIVES_SERVICE:
            service = self.services.get(target)
            if service is None:
                return Gift(reason=SERVICE_GONE)
            if service.team not in self.teams:
                return Gift(reason=SERVICE_TEAM_GONE)
            return Gift(service.team, service.id)
        if target not in self.teams:
            return Gift(reason=ACCOUNT_TEAM_GONE if assign == ACCOUNT else TEAM_GONE)
        return Gift(target)

    def default_reason(self, *, has_tag: bool) -> str:
        """Why nothing matched, when no rule had a reason of its own."""
        keys = self.tag_keys(TEAM_TAG, SERVICE_TAG)
        return NO_RULE if has_tag or not keys else f"{NO_RULE}: no {' or '.join(keys)} tag"


def _unknown_value(assign: str, key: str) -> str | None:
    if assign == TEAM_TAG:
        return f"tag {key} has a value that is no team"
    return f"tag {key} has a value that is no service" if assign == SERVICE_TAG else None
