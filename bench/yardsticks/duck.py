"""The job as a user of DuckDB would write it: `python -m bench.yardsticks.duck row|full parquet|csv GLOB`.

Cost lines → team by tag, application or account → daily roll-up in a table. `full` first writes the FOCUS columns of every
line as zstd Parquet and sums DECIMAL(38,12); `row` sums doubles straight from the files.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable

import duckdb
from bench.generate import legacy
from bench.measure import Stopwatch, report
from bench.world import ACCOUNT_DEFAULTS, ALIASES, TEAMS

THREADS = 2
# Name in the query → column of the bill; a second name is the fall-back where the first is null.
INPUT = {
    "account": ("line_item_usage_account_id",),
    "service": ("line_item_product_code",),
    "region": ("product_region_code",),
    "kind": ("line_item_line_item_type",),
}
NUMBERS = {
    "basis": ("line_item_net_unblended_cost", "line_item_unblended_cost"),
    "plan_cost": ("savings_plan_net_savings_plan_effective_cost", "savings_plan_savings_plan_effective_cost"),
    "plan_total": ("savings_plan_total_commitment_to_date",),
    "plan_used": ("savings_plan_used_commitment",),
    "reserved_cost": ("reservation_net_effective_cost", "reservation_effective_cost"),
    "left_upfront": ("reservation_net_unused_amortized_upfront_fee_for_billing_period",),
    "left_recurring": ("reservation_net_unused_recurring_fee",),
    "list": ("pricing_public_on_demand_cost",),
}
PASSED_ON = (
    "bill_payer_account_id", "bill_billing_period_start_date", "bill_invoicing_entity", "line_item_usage_account_name",
    "line_item_usage_start_date", "line_item_usage_end_date", "line_item_line_item_description",
    "line_item_resource_id", "line_item_availability_zone", "line_item_usage_type", "line_item_operation",
    "line_item_usage_amount", "line_item_currency_code", "line_item_unblended_rate", "pricing_public_on_demand_rate",
    "pricing_unit", "pricing_term", "product_sku", "pricing_rate_code", "product_product_family",
    "savings_plan_savings_plan_a_r_n", "reservation_reservation_a_r_n",
)  # fmt: skip
TAGS = ("user_team", "user_Team", "user_squad", "user_owner", "user_application")

CATEGORY = """case when kind in ('Usage', 'SavingsPlanCoveredUsage', 'DiscountedUsage', 'EdpDiscount', 'BundledDiscount', 'Refund')
    then 'Usage' when kind in ('RIFee', 'SavingsPlanRecurringFee', 'Fee') then 'Purchase' when kind = 'Tax' then 'Tax'
    when kind = 'Credit' then 'Credit' else 'Adjustment' end"""
EFFECTIVE = """case kind when 'SavingsPlanCoveredUsage' then plan_cost when 'SavingsPlanNegation' then 0
    when 'SavingsPlanRecurringFee' then plan_total - plan_used when 'DiscountedUsage' then reserved_cost
    when 'RIFee' then coalesce(left_upfront, 0) + coalesce(left_recurring, 0) else basis end"""
SPELLING = r"""regexp_replace(regexp_replace(lower(trim(coalesce(nullif(tag0, ''), nullif(tag1, ''), nullif(tag2, ''),
    nullif(tag3, '')))), '^team[:_ -]+|[_ -]+team$', '', 'g'), '[_\s]+', '-', 'g')"""
TEAM = "coalesce(by_tag.team, by_application.team, by_account.team, 'Unattributable')"
JOINS = rf"""left join names by_tag on by_tag.name = {SPELLING}
    left join names by_application on by_application.name = regexp_extract(tag4, '^(.+)-svc[0-9]+$', 1)
    left join accounts by_account on by_account.name = account"""


def source(layout: str, glob: str, with_all: bool) -> str:
    """A sub-query over the files with the columns above; columns of the bill that are passed on are named x0, x1, …"""
    is_csv = layout == "csv"
    column: Callable[[str], str] = (lambda name: f'"{legacy(name)}"') if is_csv else (lambda name: f'"{name}"')
    number = (lambda name: f"try_cast({column(name)} as double)") if is_csv else column
    read = f"read_csv('{glob}', header = true, all_varchar = true)" if is_csv else f"read_parquet('{glob}')"

    def tag(key: str) -> str:
        if not is_csv:
            return f"resource_tags['{key}']"
        # DuckDB does not tell `Team` from `team` in column names: the second of the two gets a suffix.
        return column(f"resource_tags_{key}")[:-1] + ('_1"' if key == "user_team" else '"')

    listed = [f"cast({column('line_item_usage_start_date')} as timestamp)::date as day"]
    listed += [f"{_first(map(column, names))} as {name}" for name, names in INPUT.items()]
    listed += [f"{_first(map(number, names))} as {name}" for name, names in NUMBERS.items()]
    listed += [f"{tag(key)} as tag{i}" for i, key in enumerate(TAGS)]
    if with_all:
        listed += [f"{column(name)} as x{i}" for i, name in enumerate(PASSED_ON)]
    return f"(select {', '.join(listed)} from {read})"


def _first(columns: object) -> str:
    found = list(columns)  # type: ignore[call-overload]
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def run(kind: str, layout: str, glob: str, folder: str) -> tuple[int, int, str]:
    """Rows of the roll-up, lines, and the sum of what was billed."""
    db = duckdb.connect()
    db.execute(f"set threads = {THREADS}; set preserve_insertion_order = false")
    for table, names in (("names", {**{t: t for t in TEAMS}, **ALIASES}), ("accounts", ACCOUNT_DEFAULTS)):
        db.execute(f"create table {table} (name varchar, team varchar)")
        db.executemany(f"insert into {table} values (?, ?)", list(names.items()))
    dimensions = f"day, account, service, region, {TEAM} as team, {CATEGORY} as category"
    if kind == "row":
        rows = f"select {dimensions}, basis as billed, {EFFECTIVE} as effective, list from {source(layout, glob, False)} {JOINS}"
        sums = "sum(billed) as billed, sum(effective) as effective, sum(list) as list"
    else:
        passed = ", ".join(f"x{i}" for i in range(len(PASSED_ON)))
        db.execute(
            f"copy (select {dimensions}, basis as billed, {EFFECTIVE} as effective, list, {passed} "
            f"from {source(layout, glob, True)} {JOINS}) to '{folder}' "
            "(format parquet, compression zstd, per_thread_output true, overwrite true)"
        )
        rows = f"select * from read_parquet('{folder}/*.parquet')"
        sums = ", ".join(f"sum(cast({c} as decimal(38, 12))) as {c}" for c in ("billed", "effective", "list"))
    db.execute(
        f"create table rollup as select day, account, service, region, team, category, {sums}, count(*) as lines "
        f"from ({rows}) group by all"
    )
    found = db.execute("select count(*), sum(lines), sum(billed) from rollup")
    count, lines, billed = found.fetchone() or (0, 0, 0)
    return int(count), int(lines), str(billed)


if __name__ == "__main__":
    kind, layout, glob = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="fincc-duck-") as folder:
        watch = Stopwatch()
        count, lines, billed = run(kind, layout, glob, folder)
        report(watch.stop(), rollup_rows=count, lines=lines, billed=billed)
