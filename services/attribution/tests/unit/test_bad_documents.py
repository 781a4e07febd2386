"""Whatever a document holds, reading it gives a value or problems with places, never another failure."""

from __future__ import annotations

import copy
import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fincc.attribution.domain import catalog, hierarchy_files, rule_files
from fincc.attribution.domain.catalog import Catalog
from fincc.attribution.domain.evaluate import Evaluator
from fincc.attribution.domain.hierarchy import Hierarchy
from fincc.attribution.domain.rule_set import RuleSet
from fincc.common.yaml_files import DocumentError

CONDITION = {"all": [{"not": {"column": "ServiceName", "in": ["a"]}}, {"any": [{"column": "Tags/x", "exists": True}]}]}
RULES = {
    "tag_keys": {"team": ["squad"]},
    "values": {"team": {"case": "fold", "separators": "-", "strip_affixes": ["team"]}},
    "aliases": {"team": {"x": "y"}},
    "account_defaults": {"1": "y"},
    "rules": [
        {"id": "a", "when": CONDITION, "assign": {"team": "x"}},
        {"id": "b", "assign": {"team_from_tag": "team"}},
    ],
}
CATALOG = {"services": [{"id": "s", "name": "S", "team": "t", "tier": 1, "components": [CONDITION]}]}
TEAM = {"id": "t", "name": "T", "owner_email": "a@b.example", "cost_center": "1"}
UNIT = {"id": "u", "name": "U", "teams": [TEAM]}
NESTED = {"effective_from": "2025-01-01", "business_groups": [{"id": "g", "name": "G", "business_units": [UNIT]}]}
FLAT = {"nodes": [{"id": "g", "name": "G", "type": "business_group", "valid_from": "2025-01-01", "parent_id": None}]}
READERS = [
    (rule_files.from_document, RULES),
    (catalog.from_document, CATALOG),
    (hierarchy_files.from_document, NESTED),
    (hierarchy_files.from_document, FLAT),
]

junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["", " ", "team", "--", "(", "Tags/", "a b", "2025-02-30", "x" * 2000, "\x00", "\ud800"]),
    st.sampled_from([[], {}, [None], [[]], [{}], {"": None}, {"column": "RegionId"}, {"id": 1}, [1, {"x": []}]]),
)


def places(value, path=()):
    """The paths of all values in a document."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*path, key))


def put(document, path, value):
    if not path:
        return value
    out = copy.deepcopy(document)
    at = out
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return out


@pytest.mark.parametrize(("read", "document"), READERS)
def test_the_documents_to_be_broken_are_fine(read, document):
    assert read(document)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(READERS), st.data())
def test_a_broken_document_gives_problems_or_can_be_used(reader, data):
    read, document = reader
    path = data.draw(st.sampled_from(list(places(document))))
    broken = put(document, path, data.draw(junk))
    problems = problems_of(lambda: use(read(broken)))
    assert all(str(problem) for problem in problems)


def problems_of(run):
    try:
        run()
    except DocumentError as error:
        return error.problems
    return ()


def use(found):
    """Evaluates a record under the document, and writes the document as JSON."""
    json.dumps(found.to_document(), ensure_ascii=False).encode()
    given = {type(found): found}
    evaluator = Evaluator(
        given.get(RuleSet, rule_files.starter_rule_set()),
        given.get(Catalog, Catalog()),
        given.get(Hierarchy, hierarchy_files.from_document(NESTED)),
    )
    names = ["ServiceName", "RegionId", "Tags/x", "Tags/team", "SubAccountId"]
    columns = {name: pa.array(["a", "1", "team x", None]).dictionary_encode() for name in names}
    assert len(evaluator.evaluate(pa.record_batch(columns)).codes) == 4


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\x1b[0m"])
def test_text_that_cannot_be_stored_is_refused(text):
    with pytest.raises(DocumentError, match="holds a control character or half a character pair"):
        catalog.from_document({"services": [{"id": "s", "name": text, "team": "t"}]})
    with pytest.raises(DocumentError, match="aliases of 'team': the key"):
        rule_files.from_document({"tag_keys": {"team": []}, "aliases": {"team": {text: "x"}}, "rules": []})
