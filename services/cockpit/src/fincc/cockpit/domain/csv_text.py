"""An answer as CSV: what it is about in `#` lines, then its table. Safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fincc.common.csv_text import write


def to_csv(answer: Mapping[str, Any]) -> bytes:
    """The table of an answer, with the same totals as its JSON."""
    head = list(_head(answer))
    if "teams" in answer:
        return write(head, *_teams(answer))
    if "rows" in answer:
        return write(head, *_pivot(answer))
    columns = list(answer.get("columns") or dict.fromkeys(k for item in answer["items"] for k in _flat(item)))
    return write(head, columns, ([_flat(item).get(c) for c in columns] for item in answer["items"]))


def _head(answer: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    meta = answer.get("meta")
    if meta is None:
        return
    yield "scope", " > ".join(n["name"] for n in meta["scope_path"]) or "everything"
    range_ = answer.get("range")
    yield "range", f"{range_['from']} to {range_['to']}" if range_ else "no data"
    if answer.get("previous_range"):
        yield "compared with", f"{answer['previous_range']['from']} to {answer['previous_range']['to']}"
    yield "metric", meta["cost_metric"]
    yield "currency", meta["currency"]
    yield "filters", "; ".join(meta["filters"]) or "none"
    if meta["limited_to"] is not None:
        yield "limited to", ", ".join(n["name"] for n in meta["limited_to"]) or "nothing"
    yield "data_through", meta["data_through"]
    yield "refreshed_at", meta["refreshed_at"]
    yield "query_hash", meta["query_hash"]
    if answer.get("next_cursor") is not None:
        yield "incomplete", f"the first {len(answer['items'])} rows; narrow the question for the rest"
    if "total" in answer and isinstance(answer["total"], Mapping):
        yield "total", answer["total"]["amount"]


def _amount(money: Mapping[str, str] | None) -> str | None:
    return None if money is None else money["amount"]


def _figures(row: Mapping[str, Any], currency: str) -> list[Any]:
    percent = row.get("change_percent"), row.get("share_percent")
    return [_amount(row["cost"]), _amount(row.get("previous_cost")), _amount(row.get("change")), *percent, currency]


_FIGURES = ["cost", "previous_cost", "change", "change_percent", "share_percent", "currency"]


def _teams(answer: Mapping[str, Any]) -> tuple[list[str], Iterable[Sequence[Any]]]:
    currency = answer["meta"]["currency"]
    columns = ["business_group", "business_unit", "team", "team_id", *_FIGURES]
    rows = (
        [t["business_group"], t["business_unit"], t["team"], t["team_id"], *_figures(t, currency)]
        for t in answer["teams"]
    )
    return columns, rows


def _pivot(answer: Mapping[str, Any]) -> tuple[list[str], Iterable[Sequence[Any]]]:
    """One line per row; with a grain one column per period. `other` is a line of its own, so that the column adds up."""
    group_by, currency = answer["group_by"], answer["meta"]["currency"]
    periods = [str(p) for p in answer["periods"]] if answer["grain"] != "none" else []
    columns = [c for d in group_by for c in (d, f"{d} (name)")] + _FIGURES + periods
    other = answer["other"]

    def of_rows() -> Iterator[list[Any]]:
        for row in answer["rows"]:
            keys = [v for d in group_by for v in (row["keys"][d], row["labels"][d])]
            yield keys + _figures(row, currency) + (row["series"] if periods else [])
        if other is not None:
            keys = [v for i, _ in enumerate(group_by) for v in ("", f"other ({other['count']})" if i == 0 else "")]
            yield keys + _figures(other, currency) + (other["series"] if periods else [])

    return columns, of_rows()


def _flat(item: Mapping[str, Any]) -> dict[str, Any]:
    """Money as its amount; the currency is in the head."""
    return {k: v["amount"] if isinstance(v, Mapping) and "amount" in v else v for k, v in item.items()}
