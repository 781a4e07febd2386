"""What Alderway buys: prices, how a service's money spreads over them, and how its resources are named and replaced.

The prices are in `prices.csv`. A quantity has `decimals` places and its price has 10 - decimals, so that quantity x
price is exact at the bill's 10 decimals.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from importlib.resources import files
from typing import NamedTuple

COST_DECIMALS = 10
REGIONS = {
    "us-east-1": ("", "US East (N. Virginia)"),
    "eu-west-1": ("EU-", "EU (Ireland)"),
    "us-west-2": ("USW2-", "US West (Oregon)"),
}
REGION_WEIGHTS = (("us-east-1", 70), ("eu-west-1", 20), ("us-west-2", 10))
AMAZON = "Amazon Web Services, Inc."


class Sku(NamedTuple):
    key: str
    code: str
    product: str
    family: str
    usage_type: str
    operation: str
    unit: str
    price: str  # dollars a unit, as paid without commitments
    on_demand: str  # the public price
    decimals: int
    steady: bool  # does not follow the traffic of the week
    life: tuple[int, int]  # days until a resource is replaced by another; zeros for never
    discount: str  # line item type of a private discount, or nothing
    discount_percent: int
    seller: str
    resource: str  # template of the resource id; nothing where AWS names no resource

    @property
    def rate(self) -> int:
        """The price as an integer at 10 - decimals places."""
        return int(Decimal(self.price).scaleb(COST_DECIMALS - self.decimals))

    @property
    def on_demand_rate(self) -> int:
        return int(Decimal(self.on_demand).scaleb(COST_DECIMALS - self.decimals))


def _load() -> tuple[Sku, ...]:
    lines = files(__package__).joinpath("prices.csv").read_text(encoding="utf-8").splitlines()
    return tuple(_sku(row) for row in csv.DictReader(lines))


def _sku(row: dict[str, str]) -> Sku:
    return Sku(
        row["key"],
        row["code"],
        row["product"],
        row["family"],
        row["usage_type"],
        row["operation"],
        row["unit"],
        row["price"],
        row["on_demand"] or row["price"],
        int(row["decimals"]),
        row["steady"] == "yes",
        (int(row["life_from"] or 0), int(row["life_to"] or 0)),
        row["discount"],
        int(row["percent"] or 0),
        row["seller"] or AMAZON,
        row["resource"],
    )


ALL_SKUS = _load()
# (size, dollars an hour): machines are covered by savings plans, two sizes of database by reservations.
MACHINES = tuple((sku.key.removeprefix("ec2:"), sku.price) for sku in ALL_SKUS if sku.key.startswith("ec2:"))
DATABASES = tuple((sku.key.removeprefix("rds:"), sku.price) for sku in ALL_SKUS if sku.key.startswith("rds:"))

# Parts of a service's money, in per cent; `ec2` and `rds` become instances of fitting sizes.
PROFILES: dict[str, tuple[tuple[str, int], ...]] = {
    "web": (("ec2", 44), ("rds", 31), ("elb", 9), ("transfer", 5), ("ebs", 11)),
    "containers": (("fargate", 48), ("rds", 30), ("redis", 14), ("logs", 8)),
    "serverless": (("lambda", 42), ("dynamo", 38), ("gateway", 14), ("queue", 6)),
    "stream": (("kafka", 44), ("ec2", 36), ("kinesis", 20)),
    "lake": (("s3", 56), ("s3-requests", 10), ("glue", 20), ("athena", 14)),
    "etl": (("emr", 14), ("ec2", 40), ("spot", 14), ("s3", 22), ("glue", 10)),
    "warehouse": (("redshift", 80), ("s3", 20)),
    "ml": (("endpoint", 38), ("training", 26), ("ec2", 22), ("s3", 14)),
    "language": (("bedrock", 64), ("opensearch", 24), ("lambda", 12)),
    "search": (("opensearch", 50), ("ec2", 34), ("redis", 16)),
    "shop-search": (("opensearch", 36), ("ec2", 34), ("redis", 14), ("saas-search", 16)),
    "edge": (("cdn", 70), ("waf", 12), ("s3", 18)),
    "platform": (("ec2", 52), ("eks", 6), ("nat", 24), ("transfer", 18)),
    "logs": (("logs", 56), ("opensearch", 30), ("s3", 14)),
    "batch": (("ec2", 40), ("spot", 34), ("s3", 26)),
    "database": (("rds", 84), ("ebs", 10), ("keys", 6)),
    "security": (("guard", 52), ("keys", 12), ("s3", 36)),
}
WORDS = ("blue", "main", "core", "primary", "events", "north", "batch", "edge", "archive", "public", "live", "stage2")

# Permille of the average day, Monday first.
WEEK = {
    "shopper": (930, 920, 940, 970, 1050, 1130, 1060),
    "office": (1080, 1100, 1100, 1090, 1050, 790, 790),
    "flat": (1010, 1015, 1015, 1010, 1005, 975, 970),
    "steady": (1000,) * 7,
}
