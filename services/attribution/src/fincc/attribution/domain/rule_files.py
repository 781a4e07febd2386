"""Reads a rule set from YAML or a JSON document; every problem names its line (in a JSON body its path) and the fix."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

import yaml

from fincc.attribution.domain.conditions import parse_condition
from fincc.attribution.domain.hierarchy_files import SLUG
from fincc.attribution.domain.rule_set import (
    ACCOUNT,
    ASSIGNMENTS,
    COMPONENTS,
    SERVICE_TAG,
    TEAM_TAG,
    TO_SERVICE,
    TO_TEAM,
    Reference,
    Rule,
    RuleSet,
    starter_document,
)
from fincc.common.rules.tags import SEPARATORS, ValueStyle, normalise_key, normalise_value
from fincc.common.yaml_files import DocumentError, Item, Reader, from_plain, read_yaml, suggest


def from_yaml(data: str | bytes, source: str = "rules.yaml") -> RuleSet:
    """Raises DocumentError with the lines of all problems. Ids are checked apart, by `rule_set.check_references`."""
    return _parse(read_yaml(data, source), Reader(source))


def from_document(document: object, source: str = "rules") -> RuleSet:
    """The same from decoded JSON, e.g. what `RuleSet.to_document` gave. Raises DocumentError."""
    return _parse(from_plain(document), Reader(source))


def starter_rule_set() -> RuleSet:
    """The rules that apply until a company imports its own: team tag, application tag, components, account."""
    return from_yaml(starter_document(), "starter_rules.yaml")


def with_rule(text: str, rule: Mapping[str, object]) -> str:
    """The YAML of a rule set with one more rule after all others; comments and layout stay where that is possible."""
    before = from_yaml(text)
    expected = (*before.rules, *from_document({"tag_keys": before.to_document()["tag_keys"], "rules": [rule]}).rules)
    place = _end_of_rules(text)
    if place is not None:
        at, indent = place
        head = text[:at] if text[:at].endswith("\n") else text[:at] + "\n"
        written = head + textwrap.indent(_dump([rule]), " " * indent) + text[at:]
        with suppress(DocumentError):
            if from_yaml(written).rules == expected:
                return written
    document = before.to_document()
    return _dump({**document, "rules": [*cast(list[object], document["rules"]), rule]})


def _end_of_rules(text: str) -> tuple[int, int] | None:
    """Where the list of rules ends, and how far its items are indented; None when it is not written line by line."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "rules" and isinstance(value, yaml.SequenceNode) and value.value and not value.flow_style:
            return value.end_mark.index - value.end_mark.column, value.start_mark.column
    return None


def _dump(document: object) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


@dataclass
class _Draft:
    """What later sections need of earlier ones, and the ids to check against hierarchy and catalog."""

    reader: Reader
    tag_keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)

    def refer(self, kind: str, target: str, item: Item, where: str) -> None:
        self.references.append(Reference(kind, target, item.line, where))


def _parse(root: Item, reader: Reader) -> RuleSet:
    sections = ["tag_keys", "values", "aliases", "account_defaults"]
    top = reader.mapping(root, "the document", ["rules"], sections)
    draft = _Draft(reader)
    draft.tag_keys = _tag_keys(top.get("tag_keys"), reader)
    styles = {k: _style(item, k, reader) for k, item in _by_tag_key(top, "values", draft).items()}
    rules = _rules(top.get("rules"), draft)
    aliases = {k: _aliases(item, k, styles, rules, draft) for k, item in _by_tag_key(top, "aliases", draft).items()}
    defaults = _account_defaults(top.get("account_defaults"), draft)
    reader.finish()
    return RuleSet(tuple(rules.values()), draft.tag_keys, styles, aliases, defaults, tuple(draft.references))


def _tag_keys(item: Item | None, reader: Reader) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    owner: dict[str, str] = {}
    for key, synonyms in reader.entries(item, "tag_keys").items():
        items = reader.sequence(synonyms, f"the other spellings of {key!r}")
        spellings = [(key, synonyms)] + [(reader.text(i, f"a spelling of {key!r}"), i) for i in items]
        for spelling, place in spellings:
            normalised = normalise_key(spelling or "")
            if spelling is not None and not normalised:
                reader.refuse(place, f"the tag key {spelling!r} consists of separators only")
            elif owner.setdefault(normalised, key) != key:
                other = owner[normalised]
                reader.refuse(
                    place, f"the tag key {spelling!r} is already a spelling of {other!r}, it can mean one key"
                )
        out[key] = tuple(spelling for spelling, _ in spellings[1:] if spelling is not None)
    return out


def _by_tag_key(top: Mapping[str, Item], section: str, draft: _Draft) -> dict[str, Item]:
    """The entries of a section whose keys must be canonical tag keys."""
    entries = draft.reader.entries(top.get(section), section)
    return {key: item for key, item in entries.items() if _check_tag_key(key, item, section, draft)}


def _check_tag_key(key: str, item: Item, where: str, draft: _Draft) -> bool:
    if key in draft.tag_keys:
        return True
    known = ", ".join(draft.tag_keys) or "nothing yet"
    hint = suggest(key, list(draft.tag_keys))
    draft.reader.refuse(item, f"{where}: {key!r} is no canonical tag key: tag_keys names {known}{hint}")
    return False


def _style(item: Item, key: str, reader: Reader) -> ValueStyle:
    where = f"values of {key!r}"
    fields = reader.mapping(item, where, (), ["case", "separators", "strip_affixes"])
    case = reader.text(fields.get("case"), f"{where}: case") or "fold"
    if case not in ("fold", "keep"):
        reader.refuse(fields["case"], f"{where}: case must be fold or keep, not {case!r}")
    separator: str | None = "-"
    if "separators" in fields:
        separator = str(fields["separators"].value)
        if separator != "keep" and (len(separator) != 1 or separator not in SEPARATORS):
            reader.refuse(
                fields["separators"],
                f"{where}: separators must be the one character that replaces them, {' '.join(SEPARATORS.strip())} "
                f"or a space, or keep; not {separator!r}",
            )
    affixes = []
    for affix_item in reader.sequence(fields.get("strip_affixes"), f"{where}: strip_affixes"):
        affix = reader.text(affix_item, f"{where}: an affix")
        if affix is not None and any(c in SEPARATORS or c.isspace() for c in affix):
            reader.refuse(affix_item, f"{where}: the affix {affix!r} must be one word without separators")
        affixes.append(affix or "")
    return ValueStyle(case == "fold", None if separator == "keep" else separator, tuple(a.casefold() for a in affixes))


def _aliases(
    item: Item, key: str, styles: Mapping[str, ValueStyle], rules: Mapping[str, Rule], draft: _Draft
) -> dict[str, str]:
    style = styles.get(key, ValueStyle())
    kinds = {kind for kind, assign in ((TO_TEAM, TEAM_TAG), (TO_SERVICE, SERVICE_TAG)) if _uses(rules, assign, key)}
    out: dict[str, str] = {}
    for value, target_item in draft.reader.entries(item, f"aliases of {key!r}").items():
        where = f"alias {value!r} of {key!r}"
        target = draft.reader.text(target_item, where)
        normalised = normalise_value(value, style)
        if target is None:
            continue
        if out.setdefault(normalised, target) != target:
            draft.reader.refuse(
                target_item, f"{where} equals another alias after normalisation, which means {out[normalised]!r}"
            )
        if len(kinds) == 1:
            draft.refer(next(iter(kinds)), target, target_item, where)
    return out


def _uses(rules: Mapping[str, Rule], assign: str, key: str) -> bool:
    return any(rule.assign == assign and rule.target == key for rule in rules.values())


def _account_defaults(item: Item | None, draft: _Draft) -> dict[str, str]:
    out = {}
    for account, team_item in draft.reader.entries(item, "account_defaults").items():
        where = f"account {account!r}"
        team = draft.reader.text(team_item, where)
        if team is not None:
            out[account] = team
            draft.refer(TO_TEAM, team, team_item, where)
    return out


def _rules(item: Item | None, draft: _Draft) -> dict[str, Rule]:
    out: dict[str, Rule] = {}
    for rule_item in draft.reader.sequence(item, "rules"):
        rule = _rule(rule_item, draft)
        if rule is None:
            continue
        if rule.id in out:
            draft.reader.refuse(rule_item, f"the rule {rule.id!r} is given twice: each rule needs an id of its own")
        out[rule.id] = rule
    return out


def _rule(item: Item, draft: _Draft) -> Rule | None:
    reader = draft.reader
    fields = reader.mapping(item, "a rule", ["id", "assign"], ["name", "when"])
    rule_id = reader.text(fields.get("id"), "the id of a rule")
    if rule_id is not None and not SLUG.fullmatch(rule_id):
        reader.refuse(
            fields["id"], f"the id {rule_id!r} must consist of small letters, digits and '-', like 'team-tag'"
        )
    where = f"rule {rule_id!r}"
    name = reader.text(fields.get("name"), f"{where}: name")
    # An empty `when` is no rule without condition: that would silently match everything.
    written = item.value.get("when") if isinstance(item.value, dict) else None
    when = None if written is None else parse_condition(written, reader, where)
    assign = _assign(fields["assign"], where, draft) if "assign" in fields else None
    if rule_id is None or assign is None:
        return None
    return Rule(rule_id, name or rule_id, *assign, when, item.line)


def _assign(item: Item, where: str, draft: _Draft) -> tuple[str, str] | None:
    reader = draft.reader
    entries = reader.entries(item, f"{where}: assign")
    known = ", ".join(ASSIGNMENTS)
    if len(entries) != 1:
        if isinstance(item.value, dict):
            reader.refuse(item, f"{where}: assign needs exactly one of {known}")
        return None
    ((kind, value),) = entries.items()
    if kind not in ASSIGNMENTS:
        reader.refuse(value, f"{where}: assign has no {kind!r}: use one of {known}{suggest(kind, ASSIGNMENTS)}")
        return None
    if kind in (COMPONENTS, ACCOUNT):
        if reader.flag(value, f"{where}: {kind}") is False:
            reader.refuse(value, f"{where}: {kind} can only be true; leave the rule out instead")
        return kind, ""
    target = reader.text(value, f"{where}: {kind}")
    if target is None:
        return None
    if kind in (TEAM_TAG, SERVICE_TAG):
        return (kind, target) if _check_tag_key(target, value, where, draft) else None
    draft.refer(kind, target, value, where)
    return kind, target
