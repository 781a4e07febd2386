"""An ordered set of attribution rules, and how they read tags: spellings, value styles, aliases, account defaults.

The first rule whose condition holds and which gives a team or a service decides. Canonical tag keys are those that
`tag_keys` names; a rule's `Tags/<canonical key>` means the record's canonical value of that key, any other
`Tags/<key>` the literal tag as written in the bill.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

from fincc.attribution.domain.catalog import unknown_team
from fincc.attribution.domain.conditions import (
    CONTAINS,
    EQUALS,
    IN,
    PREFIX,
    SUFFIX,
    Comparison,
    Condition,
    condition_document,
    replace_comparisons,
)
from fincc.common.focus import TAG_PREFIX
from fincc.common.rules.tags import ValueStyle, normalise_fragment, normalise_value
from fincc.common.yaml_files import Problem, suggest

TO_TEAM, TO_SERVICE = "team", "service"
TEAM_TAG, SERVICE_TAG = "team_from_tag", "service_from_tag"
COMPONENTS, ACCOUNT = "service_from_components", "team_from_account"
ASSIGNMENTS = (TO_TEAM, TO_SERVICE, TEAM_TAG, SERVICE_TAG, COMPONENTS, ACCOUNT)
GIVES_SERVICE = (TO_SERVICE, SERVICE_TAG, COMPONENTS)


@dataclass(frozen=True, slots=True)
class Rule:
    """`assign` is one of ASSIGNMENTS; `target` its team id, service id or canonical tag key ("" for the last two)."""

    id: str
    name: str
    assign: str
    target: str = ""
    when: Condition | None = None
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """A team or service id that the document names, and where."""

    kind: str
    id: str
    line: int | None
    where: str


@dataclass(frozen=True)
class RuleSet:
    """tag_keys: canonical key -> synonyms in order. aliases: canonical key -> normalised value -> id.
    account_defaults: SubAccountId -> team id."""

    rules: tuple[Rule, ...] = ()
    tag_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    styles: Mapping[str, ValueStyle] = field(default_factory=dict)
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    account_defaults: Mapping[str, str] = field(default_factory=dict)
    references: tuple[Reference, ...] = field(default=(), compare=False, repr=False)

    def style(self, key: str) -> ValueStyle:
        return self.styles.get(key, ValueStyle())

    def canonical_key(self, column: str) -> str | None:
        """The canonical tag key that a column of a rule means, None for FOCUS columns and literal tags."""
        key = column.removeprefix(TAG_PREFIX)
        return key if column != key and key in self.tag_keys else None

    def canonical_value(self, key: str, value: str) -> str:
        """What conditions on a canonical key see of a tag value: normalised, alias followed, normalised."""
        style = self.style(key)
        normalised = normalise_value(value, style)
        alias = self.aliases.get(key, {}).get(normalised)
        return normalised if alias is None else normalise_value(alias, style)

    def bind(self, condition: Condition) -> Condition:
        """The condition with the operands on canonical keys brought into the form that canonical values have.

        Pieces (prefix, suffix, contains) get the same case and separators; regular expressions stay as written.
        """
        return replace_comparisons(condition, self._bind_comparison)

    def _bind_comparison(self, comparison: Comparison) -> Comparison:
        key = self.canonical_key(comparison.column)
        if key is None:
            return comparison
        operands = comparison.operands
        if comparison.operator in (EQUALS, IN):
            operands = tuple(dict.fromkeys(self.canonical_value(key, operand) for operand in operands))
        elif comparison.operator in (PREFIX, SUFFIX, CONTAINS):
            operands = tuple(normalise_fragment(operand, self.style(key)) for operand in operands)
        return replace(comparison, operands=operands)

    def to_document(self) -> dict[str, object]:
        """A JSON document that `rule_files.from_document` reads back to an equal rule set."""
        return {
            "tag_keys": {key: list(synonyms) for key, synonyms in self.tag_keys.items()},
            "values": {key: _style_document(style) for key, style in self.styles.items()},
            "aliases": {key: dict(aliases) for key, aliases in self.aliases.items()},
            "account_defaults": dict(self.account_defaults),
            "rules": [_rule_document(rule) for rule in self.rules],
        }


def _style_document(style: ValueStyle) -> dict[str, object]:
    return {
        "case": "fold" if style.fold else "keep",
        "separators": "keep" if style.separator is None else style.separator,
        "strip_affixes": list(style.affixes),
    }


def _rule_document(rule: Rule) -> dict[str, object]:
    document: dict[str, object] = {"id": rule.id, "name": rule.name}
    if rule.when is not None:
        document["when"] = condition_document(rule.when)
    return document | {"assign": {rule.assign: rule.target or True}}


def check_references(rule_set: RuleSet, team_ids: Collection[str], service_ids: Collection[str]) -> list[Problem]:
    """One problem for every team or service named in the rule set that hierarchy or catalog do not know."""
    problems = []
    for reference in rule_set.references:
        known = team_ids if reference.kind == TO_TEAM else service_ids
        if reference.id in known:
            continue
        if reference.kind == TO_TEAM:
            message = unknown_team(reference.id, sorted(known))
        else:
            message = f"the service {reference.id!r} is not in the catalog{suggest(reference.id, sorted(known))}"
        problems.append(Problem(reference.line, reference.where, f"{reference.where}: {message}"))
    return problems


@cache
def starter_document() -> str:
    """The YAML of the rules that apply until a company imports its own."""
    return (resources.files("fincc.attribution.domain") / "starter_rules.yaml").read_text("utf-8")
