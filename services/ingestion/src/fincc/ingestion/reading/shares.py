"""How the files of a delivery are shared out. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fincc.ingestion.connectors.base import Connector, DataFile, Delivery


@dataclass(frozen=True)
class Share:
    """Consecutive files that are read and cut into parts together, as a delivery of their own."""

    delivery: Delivery
    files_before: int
    bytes_before: int


def shares_of(connector: Connector, delivery: Delivery, share_bytes: int) -> list[Share]:
    """At least one, in the order of the files. Depends on the delivery alone, so its parts are the same whoever reads them."""
    groups = _groups(delivery.files, share_bytes) if connector.by_file else [[*delivery.files]]
    shares: list[Share] = []
    files = size = 0
    for group in groups:
        share = Share(replace(delivery, files=tuple(group)), files, size)
        shares.append(share)
        files, size = files + len(group), size + share.delivery.size_bytes
    return shares


def _groups(files: tuple[DataFile, ...], share_bytes: int) -> list[list[DataFile]]:
    """Each of `share_bytes` or more, but for the last one where it has files enough to be worth it: half of that."""
    groups: list[list[DataFile]] = [[]]
    size = 0
    for file in files:
        if groups[-1] and size >= share_bytes:
            groups.append([])
            size = 0
        groups[-1].append(file)
        size += file.size
    if len(groups) > 1 and 2 * size < share_bytes:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups
