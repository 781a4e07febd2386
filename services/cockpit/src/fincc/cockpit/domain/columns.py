"""What the cockpit keeps of a record: the dimensions it groups by and the amounts it sums."""

from __future__ import annotations

from fincc.common.focus import OWNER_COLUMNS, TAG_PREFIX, to_snake

METRICS = ("BilledCost", "EffectiveCost", "ListCost")
BASE_COLUMNS = ("BillingAccountId", "SubAccountId", "ServiceProviderName", "ServiceName", "RegionId", "ChargeCategory")
GROUP_COLUMNS = (*BASE_COLUMNS, *OWNER_COLUMNS)
RESOURCE_COLUMNS = ("ResourceId", "ResourceType")
USAGE = "Usage"

GROUP_FIELDS = {column: to_snake(column) for column in GROUP_COLUMNS}
METRIC_FIELDS = {"BilledCost": "billed", "EffectiveCost": "effective", "ListCost": "list"}


def is_tag(column: str) -> bool:
    return column.startswith(TAG_PREFIX)
