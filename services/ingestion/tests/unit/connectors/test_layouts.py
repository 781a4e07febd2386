"""Which manifests are found, without opening folders that cannot hold one, and where a manifest's files lie."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fincc.ingestion.connectors.base import BadDelivery
from fincc.ingestion.connectors.files import layouts
from fincc.ingestion.connectors.files.store import Found, Listing

from .bills import legacy_manifest


class Keys:
    """Lists keys as a bucket does, and remembers what was asked."""

    def __init__(self, *keys: str) -> None:
        self.keys, self.asked = keys, list[str]()

    def list(self, folder: str) -> Listing:
        self.asked.append(folder)
        below = [k[len(folder) :] for k in self.keys if k.startswith(folder)]
        files = [
            Found(folder + b, 1, "e", datetime(2026, 1, 1 + i, tzinfo=UTC)) for i, b in enumerate(below) if "/" not in b
        ]
        return Listing(files, sorted({folder + b.partition("/")[0] + "/" for b in below if "/" in b}))


def found(keys: Keys, root: str = "", since: str | None = None) -> list[str]:
    return sorted(f.path for f in layouts.manifests(keys.list, root, since))


D1, D2 = "20251201-20260101", "20260101-20260201"


def test_only_the_manifest_on_top_of_a_period_counts() -> None:
    keys = Keys(f"P/R/{D1}/R-Manifest.json", f"P/R/{D1}/old/R-Manifest.json", f"P/R/{D1}/old/R-1.csv.gz")
    assert found(keys) == [f"P/R/{D1}/R-Manifest.json"]
    assert f"P/R/{D1}/old/" not in keys.asked


def test_without_one_on_top_the_latest_of_the_deliveries_counts() -> None:
    keys = Keys(f"P/R/{D1}/a/R-Manifest.json", f"P/R/{D1}/b/R-Manifest.json")
    assert len(found(keys)) == 1


def test_keys_that_begin_with_a_slash_are_found() -> None:
    assert found(Keys(f"/R/{D1}/R-Manifest.json")) == [f"/R/{D1}/R-Manifest.json"]
    assert found(Keys(f"/R/{D1}/R-Manifest.json"), root="/R/") == [f"/R/{D1}/R-Manifest.json"]


def test_data_folders_of_athena_and_exports_are_not_opened() -> None:
    keys = Keys(
        f"P/R/{D1}/R-Manifest.json",
        "P/R/R/year=2025/month=12/R-1.parquet",
        "P/E/data/BILLING_PERIOD=2025-12/E-1.csv.gz",
        "P/E/metadata/BILLING_PERIOD=2025-12/E-Manifest.json",
    )
    assert found(keys) == ["P/E/metadata/BILLING_PERIOD=2025-12/E-Manifest.json", f"P/R/{D1}/R-Manifest.json"]
    assert not any("year=" in f or "/data/" in f for f in keys.asked)


def test_periods_before_the_asked_one_are_not_opened() -> None:
    keys = Keys(f"P/R/{D1}/R-Manifest.json", f"P/R/{D2}/R-Manifest.json")
    assert found(keys, since="2026-01") == [f"P/R/{D2}/R-Manifest.json"]
    assert f"P/R/{D1}/" not in keys.asked


@pytest.mark.parametrize("name", ["R-RedshiftManifest.json", "R-QuickSightManifest.json", "manifest.csv"])
def test_manifests_for_other_programs_are_none(name: str) -> None:
    assert not layouts.is_manifest(f"P/R/{name}")


@pytest.mark.parametrize("folder", ["P/BILLING_PERIOD=2026-01/", "P/billing_period=2026-01/", f"P/{D2}/"])
def test_the_period_of_a_folder(folder: str) -> None:
    assert layouts.period_of_folder(folder) == "2026-01"


def test_a_manifest_of_an_export_names_uris() -> None:
    path = "P/E/metadata/BILLING_PERIOD=2026-01/E-Manifest.json"
    content = b'{"executionId": "x", "dataFiles": ["s3://bills/P/E/data/BILLING_PERIOD=2026-01/E-1.csv.gz"]}'
    manifest = layouts.parse_manifest(content, path, path)
    assert manifest.keys == ("P/E/data/BILLING_PERIOD=2026-01/E-1.csv.gz",)
    assert (manifest.token, manifest.billing_period, manifest.report) == ("x", "2026-01", "E")


def test_a_manifest_without_period_or_json_says_so() -> None:
    with pytest.raises(BadDelivery, match="names no billing period"):
        layouts.parse_manifest(b'{"reportKeys": ["a.csv"]}', "R-Manifest.json", "here")
    with pytest.raises(BadDelivery, match="not complete JSON"):
        layouts.parse_manifest(legacy_manifest("2026-01", ["a"])[:20], "R-Manifest.json", "here")


def places(key: str, manifest: str, root: str = "") -> list[str]:
    return list(layouts.candidates(key, manifest, root))


def test_a_file_lies_under_its_key_or_in_a_copy_of_the_tree() -> None:
    key, manifest = f"P/R/{D1}/R-1.csv.gz", f"{D1}/R-Manifest.json"
    assert places(key, manifest)[0] == key
    assert f"{D1}/R-1.csv.gz" in places(key, manifest)
    assert f"copy/P/R/{D1}/R-1.csv.gz" in places(key, f"copy/P/R/{D1}/R-Manifest.json")


def test_a_copy_never_mixes_deliveries() -> None:
    key = f"P/R/{D1}/assembly/R-1.csv.gz"
    assert f"P/R/{D1}/R-1.csv.gz" not in places(key, f"P/R/{D1}/R-Manifest.json")
