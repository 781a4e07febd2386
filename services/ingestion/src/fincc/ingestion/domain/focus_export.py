"""Cost batches as another FOCUS version writes them. Pure; works on dictionary entries and distinct keys, not on rows."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa

from fincc.common.batches import codes
from fincc.common.focus import KEY_COLUMN, PRICE, TAG_PREFIX, TEXT, Column, columns_of

# Columns that older versions know under another name.
_RENAMED = {"ProviderName": "ServiceProviderName", "PublisherName": "HostProviderName"}
# Columns a version demands although our records say them once: the pricing currency is the billing currency.
_DERIVED = {
    "PricingCurrency": "BillingCurrency",
    "PricingCurrencyEffectiveCost": "EffectiveCost",
    "PricingCurrencyListUnitPrice": "ListUnitPrice",
    "PricingCurrencyContractedUnitPrice": "ContractedUnitPrice",
}


def _plain(column: Column) -> pa.DataType:
    if column.type == TEXT:
        return pa.string()
    return column.type.value_type if column.type == PRICE else column.type


def export_schema(version: str) -> pa.Schema:
    """Plain Arrow types, in the order of the FOCUS table."""
    return pa.schema([pa.field(c.id, _plain(c)) for c in columns_of(version)])


def to_version(batch: pa.RecordBatch, version: str) -> pa.RecordBatch:
    """The batch in the columns of `version`; what the bill did not say is null."""
    schema = export_schema(version)
    arrays = [_column(batch, field) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _column(batch: pa.RecordBatch, field: pa.Field) -> pa.Array:
    if field.name == "Tags":
        return _tags(batch)
    have = set(batch.schema.names)
    for name in (field.name, _RENAMED.get(field.name), _DERIVED.get(field.name)):
        if name in have:
            return batch.column(name).cast(field.type)
    if field.name == "PublisherName" and "ServiceProviderName" in have:
        return batch.column("ServiceProviderName").cast(field.type)
    return pa.nulls(batch.num_rows, field.type)


def _tags(batch: pa.RecordBatch) -> pa.Array:
    """One JSON object per distinct attribution key, which its tags are part of."""
    tags = [(n[len(TAG_PREFIX) :], batch.column(n)) for n in batch.schema.names if n.startswith(TAG_PREFIX)]
    key_codes = codes(batch.column(KEY_COLUMN))
    _, first_rows, inverse = np.unique(key_codes, return_index=True, return_inverse=True)
    first = pa.array(first_rows)
    values = [(name, column.take(first).cast(pa.string()).to_pylist()) for name, column in sorted(tags)]
    texts = [
        json.dumps({name: column[i] for name, column in values if column[i] is not None}, ensure_ascii=False)
        for i in range(len(first_rows))
    ]
    return pa.array(texts, pa.string()).take(pa.array(inverse.reshape(-1)))
