"""Filters, hierarchy, freshness, pivot and CSV: the pure parts of an answer."""

import csv
import io
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.cockpit.domain.change import Line
from fincc.cockpit.domain.columns import GROUP_COLUMNS, METRICS
from fincc.cockpit.domain.csv_text import to_csv
from fincc.cockpit.domain.facts import Facts
from fincc.cockpit.domain.filters import Filter, TeamChoice, parse_filter
from fincc.cockpit.domain.freshness import Delivered, freshness
from fincc.cockpit.domain.pivot import Key, label_of, pivot
from fincc.cockpit.domain.query import CostsQuery, CostView, query_hash
from fincc.cockpit.domain.rollup import Rollup
from fincc.cockpit.domain.windows import free_window
from fincc.common.csv_text import safe, write
from fincc.common.days import to_day
from fincc.common.hierarchy import parse_catalog
from fincc.common.money import Lanes, to_units
from fincc.common.period import Days

NODES = [
    {"id": "g", "name": "Group", "type": "business_group", "parent_id": None},
    {"id": "u", "name": "Unit", "type": "business_unit", "parent_id": "g", "valid_from": "2026-01-01"},
    {"id": "u", "name": "Former unit", "type": "business_unit", "parent_id": "g", "valid_to": "2026-01-01"},
    {"id": "t", "name": "Team", "type": "team", "parent_id": "u"},
    {"id": "s", "name": "Staff", "type": "team", "parent_id": "g"},
    {"id": "old", "name": "Old", "type": "team", "parent_id": "u", "valid_to": "2026-06-01"},
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x_TeamId:in:a,b", Filter("x_TeamId", "in", ("a", "b"))),
        ("x_TeamId:in:", Filter("x_TeamId", "in", (None,))),
        ("x_TeamId:not_in:a,", Filter("x_TeamId", "not_in", ("a", None))),
        ("Tags/user:Team:contains:x:y", Filter("Tags/user:Team", "contains", ("x:y",))),
        (r"ServiceName:in:a\,b,c", Filter("ServiceName", "in", ("a,b", "c"))),
    ],
)
def test_filters_are_read_and_written(text, expected):
    assert parse_filter(text) == expected
    assert parse_filter(str(expected)) == expected


@pytest.mark.parametrize(
    "text", ["", "x_TeamId", "x_TeamId:is:a", "Nope:in:a", "x_TeamId:prefix:", "x_TeamId:contains:a,"]
)
def test_a_filter_that_cannot_be_read_says_what_was_expected(text):
    with pytest.raises(ValueError, match=r"expected|no dimension|needs text"):
        parse_filter(text)


def test_sources_whose_clocks_differ_by_hours_are_not_late():
    """One of them was dated before midnight, the other one after."""
    delivered = [
        Delivered("a", date(2026, 11, 22), date(2026, 11, 23)),
        Delivered("b", date(2026, 11, 23), date(2026, 11, 23)),
    ]
    assert (freshness(delivered, 3).data_through, freshness(delivered, 3).late) == (date(2026, 11, 23), ())


def test_usage_dated_in_the_far_future_is_not_how_far_the_data_reaches():
    assert usage_through(["2026-11-20", "2026-11-25", "2031-05-01"]) == date(2026, 11, 20)
    found = freshness(
        [Delivered("a", date(2026, 11, 20), date(2031, 5, 1)), Delivered("b", date(2026, 11, 18), date(2026, 11, 19))],
        3,
    )
    assert (found.data_through, found.late) == (date(2026, 11, 20), ())


def usage_through(days):
    """Of usage on these days, delivered on 24 November 2026."""
    group = tuple("Usage" if c == "ChargeCategory" else None for c in GROUP_COLUMNS)
    at, nothing = np.array([to_day(date.fromisoformat(d)) for d in days], np.int32), np.zeros(len(days), np.int32)
    rows = np.ones(len(days), np.int64)
    amounts = {m: Lanes(rows * 0, rows) for m in METRICS}
    return Rollup([group], ["USD"], Facts(nothing, at, nothing, rows, amounts)).usage_through(date(2026, 11, 24))


def test_the_hierarchy_is_that_of_the_day():
    catalog = parse_catalog(3, {"nodes": NODES})
    now, before = catalog.as_of(date(2026, 6, 1)), catalog.as_of(date(2025, 12, 31))
    assert (now.name("u"), before.name("u")) == ("Unit", "Former unit")
    assert now.teams_below({"g"}) == {"t", "s"}
    assert before.teams_below({"u"}) == {"t", "old"}
    assert [n.id for n in now.path("t")] == ["g", "u", "t"]
    assert now.name("stranger") == "stranger"
    with pytest.raises(ValueError, match="node type 'squad'"):
        parse_catalog(1, {"nodes": [{"id": "x", "type": "squad"}]})


def test_a_cycle_does_not_hang():
    nodes = [{"id": a, "type": "team", "parent_id": b} for a, b in (("a", "b"), ("b", "a"))]
    assert len(parse_catalog(1, {"nodes": nodes}).as_of(date(2026, 1, 1)).path("a")) == 2


def test_teams_pass_by_their_place_in_the_hierarchy():
    hierarchy = parse_catalog(1, {"nodes": NODES}).as_of(date(2026, 7, 1))

    def passing(*filters, scope=None):
        choice = TeamChoice(hierarchy, scope, tuple(parse_filter(f) for f in filters))
        return [t for t in ("t", "s", "ghost", None) if choice.has(t)]

    assert passing() == ["t", "s", "ghost", None]
    assert passing(scope=frozenset({"t"})) == ["t"]
    assert passing("x_BusinessUnitId:in:u") == ["t"]
    assert passing("x_BusinessUnitId:not_in:u") == ["s", "ghost", None]
    assert passing("x_BusinessUnitId:in:") == ["s", "ghost", None]
    assert passing("x_BusinessGroupId:contains:GRO") == ["t", "s"]
    assert passing("x_TeamId:prefix:gh") == ["ghost"]
    assert passing("x_TeamId:contains:staf") == ["s"]


def test_freshness_names_the_late_and_the_partial():
    delivered = [
        Delivered("a", date(2026, 11, 20), date(2026, 11, 21)),
        Delivered("a", date(2026, 10, 31), date(2026, 10, 31)),
        Delivered("b", date(2026, 11, 16), date(2026, 11, 16)),
        Delivered("c", date(2026, 11, 17), date(2026, 11, 17)),
        Delivered("d", None, date(2026, 11, 1)),
    ]
    found = freshness(delivered, 3)
    assert found.data_through == date(2026, 11, 20)
    assert found.partial_from == date(2026, 11, 21)
    assert found.late == (("b", date(2026, 11, 16)), ("d", None))
    assert freshness(delivered[1:2], 3).partial_from is None
    assert freshness([], 3).data_through is None


WINDOW = free_window(Days(date(2026, 11, 1), date(2026, 11, 3)), "day", compared=True)
LINES: dict[Key, Line] = {
    (team,): Line([to_units(Decimal(a)), to_units(Decimal(b))], to_units(Decimal(p)))
    for team, a, b, p in (("a", 5, 5, 1), ("b", 1, 1, 9), (None, "0.5", 0, 0), ("c", 3, 0, 3), ("gone", 0, 0, 0))
}


def rows(top=None, sort="-cost"):
    answer = pivot(LINES, WINDOW, ("x_TeamId",), lambda d, v: label_of(d, v, {}), "USD", top=top, sort=sort)
    return [r["labels"]["x_TeamId"] for r in answer["rows"]], answer


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("-cost", ["a", "c", "b", "Unattributable"]),
        ("cost", ["Unattributable", "b", "c", "a"]),
        ("name", ["Unattributable", "a", "b", "c"]),
        ("-name", ["c", "b", "a", "Unattributable"]),
        ("-change", ["a", "Unattributable", "c", "b"]),
        ("change", ["b", "c", "Unattributable", "a"]),
        ("-movement", ["a", "b", "Unattributable", "c"]),
    ],
)
def test_rows_are_sorted_as_asked(sort, order):
    assert rows(sort=sort)[0] == order


def test_unattributable_is_never_folded_into_other():
    names, answer = rows(top=1)
    assert names == ["a", "Unattributable"]
    assert answer["other"]["count"] == 2
    assert answer["other"]["series"] == ["4.00", "1.00"]
    assert answer["total"]["amount"] == "15.50"
    assert answer["rows"][0]["share_percent"] == 64.5


def test_the_largest_movements_are_kept_where_rows_are_sorted_by_them():
    names, answer = rows(top=2, sort="-movement")
    assert names == ["a", "b", "Unattributable"]
    moved = [r["change"]["amount"] for r in answer["rows"]]
    assert sum(map(Decimal, [*moved, answer["other"]["change"]["amount"]])) == Decimal(answer["change"]["amount"])


def test_equal_questions_have_one_hash_and_others_another():
    view = CostView(filters=(parse_filter("x_TeamId:in:a"),))
    assert query_hash(CostsQuery(view), currency="USD") == query_hash(CostsQuery(view), currency="USD")
    assert query_hash(CostsQuery(view), currency="USD") != query_hash(CostsQuery(view, grain="day"), currency="USD")
    assert query_hash(CostsQuery(view), currency="USD") != query_hash(CostsQuery(view), currency="EUR")


@given(st.text())
def test_no_cell_starts_a_formula(text):
    assert not safe(text).startswith(("=", "+", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert safe(text) in (text, "'" + text)


FORMULAS = ["=cmd()", "+cmd()", "-cmd()", "@cmd()", "\t=cmd()", "\r=cmd()", "＝cmd()"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_filter_in_the_head_is_no_formula_in_any_cell_it_is_cut_into(formula):
    head = write([("filters", f"Tags/team:in:a,{formula}; x: {formula}")], ["x"], []).decode("utf-8-sig")
    for separator in ",;":
        cells = [cell.strip() for cell in head.splitlines()[0].split(separator)]
        assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for cell in cells)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_tag_that_is_a_formula_is_text_in_the_csv_of_every_answer(formula):
    meta: dict[str, object] = {
        "limited_to": None,
        "scope_path": [],
        "cost_metric": "BilledCost",
        "currency": "USD",
        "filters": [],
        "data_through": None,
    }
    meta |= {"query_hash": "h", "refreshed_at": None}
    money = {"amount": "-1.00", "currency": "USD"}
    figures = {"cost": money, "previous_cost": money, "change": money, "change_percent": -1.0, "share_percent": 1.0}
    names = {"business_group": formula, "business_unit": formula, "team": formula, "team_id": formula}
    pivoted = {"keys": {"Tags/team": formula}, "labels": {"Tags/team": formula}, "series": ["-1.00"], **figures}
    answers: list[dict[str, object]] = [
        {"teams": [{**names, **figures}]},
        {"group_by": ["Tags/team"], "grain": "day", "periods": ["2026-01-01"], "rows": [pivoted], "other": None},
        {"items": [{"ResourceId": formula, "Tags": formula, "cost": money}]},
    ]
    for answer in answers:
        text = to_csv({"meta": meta, **answer}).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text.replace("# ", "", 1), newline="")))
        cells = [cell for line in rows for cell in line]
        assert "'" + formula in cells
        assert "-1.00" in cells
        assert formula not in cells


def test_negative_numbers_stay_numbers():
    assert safe("-12.50") == "-12.50"
    assert safe("-12.50+cmd") == "'-12.50+cmd"
    assert safe(-3.5) == "-3.5"
    assert safe(None) == ""


def test_the_head_of_a_csv_stays_on_its_lines():
    data = write([("scope", "a\nb")], ["x"], [["=1"]]).decode("utf-8-sig")
    assert data == "# scope: a b\r\nx\r\n'=1\r\n"


def test_a_cut_off_list_says_so_in_its_file():
    meta: dict[str, object] = {
        "limited_to": None,
        "scope_path": [],
        "cost_metric": "BilledCost",
        "currency": "USD",
        "filters": [],
        "data_through": None,
        "refreshed_at": None,
    }
    items = [{"key": "k", "cost": {"amount": "1.00", "currency": "USD"}}]
    answer = {"meta": {**meta, "query_hash": "h"}, "items": items, "next_cursor": "1", "total": 2}
    text = to_csv(answer).decode("utf-8-sig")
    assert "# incomplete: the first 1 rows; narrow the question for the rest" in text
    assert text.endswith("key,cost\r\nk,1.00\r\n")
    assert "incomplete" not in to_csv({**answer, "next_cursor": None}).decode()
