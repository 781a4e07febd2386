"""The roll-up of a gzip CSV report in Polars' streaming engine: `python -m bench.yardsticks.polars_csv GLOB`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from glob import glob

THREADS = 2
os.environ.setdefault("POLARS_MAX_THREADS", str(THREADS))

import polars as pl  # noqa: E402  # reads its threads when imported
from bench.generate import legacy  # noqa: E402
from bench.measure import Stopwatch, report  # noqa: E402
from bench.world import ACCOUNT_DEFAULTS, ALIASES, TEAMS  # noqa: E402
from bench.yardsticks.duck import INPUT, NUMBERS, TAGS  # noqa: E402

START = "line_item_usage_start_date"
USAGE = ("Usage", "SavingsPlanCoveredUsage", "DiscountedUsage", "EdpDiscount", "BundledDiscount", "Refund")
KEY = ("day", "account", "service", "region", "team", "category")


def lines(paths: list[str]) -> pl.LazyFrame:
    """The columns of the job by the names of `duck.INPUT` and `duck.NUMBERS`; numbers as doubles."""
    frame = pl.scan_csv(paths, infer_schema=False)
    number = {
        name: [pl.col(legacy(c)).cast(pl.Float64, strict=False) for c in names] for name, names in NUMBERS.items()
    }
    return frame.select(
        pl.col(legacy(START)).str.slice(0, 10).str.to_date("%Y-%m-%d").alias("day"),
        *(pl.coalesce([pl.col(legacy(c)) for c in names]).alias(name) for name, names in INPUT.items()),
        *(pl.coalesce(columns).alias(name) for name, columns in number.items()),
        *(pl.col(legacy(f"resource_tags_{key}")).alias(f"tag{i}") for i, key in enumerate(TAGS)),
    )


def category() -> pl.Expr:
    kind = pl.col("kind")
    return (
        pl.when(kind.is_in(USAGE)).then(pl.lit("Usage"))
        .when(kind.is_in(["RIFee", "SavingsPlanRecurringFee", "Fee"])).then(pl.lit("Purchase"))
        .when(kind == "Tax").then(pl.lit("Tax"))
        .when(kind == "Credit").then(pl.lit("Credit"))
        .otherwise(pl.lit("Adjustment"))
    )  # fmt: skip


def effective() -> pl.Expr:
    kind = pl.col("kind")
    left = pl.col("left_upfront").fill_null(0) + pl.col("left_recurring").fill_null(0)
    return (
        pl.when(kind == "SavingsPlanCoveredUsage").then(pl.col("plan_cost"))
        .when(kind == "SavingsPlanNegation").then(0.0)
        .when(kind == "SavingsPlanRecurringFee").then(pl.col("plan_total") - pl.col("plan_used"))
        .when(kind == "DiscountedUsage").then(pl.col("reserved_cost"))
        .when(kind == "RIFee").then(left)
        .otherwise(pl.col("basis"))
    )  # fmt: skip


def team() -> pl.Expr:
    written = pl.coalesce([pl.when(pl.col(f"tag{i}") != "").then(pl.col(f"tag{i}")) for i in range(4)])
    plain = written.str.strip_chars().str.to_lowercase().str.replace_all(r"^team[:_ -]+|[_ -]+team$", "")
    known = {**{t: t for t in TEAMS}, **ALIASES}
    return pl.coalesce(
        _named(plain.str.replace_all(r"[_\s]+", "-"), known),
        _named(pl.col("tag4").str.extract(r"^(.+)-svc[0-9]+$", 1), known),
        _named(pl.col("account"), ACCOUNT_DEFAULTS),
        pl.lit("Unattributable"),
    )


def _named(column: pl.Expr, names: Mapping[str, str]) -> pl.Expr:
    return column.replace_strict([*names], [*names.values()], default=None, return_dtype=pl.String)


def run(paths: list[str]) -> pl.DataFrame:
    rows = lines(paths).with_columns(
        team().alias("team"),
        category().alias("category"),
        effective().alias("effective"),
        pl.col("basis").alias("billed"),
    )
    sums = [pl.col(c).sum() for c in ("billed", "effective", "list")]
    return rows.group_by(KEY).agg(*sums, pl.len().alias("lines")).collect(engine="streaming")


if __name__ == "__main__":
    paths = sorted(glob(sys.argv[1]))
    watch = Stopwatch()
    made = run(paths)
    cost = watch.stop()
    report(cost, rollup_rows=made.height, lines=int(made["lines"].sum()), billed=str(made["billed"].sum()))
