"""Random rule sets over random keys: the column-wise evaluation, its explanation, and a slow obvious oracle agree.

The oracle works on the plain documents, tries every rule on every record, and shares nothing with the evaluation but
tag normalisation, which has tests of its own.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fincc.attribution.domain import catalog, hierarchy_files, rule_files
from fincc.attribution.domain.evaluate import Evaluator
from fincc.attribution.domain.explain import MATCHED, explain
from fincc.common.rules.tags import ValueStyle, normalise_fragment, normalise_key, normalise_value

TEAMS = ["a", "b-team", "ab"]
SERVICES = {"s-a": "a", "s-b": "b-team", "s-gone": "left", "s-ab": "ab"}
VALUES = [
    "a",
    "b",
    "ab",
    "A",
    "Team: a",
    "team_b",
    "b-team",
    "s-a",
    "S_A",
    "s-b",
    "s-gone",
    "xab",
    "a.b",
    "é-a",
    "--",
    " ",
    "",
]
OPERANDS = [v for v in VALUES if v.strip()]
PATTERNS = ["a", "^a", "b$", "(?i)team", "[ab]{2}", "^.$", "s-(a|b)$"]
FOCUS = ["SubAccountId", "ServiceName", "ResourceId"]
TAGS = ["team", "Team", "squad", "user:Squad", "app", "App", "env"]
COLUMNS = [*FOCUS, "Tags/team", "Tags/app", "Tags/Team", "Tags/env"]

comparison = st.one_of(
    st.tuples(st.sampled_from(["equals", "prefix", "suffix", "contains"]), st.sampled_from(OPERANDS)),
    st.tuples(st.just("in"), st.lists(st.sampled_from(OPERANDS), min_size=1, max_size=3)),
    st.tuples(st.just("regex"), st.sampled_from(PATTERNS)),
    st.tuples(st.just("exists"), st.booleans()),
).flatmap(lambda pair: st.sampled_from(COLUMNS).map(lambda column: {"column": column, pair[0]: pair[1]}))
condition = st.recursive(
    comparison,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=4,
)
assignment = st.one_of(
    st.sampled_from([*TEAMS, "left"]).map(lambda team: {"team": team}),
    st.sampled_from([*SERVICES, "s-none"]).map(lambda service: {"service": service}),
    st.sampled_from(
        [
            {"team_from_tag": "team"},
            {"service_from_tag": "app"},
            {"service_from_components": True},
            {"team_from_account": True},
        ]
    ),
)
rule = st.fixed_dictionaries({"assign": assignment}, optional={"when": condition})
rule_documents = st.fixed_dictionaries(
    {
        "tag_keys": st.sampled_from([{"team": ["squad"], "app": []}, {"team": ["squad", "env"], "app": ["x"]}]),
        "values": st.sampled_from(
            [{}, {"team": {"strip_affixes": ["team"]}}, {"app": {"case": "keep", "separators": "keep"}}]
        ),
        "aliases": st.sampled_from([{}, {"team": {"xab": "ab", "é a": "left"}, "app": {"a": "s-a"}}]),
        "account_defaults": st.dictionaries(st.sampled_from(OPERANDS), st.sampled_from([*TEAMS, "left"]), max_size=2),
        "rules": st.lists(rule, max_size=6).map(
            lambda rules: [{"id": f"r{i}"} | found for i, found in enumerate(rules)]
        ),
    }
)
components = st.dictionaries(st.sampled_from(sorted(SERVICES)), st.lists(condition, max_size=2), max_size=3)
records = st.lists(
    st.dictionaries(
        st.sampled_from([*FOCUS, *(f"Tags/{tag}" for tag in TAGS)]),
        st.one_of(st.none(), st.sampled_from(VALUES)),
        max_size=6,
    ),
    min_size=1,
    max_size=12,
)


class Oracle:
    def __init__(self, rules, services):
        self.rules, self.services = rules, services

    def style(self, key):
        written = self.rules["values"].get(key, {})
        separator = written.get("separators", "-")
        return ValueStyle(
            written.get("case", "fold") == "fold",
            None if separator == "keep" else separator,
            tuple(written.get("strip_affixes", [])),
        )

    def canonical(self, key, value):
        """The canonical value of a tag value, and the id that an alias gives it."""
        normalised = normalise_value(value, self.style(key))
        for alias, target in self.rules["aliases"].get(key, {}).items():
            if normalise_value(alias, self.style(key)) == normalised:
                return normalise_value(target, self.style(key)), target
        return normalised, None

    def tag(self, key, record):
        """The first literal value that says something."""
        names = [key, *self.rules["tag_keys"][key]]
        literals = sorted(name[5:] for name in record if name.startswith("Tags/"))
        for name in names:
            same = [literal for literal in literals if normalise_key(literal) == normalise_key(name)]
            for literal in sorted(same, key=lambda literal: literal not in names):
                value = record[f"Tags/{literal}"]
                if value and value.strip() and self.canonical(key, value)[0]:
                    return value
        return None

    def seen(self, column, record):
        key = column.removeprefix("Tags/")
        if key != column and key in self.rules["tag_keys"]:
            value = self.tag(key, record)
            return None if value is None else self.canonical(key, value)[0]
        return record.get(column)

    def holds(self, condition, record):
        if "all" in condition:
            return all(self.holds(part, record) for part in condition["all"])
        if "any" in condition:
            return any(self.holds(part, record) for part in condition["any"])
        if "not" in condition:
            return not self.holds(condition["not"], record)
        value, key = self.seen(condition["column"], record), condition["column"].removeprefix("Tags/")
        ((operator, operand),) = ((k, v) for k, v in condition.items() if k != "column")
        is_present = bool(value and value.strip())
        if operator == "exists":
            return is_present == operand
        if not is_present:
            return False
        if operator == "regex":
            return re.search(operand, value) is not None
        operands = operand if operator == "in" else [operand]
        if condition["column"] != key and key in self.rules["tag_keys"]:
            is_piece = operator in ("prefix", "suffix", "contains")
            style = self.style(key)
            operands = [normalise_fragment(o, style) if is_piece else self.canonical(key, o)[0] for o in operands]
        test = {"prefix": str.startswith, "suffix": str.endswith, "contains": str.__contains__}.get(
            operator, str.__eq__
        )
        return any(test(value, o) for o in operands)

    def target(self, key, value, ids):
        normalised, alias = self.canonical(key, value)
        if alias is not None:
            return alias if alias in ids else None
        style = self.style(key)
        plain = normalise_value(value, ValueStyle(style.fold, style.separator))
        alike = [i for i in ids if normalise_value(i, style) == normalised]
        found = [i for i in (plain, normalised) if i in ids] or (alike if len(alike) == 1 else [])
        return found[0] if found else None

    def gift(self, assign, record):
        """(team, service) of one assignment; None without."""
        ((kind, name),) = assign.items()
        service = None
        if kind == "team":
            team = name
        elif kind == "team_from_account":
            team = self.rules["account_defaults"].get(record.get("SubAccountId"))
        elif kind == "team_from_tag":
            value = self.tag(name, record)
            team = self.target(name, value, TEAMS) if value else None
        else:
            if kind == "service":
                service = name
            elif kind == "service_from_tag":
                value = self.tag(name, record)
                service = self.target(name, value, list(SERVICES)) if value else None
            else:
                service = next(
                    (s for s, parts in self.services.items() if any(self.holds(p, record) for p in parts)), None
                )
            team = SERVICES.get(service or "")
        return (team, service) if team in TEAMS else None

    def owner(self, record):
        team = service = rule_id = None
        for rule in self.rules["rules"]:
            gift = self.gift(rule["assign"], record)
            if gift is None or not self.holds(rule.get("when", {"all": []}), record):
                continue
            if team is None:
                (team, service), rule_id = gift, rule["id"]
            elif service is None and gift[0] == team:
                service = gift[1]
        return team, service, rule_id


def batch(found):
    names = sorted({name for record in found for name in record} | {"SkuId"})
    columns = [pa.array([r.get(name) for r in found], pa.string()).dictionary_encode() for name in names]
    return pa.RecordBatch.from_arrays(columns, names=names)


def build(rules, parts):
    unit = {"id": "u", "name": "U", "teams": [{"id": team, "name": team} for team in TEAMS]}
    company = {"business_groups": [{"id": "g", "name": "G", "business_units": [unit]}]}
    services = [{"id": s, "name": s, "team": t, "components": parts.get(s, [])} for s, t in SERVICES.items()]
    evaluator = Evaluator(
        rule_files.from_document(rules),
        catalog.from_document({"services": services}),
        hierarchy_files.from_document(company),
    )
    return evaluator, Oracle(rules, {s: parts.get(s, []) for s in SERVICES})


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rule_documents, components, records, records)
def test_evaluation_explanation_and_oracle_agree(rules, parts, first, second):
    check(rules, parts, first, second)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(rule_documents, components, records, records)
def test_evaluation_explanation_and_oracle_agree_on_many_more(rules, parts, first, second):
    check(rules, parts, first, second)


def check(rules, parts, first, second):
    evaluator, oracle = build(rules, parts)
    for found in (first, second):
        owners = evaluator.evaluate(batch(found))
        for code, record in zip(owners.codes.tolist(), found, strict=True):
            outcome = owners.outcomes[code]
            assert (outcome.team_id, outcome.service_id, outcome.rule_id) == oracle.owner(record)
            explanation = explain(evaluator, record)
            assert explanation.outcome == outcome
            assert [s.rule_id for s in explanation.steps] == [r["id"] for r in rules["rules"]]
            matched = [s.rule_id for s in explanation.steps if s.verdict == MATCHED]
            assert matched == ([outcome.rule_id] if outcome.rule_id else [])
            assert (outcome.reason is None) == (outcome.team_id is not None)
