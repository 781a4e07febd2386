"""The company of the benchmark's bill: accounts, teams, products and resources, and the documents that attribute it.

Everything follows from the seed. A team lives in one to three accounts, an account mostly in one region, so a roll-up is
bounded by live resources and days, as in real bills. Tags are messy: several spellings of keys and of values.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int32]

ACCOUNTS = [f"{200_000_000_000 + 7_654_321 * i:012d}" for i in range(50)]
PAYER = ACCOUNTS[0]
REGIONS = (
    "us-east-1", "eu-west-1", "us-west-2", "eu-central-1", "ap-southeast-1", "ap-northeast-1", "ca-central-1",
    "sa-east-1", "eu-north-1", "us-east-2",
)  # fmt: skip
_FIRST = ("alpha", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "juniper", "krill", "lotus")
_SECOND = (
    "accounts", "billing", "cache", "docs", "events", "fraud", "graph", "hub", "ingest", "jobs", "kiosk", "ledger",
    "media", "notify", "orders", "payments", "quotes", "returns", "search", "tickets", "users", "video", "web", "yield",
    "zones",
)  # fmt: skip
TEAMS = [f"{a}-{b}" for a, b in product(_FIRST, _SECOND)]
UNITS = [f"unit-{i:02d}" for i in range(60)]
GROUPS = [f"group-{i}" for i in range(10)]
TAG_KEYS = (
    "user_team", "user_Team", "user_squad", "user_owner", "user_application", "user_cost_center", "user_environment",
    "user_name", "aws_created_by",
)  # fmt: skip
NO_TEAM_TAG = 4  # position after the four keys that may name a team


@dataclass(frozen=True)
class Product:
    code: str
    name: str
    family: str
    usage: str
    operation: str
    unit: str
    price: float
    resource: str
    weight: float
    is_hourly: bool


# Two lines each: code, name, family, usage type; operation, unit, price, form of the resource id, weight, whether hourly.
_PRODUCTS = """
AmazonEC2 | Amazon Elastic Compute Cloud | Compute Instance | BoxUsage:m6i.large
  RunInstances | Hrs | 0.096 | i-{} | 16 | hourly
AmazonEC2 | Amazon Elastic Compute Cloud | Compute Instance | BoxUsage:c7g.2xlarge
  RunInstances | Hrs | 0.29 | i-{} | 8 | hourly
AmazonEC2 | Amazon Elastic Compute Cloud | Compute Instance | BoxUsage:r6g.xlarge
  RunInstances | Hrs | 0.2016 | i-{} | 6 | hourly
AmazonEC2 | Amazon Elastic Compute Cloud | Storage | EBS:VolumeUsage.gp3
  CreateVolume-Gp3 | GB-Mo | 0.08 | vol-{} | 15 |
AmazonEC2 | Amazon Elastic Compute Cloud | Storage Snapshot | EBS:SnapshotUsage
  CreateSnapshot | GB-Mo | 0.05 | snap-{} | 5 |
AmazonEC2 | Amazon Elastic Compute Cloud | NAT Gateway | NatGateway-Bytes
  NatGateway | GB | 0.045 | nat-{} | 2 |
AmazonVPC | Amazon Virtual Private Cloud | Data Transfer | DataTransfer-Regional-Bytes
  InterZone-In | GB | 0.01 | eni-{} | 5 |
AmazonS3 | Amazon Simple Storage Service | Storage | TimedStorage-ByteHrs
  StandardStorage | GB-Mo | 0.023 | bucket-{} | 6 |
AmazonS3 | Amazon Simple Storage Service | API Request | Requests-Tier1
  PutObject | Requests | 5e-06 | bucket-{} | 6 |
AmazonS3 | Amazon Simple Storage Service | API Request | Requests-Tier2
  GetObject | Requests | 4e-07 | bucket-{} | 6 |
AmazonRDS | Amazon Relational Database Service | Database Instance | InstanceUsage:db.r6g.large
  CreateDBInstance | Hrs | 0.26 | arn:aws:rds:{r}:{a}:db:db-{} | 3 | hourly
AmazonRDS | Amazon Relational Database Service | Database Storage | RDS:GP3-Storage
  CreateDBInstance | GB-Mo | 0.115 | arn:aws:rds:{r}:{a}:db:db-{} | 2 |
AWSLambda | AWS Lambda | Serverless | Lambda-GB-Second
  Invoke | Lambda-GB-Second | 1.66667e-05 | arn:aws:lambda:{r}:{a}:function:fn-{} | 5 |
AWSLambda | AWS Lambda | Serverless | Request
  Invoke | Requests | 2e-07 | arn:aws:lambda:{r}:{a}:function:fn-{} | 4 |
AmazonECS | Amazon Elastic Container Service | Compute | Fargate-vCPU-Hours:perCPU
  FargateTask | hours | 0.04048 | arn:aws:ecs:{r}:{a}:task/main/{} | 3 | hourly
AmazonEKS | Amazon Elastic Kubernetes Service | Compute | AmazonEKS-Hours:perCluster
  CreateOperation | hours | 0.1 | arn:aws:eks:{r}:{a}:cluster/eks-{} | 1 | hourly
AmazonCloudWatch | AmazonCloudWatch | Data Payload | DataProcessing-Bytes
  PutLogEvents | GB | 0.5 | arn:aws:logs:{r}:{a}:log-group:lg-{} | 3 |
AmazonDynamoDB | Amazon DynamoDB | Database | ReadRequestUnits
  PayPerRequestThroughput | ReadRequestUnits | 2.5e-07 | arn:aws:dynamodb:{r}:{a}:table/t-{} | 2 |
AWSELB | Elastic Load Balancing | Load Balancer | LoadBalancerUsage
  LoadBalancing:Application | Hrs | 0.0225 | arn:aws:elasticloadbalancing:{r}:{a}:loadbalancer/app/lb/{} | 3 | hourly
awskms | AWS Key Management Service | Encryption Key | KMS-Requests
  Decrypt | Requests | 3e-06 | arn:aws:kms:{r}:{a}:key/{} | 2 |
AmazonElastiCache | Amazon ElastiCache | Cache Instance | NodeUsage:cache.r6g.large
  CreateCacheCluster | Hrs | 0.206 | arn:aws:elasticache:{r}:{a}:cluster:ec-{} | 1 | hourly
AmazonBedrock | Amazon Bedrock | Generative AI | InputTokens
  InvokeModelInference | 1K tokens | 0.003 | arn:aws:bedrock:{r}:{a}:inference-profile/ip-{} | 1 |
"""


def _product(first: str, second: str) -> Product:
    code, name, family, usage = (cell.strip() for cell in first.split("|"))
    operation, unit, price, resource, weight, hourly = (cell.strip() for cell in second.split("|"))
    return Product(
        code, name, family, usage, operation, unit, float(price), resource, float(weight), hourly == "hourly"
    )


_WRITTEN = _PRODUCTS.strip().splitlines()
PRODUCTS = tuple(_product(first, second) for first, second in zip(_WRITTEN[::2], _WRITTEN[1::2], strict=True))


@dataclass(frozen=True)
class World:
    """Resources by number; number `size` stands for a line without a resource."""

    size: int
    account: Ints
    region: Ints
    product: Ints
    team: Ints
    resource_ids: pa.Array
    tag_columns: dict[str, pa.DictionaryArray]
    tag_maps: pa.MapArray

    @classmethod
    def make(cls, size: int, seed: int, generation: int = 0) -> World:
        """`generation` shifts resource ids and names, and nothing else: the same company with all resources replaced."""
        random = np.random.default_rng(seed)
        team = _skewed(random, len(TEAMS), size, 0.8)
        homes = _skewed(random, len(ACCOUNTS), len(TEAMS) * 3, 0.9).reshape(-1, 3)
        account = homes[team, np.minimum(random.geometric(0.7, size) - 1, 2)]
        places = _skewed(random, len(REGIONS), len(ACCOUNTS) * 2, 1.2).reshape(-1, 2)
        region = places[account, (random.random(size) < 0.2).astype(int)]
        weights = np.array([p.weight for p in PRODUCTS])
        kinds = random.choice(len(PRODUCTS), size, p=weights / weights.sum()).astype(np.int32)
        serials = (random.integers(0, 1 << 60, size) + generation * 0x9E3779B97F4A7) & ((1 << 60) - 1)
        ids = [
            PRODUCTS[k].resource.format(f"{n:017x}", r=REGIONS[r], a=ACCOUNTS[a])
            for k, n, r, a in zip(kinds.tolist(), serials.tolist(), region.tolist(), account.tolist(), strict=True)
        ]
        tags = _tags(random, team, generation)
        columns = {key: pa.array([*values, None], pa.string()).dictionary_encode() for key, values in tags.items()}
        return cls(size, account, region, kinds, team, pa.array([*ids, ""]), columns, _maps(tags, size))


def _skewed(random: np.random.Generator, kinds: int, size: int, exponent: float) -> Ints:
    weights = np.arange(1, kinds + 1) ** -exponent
    return random.choice(kinds, size, p=weights / weights.sum()).astype(np.int32)


def _spellings(team: str) -> tuple[str, ...]:
    """How people write a team's name; the last is one that no normalisation of cases and separators finds."""
    words = team.replace("-", " ")
    return (
        team, f"team_{team.replace('-', '_')}", f"{team}-team", f"Team: {words.title()}", team.upper(), f" {team} ",
        words.title(), team.replace("-", ""),
    )  # fmt: skip


def _tags(random: np.random.Generator, team: Ints, generation: int) -> dict[str, list[str | None]]:
    """Values per resource of each tag key."""
    size = len(team)
    written = [_spellings(t) for t in TEAMS]
    style = random.choice(8, size, p=[0.35, 0.15, 0.12, 0.1, 0.08, 0.05, 0.1, 0.05]).tolist()
    key = random.choice(5, size, p=[0.5, 0.12, 0.08, 0.1, 0.2]).tolist()
    has = random.random((5, size)) < np.array([[0.5], [0.3], [0.875], [0.6], [0.1]])
    environment = random.choice(["prod", "Prod", "staging", "dev", "PRODUCTION"], size).tolist()
    out: dict[str, list[str | None]] = {}
    for position, name in enumerate(TAG_KEYS[:NO_TEAM_TAG]):
        out[name] = [written[t][s] if k == position else None for t, s, k in zip(team, style, key, strict=True)]
    makers = {
        "user_application": lambda i, t: f"{TEAMS[t]}-svc{i % 7}",
        "user_cost_center": lambda i, t: f"CC-{1000 + t % 60}",
        "user_environment": lambda i, t: environment[i],
        "user_name": lambda i, t: f"{TEAMS[t]}-node-{i:06d}-{generation}",
        "aws_created_by": lambda i, t: f"AssumedRole:AROA{t:05d}:deploy",
    }
    for (name, make), present in zip(makers.items(), has.tolist(), strict=True):
        out[name] = [make(i, t) if here else None for i, (t, here) in enumerate(zip(team, present, strict=True))]
    return out


def _maps(tags: dict[str, list[str | None]], size: int) -> pa.MapArray:
    offsets, keys, values = [0], [], []
    columns = list(tags.items())
    for i in range(size):
        for name, column in columns:
            if column[i] is not None:
                keys.append(name)
                values.append(column[i])
        offsets.append(len(keys))
    offsets.append(len(keys))  # a line without a resource has no tags
    return pa.MapArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(keys), pa.array(values))


def hierarchy_document() -> dict[str, object]:
    """300 teams in 60 units in 10 groups."""
    return {
        "business_groups": [
            {
                "id": group,
                "name": group.title(),
                "business_units": [
                    {
                        "id": unit,
                        "name": unit.title(),
                        "teams": [{"id": t, "name": t.title()} for t in TEAMS[u :: len(UNITS)]],
                    }
                    for u, unit in enumerate(UNITS)
                    if u % len(GROUPS) == g
                ],
            }
            for g, group in enumerate(GROUPS)
        ]
    }


ACCOUNT_DEFAULTS = {account: TEAMS[i * 6] for i, account in enumerate(ACCOUNTS) if i % 2 == 0}
ALIASES = {team.replace("-", ""): team for team in TEAMS}


def rules_document(rules: int = 10, teams: int = len(TEAMS)) -> dict[str, object]:
    """A rule set that takes the team from tags, then from conditions, then from the account; of `rules` rules. With fewer
    `teams` than there are, each of them owns what several would."""
    merged = {team: TEAMS[i % teams] for i, team in enumerate(TEAMS) if i >= teams}
    return {
        "tag_keys": {"team": ["squad", "owner"]},
        "values": {"team": {"case": "fold", "separators": "-", "strip_affixes": ["team"]}},
        "aliases": {"team": merged | {alias: merged.get(team, team) for alias, team in ALIASES.items()}},
        "account_defaults": {account: merged.get(team, team) for account, team in ACCOUNT_DEFAULTS.items()},
        "rules": [
            {"id": "team-tag", "assign": {"team_from_tag": "team"}},
            *(_condition_rule(i, teams) for i in range(rules - 2)),
            {"id": "account", "assign": {"team_from_account": True}},
        ],
    }


def _condition_rule(number: int, teams: int) -> dict[str, object]:
    """Rules of the kinds that people write, over columns and tags; each takes few records."""
    team = TEAMS[(number * 37) % teams]
    account, name = ACCOUNTS[number % len(ACCOUNTS)], PRODUCTS[number % len(PRODUCTS)].name
    kinds: tuple[dict[str, object], ...] = (
        {"all": [{"column": "SubAccountId", "equals": account}, {"column": "ServiceName", "equals": name}]},
        {"column": "Tags/application", "prefix": f"{team}-svc{number % 7}"},
        {"column": "ResourceId", "prefix": f"i-{number:04x}"},
        {"all": [{"column": "Tags/name", "prefix": f"{team}-node"}, {"column": "RegionId", "equals": REGIONS[number % 10]}]},
        {"column": "Tags/cost_center", "in": [f"CC-{5000 + number}", f"CC-{6000 + number}"]},
    )  # fmt: skip
    return {"id": f"rule-{number:04d}", "when": kinds[number % len(kinds)], "assign": {"team": team}}
