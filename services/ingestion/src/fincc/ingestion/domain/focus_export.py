"""Cost batches as another FOCUS version writes them. Pure; works on dictionary entries and distinct keys, not on rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fincc.common.batches import codes
from fincc.common.focus import KEY_COLUMN, PRICE, TAG_PREFIX, TEXT, Column, columns_of
from fincc.ingestion.domain.focus_words import resource_type, unit

Service = tuple[str, str]
"""Category and subcategory."""

# Columns that older versions know under another name.
_RENAMED = {"ProviderName": "ServiceProviderName", "PublisherName": "HostProviderName"}
# Columns a version demands although our records say them once: the pricing currency is the billing currency.
_DERIVED = {
    "PricingCurrency": "BillingCurrency",
    "PricingCurrencyEffectiveCost": "EffectiveCost",
    "PricingCurrencyListUnitPrice": "ListUnitPrice",
    "PricingCurrencyContractedUnitPrice": "ContractedUnitPrice",
}
# What stands where FOCUS forbids a null and the bill says nothing, made of another column of the export. An account
# without a name goes by its id, as everywhere in the product.
_OTHERWISE: dict[str, tuple[str, Callable[[str], str]]] = {
    "BillingAccountName": ("BillingAccountId", str),
    "SubAccountName": ("SubAccountId", str),
    "ServiceSubcategory": ("ServiceCategory", "Other ({})".format),
    "ResourceType": ("ResourceId", resource_type),
}
UNITS = frozenset({"PricingUnit", "ConsumedUnit", "CommitmentDiscountUnit"})


def _plain(column: Column) -> pa.DataType:
    if column.type == TEXT:
        return pa.string()
    return column.type.value_type if column.type == PRICE else column.type


def export_schema(version: str) -> pa.Schema:
    """Plain Arrow types, in the order of the FOCUS table."""
    return pa.schema([pa.field(c.id, _plain(c)) for c in columns_of(version)])


def to_version(batch: pa.RecordBatch, version: str, services: Mapping[str, Service] | None = None) -> pa.RecordBatch:
    """The batch in the columns of `version`; what the bill did not say is null, where FOCUS lets it be.

    `services` gives category and subcategory by service code (`x_ServiceCode`): FOCUS wants one of each for a service,
    by its primary purpose, where our records tell its disks and its network apart.
    """
    schema = export_schema(version)
    arrays = {field.name: _column(batch, field) for field in schema}
    for column, place in (("ServiceCategory", 0), ("ServiceSubcategory", 1)):
        if column in arrays and services and "x_ServiceCode" in batch.schema.names:
            primary = {code: service[place] for code, service in services.items()}
            arrays[column] = pc.coalesce(mapped(batch.column("x_ServiceCode"), primary.get), arrays[column])
    for column, (source, function) in _OTHERWISE.items():
        if column in arrays and arrays[column].null_count:
            arrays[column] = pc.coalesce(arrays[column], mapped(arrays[source], function))
    for column in UNITS.intersection(arrays):
        arrays[column] = mapped(arrays[column], unit)
    return pa.RecordBatch.from_arrays([arrays[name] for name in schema.names], schema=schema)


def mapped(column: pa.Array, function: Callable[[str], str | None]) -> pa.Array:
    """Strings made of the column's distinct values; null stays null."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    return pa.array([function(v) for v in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


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
