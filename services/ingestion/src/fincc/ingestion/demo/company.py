"""Alderway, a retailer with a bank and an insurer: its organisation, accounts and services, as data.

Amounts are thousands of dollars a month at list price in January 2026; the bill grows from there (see `seasons.py`).
"""

from __future__ import annotations

from typing import NamedTuple

COMPANY = "alderway"
_ACRONYMS = {"api": "API", "bi": "BI", "cdn": "CDN", "ci": "CI", "dns": "DNS", "ml": "ML", "pos": "POS"}


def titled(identifier: str) -> str:
    """The display name of an id: `fraud-ml` is Fraud ML."""
    return " ".join(_ACRONYMS.get(word, word.capitalize()) for word in identifier.split("-"))


class Account(NamedTuple):
    id: str
    name: str
    default_team: str | None  # who owns what nothing else explains
    nonprod: str | None = None  # name of the account where the same teams test


class Team(NamedTuple):
    id: str
    discipline: str  # how well it tags: tidy, mixed or messy
    owner: str
    aliases: tuple[str, ...] = ()  # other names in use that the alias table knows


class Unit(NamedTuple):
    id: str
    name: str
    teams: tuple[Team, ...]


class Group(NamedTuple):
    id: str
    name: str
    shape: str  # weekly shape of its traffic
    units: tuple[Unit, ...]


class Service(NamedTuple):
    id: str
    team: str
    tier: int
    account: str
    profile: str
    spend: int  # thousands of dollars a month
    component: str | None = None  # resources known by their name: bucket, function or database


ACCOUNTS = (
    Account("104972318855", "management", "finops"),
    Account("217640093481", "retail-prod", None, "retail-nonprod"),
    Account("226815507934", "retail-nonprod", None),
    Account("318407726650", "stores-prod", "pos-edge"),
    Account("390215584407", "supply-prod", None),
    Account("415083367129", "payments-prod", None, "payments-nonprod"),
    Account("428806114573", "payments-nonprod", None),
    Account("503371948266", "lending-prod", "loan-origination"),
    Account("577120486093", "insurance-prod", "claims"),
    Account("640958213378", "data-prod", "data-platform", "data-lab"),
    Account("652394071185", "data-lab", None),
    Account("781526640912", "platform-shared", "cloud-platform"),
)
PAYER = ACCOUNTS[0]

GROUPS = (
    Group(
        "retail",
        "Alderway Retail",
        "shopper",
        (
            Unit(
                "online-store",
                "Online Store",
                (
                    Team("storefront", "mixed", "Priya Raman", ("web-shop", "webshop")),
                    Team("checkout", "tidy", "Tomasz Zielinski", ("cart",)),
                    Team("search-relevance", "mixed", "Ana Beltran", ("search", "discovery")),
                    Team("mobile-apps", "mixed", "Kofi Mensah", ("mobile",)),
                    Team("catalog-content", "messy", "Lena Fischer", ("pim",)),
                ),
            ),
            Unit(
                "stores",
                "Stores",
                (
                    Team("pos-edge", "messy", "Graham Whitlock", ("tills",)),
                    Team("loyalty", "mixed", "Mei-Ling Chow"),
                    Team("workforce-apps", "tidy", "Sara Lindqvist"),
                ),
            ),
            Unit(
                "supply-chain",
                "Supply Chain",
                (
                    Team("warehouse", "messy", "Oscar Delgado", ("wms",)),
                    Team("delivery-routing", "mixed", "Ifeoma Okafor", ("last-mile",)),
                    Team("demand-planning", "mixed", "Yuki Tanabe", ("forecasting",)),
                    Team("supplier-portal", "tidy", "Jan de Wit"),
                ),
            ),
        ),
    ),
    Group(
        "money",
        "Alderway Money",
        "office",
        (
            Unit(
                "payments",
                "Payments",
                (
                    Team("payments-core", "tidy", "Nadia Haddad", ("payments",)),
                    Team("cards-core", "mixed", "Declan Byrne", ("ccards", "cards")),
                    Team("fraud-ml", "mixed", "Elif Kaya", ("risk-ml",)),
                    Team("disputes", "mixed", "Ruth Ambrose"),
                ),
            ),
            Unit(
                "lending",
                "Lending",
                (
                    Team("loan-origination", "tidy", "Hugo Marchetti", ("loans",)),
                    Team("credit-risk", "mixed", "Shreya Nair"),
                    Team("collections", "messy", "Paul Kowalczyk"),
                ),
            ),
            Unit(
                "insurance",
                "Insurance",
                (
                    Team("policy-admin", "messy", "Bettina Vogel", ("policies",)),
                    Team("claims", "mixed", "Samuel Adeyemi"),
                ),
            ),
        ),
    ),
    Group(
        "technology",
        "Group Technology",
        "flat",
        (
            Unit(
                "data",
                "Data and Analytics",
                (
                    Team("data-platform", "mixed", "Victor Almeida", ("data-eng", "dataplatform")),
                    Team("ml-platform", "mixed", "Hannah Stern", ("mlops",)),
                    Team("business-intelligence", "tidy", "Chloe Martin", ("bi",)),
                    Team("assistants", "mixed", "Amir Rezaei", ("chat-apps",)),
                ),
            ),
            Unit(
                "platform",
                "Platform and Security",
                (
                    Team("cloud-platform", "tidy", "Ingrid Solberg", ("platform", "infra")),
                    Team("observability", "tidy", "Dmitri Volkov", ("o11y",)),
                    Team("security-engineering", "tidy", "Grace Mbeki", ("sec-eng",)),
                    Team("finops", "tidy", "Laura Quintero"),
                    Team("shared-services", "tidy", "Owen Pritchard"),
                ),
            ),
        ),
    ),
)

SERVICES = (
    Service("storefront-web", "storefront", 1, "retail-prod", "web", 75),
    Service("storefront-cdn", "storefront", 1, "retail-prod", "edge", 46, "bucket"),
    Service("basket-api", "storefront", 1, "retail-prod", "containers", 26),
    Service("checkout-api", "checkout", 1, "retail-prod", "containers", 48),
    Service("order-service", "checkout", 1, "retail-prod", "web", 31),
    Service("tax-calculator", "checkout", 2, "retail-prod", "serverless", 14),
    Service("search-index", "search-relevance", 1, "retail-prod", "shop-search", 70),
    Service("search-ranker", "search-relevance", 2, "retail-prod", "ml", 32),
    Service("query-suggest", "search-relevance", 2, "retail-prod", "serverless", 11, "function"),
    Service("mobile-gateway", "mobile-apps", 1, "retail-prod", "serverless", 26),
    Service("push-notify", "mobile-apps", 2, "retail-prod", "serverless", 18, "function"),
    Service("product-catalogue", "catalog-content", 1, "retail-prod", "containers", 30, "database"),
    Service("image-pipeline", "catalog-content", 3, "retail-prod", "batch", 21, "bucket"),
    Service("pos-sync", "pos-edge", 1, "stores-prod", "stream", 34),
    Service("till-telemetry", "pos-edge", 2, "stores-prod", "lake", 22),
    Service("loyalty-points", "loyalty", 1, "stores-prod", "serverless", 20, "function"),
    Service("loyalty-offers", "loyalty", 2, "stores-prod", "web", 16),
    Service("shift-planner", "workforce-apps", 2, "stores-prod", "containers", 11),
    Service("store-intranet", "workforce-apps", 3, "stores-prod", "web", 8),
    Service("warehouse-control", "warehouse", 1, "supply-prod", "web", 38, "database"),
    Service("pick-optimiser", "warehouse", 2, "supply-prod", "batch", 16),
    Service("label-printing", "warehouse", 2, "supply-prod", "serverless", 9, "function"),
    Service("route-planner", "delivery-routing", 1, "supply-prod", "batch", 26),
    Service("courier-tracking", "delivery-routing", 1, "supply-prod", "stream", 16),
    Service("demand-forecast", "demand-planning", 2, "supply-prod", "ml", 46),
    Service("stock-ledger", "demand-planning", 1, "supply-prod", "web", 32, "database"),
    Service("supplier-web", "supplier-portal", 2, "supply-prod", "containers", 11),
    Service("edi-exchange", "supplier-portal", 2, "supply-prod", "serverless", 5),
    Service("payment-gateway", "payments-core", 1, "payments-prod", "web", 62),
    Service("ledger-core", "payments-core", 1, "payments-prod", "database", 52),
    Service("settlement-batch", "payments-core", 1, "payments-prod", "batch", 24),
    Service("card-issuing", "cards-core", 1, "payments-prod", "web", 44),
    Service("card-tokens", "cards-core", 1, "payments-prod", "serverless", 32, "function"),
    Service("fraud-scoring", "fraud-ml", 1, "payments-prod", "ml", 64),
    Service("fraud-features", "fraud-ml", 2, "payments-prod", "stream", 44),
    Service("dispute-desk", "disputes", 3, "payments-prod", "containers", 9),
    Service("chargeback-files", "disputes", 3, "payments-prod", "serverless", 5, "bucket"),
    Service("loan-apply", "loan-origination", 1, "lending-prod", "containers", 29),
    Service("document-vault", "loan-origination", 2, "lending-prod", "lake", 20, "bucket"),
    Service("credit-scorecards", "credit-risk", 2, "lending-prod", "ml", 30),
    Service("risk-warehouse", "credit-risk", 2, "lending-prod", "warehouse", 34, "bucket"),
    Service("collections-dialler", "collections", 3, "lending-prod", "web", 16),
    Service("policy-ledger", "policy-admin", 1, "insurance-prod", "web", 39),
    Service("policy-documents", "policy-admin", 3, "insurance-prod", "lake", 15, "bucket"),
    Service("claims-intake", "claims", 1, "insurance-prod", "containers", 18),
    Service("claims-photos", "claims", 3, "insurance-prod", "lake", 11, "bucket"),
    Service("clickstream-etl", "data-platform", 2, "data-prod", "etl", 92, "bucket"),
    Service("data-lake", "data-platform", 1, "data-prod", "lake", 84, "bucket"),
    Service("event-bus", "data-platform", 1, "data-prod", "stream", 44),
    Service("feature-store", "ml-platform", 2, "data-prod", "serverless", 34),
    Service("model-training", "ml-platform", 3, "data-lab", "ml", 88),
    Service("bi-warehouse", "business-intelligence", 2, "data-prod", "warehouse", 58, "bucket"),
    Service("report-builder", "business-intelligence", 3, "data-prod", "containers", 14),
    Service("shop-assistant", "assistants", 2, "retail-prod", "language", 42),
    Service("advice-desk", "assistants", 3, "data-lab", "language", 19),
    Service("shared-cluster", "cloud-platform", 1, "platform-shared", "platform", 60),
    Service("ci-runners", "cloud-platform", 3, "platform-shared", "batch", 28),
    Service("log-archive", "observability", 2, "platform-shared", "logs", 48, "bucket"),
    Service("metrics-store", "observability", 1, "platform-shared", "search", 22),
    Service("threat-detection", "security-engineering", 1, "platform-shared", "security", 26),
    Service("secrets-vault", "security-engineering", 1, "platform-shared", "containers", 16),
    Service("cost-reports", "finops", 3, "platform-shared", "serverless", 3, "bucket"),
    Service("staff-directory", "shared-services", 2, "platform-shared", "web", 10),
)

SERVICE_ALIASES = {
    "pgw": "payment-gateway",
    "wcs": "warehouse-control",
    "etl": "clickstream-etl",
    "bi-dwh": "bi-warehouse",
}

TEAMS = tuple(team for group in GROUPS for unit in group.units for team in unit.teams)
TEAM_IDS = tuple(team.id for team in TEAMS)
SHAPE_OF_TEAM = {team.id: group.shape for group in GROUPS for unit in group.units for team in unit.teams}
ACCOUNT_NUMBER = {account.name: number for number, account in enumerate(ACCOUNTS)}
UNATTRIBUTABLE = "Unattributable"

# Who gets what carries no tag and no resource: said by rules.yaml and, independently of it, by the expected totals.
COMMITMENT_TEAM = "finops"
OVERHEAD_TEAM = "shared-services"
NETWORK_TEAM = "cloud-platform"
OBSERVABILITY_SELLER = "Lumenwatch, Inc."
SEARCH_SELLER = "Quillstack Ltd"
SELLER_TEAM = {OBSERVABILITY_SELLER: "observability", SEARCH_SELLER: "search-relevance"}
