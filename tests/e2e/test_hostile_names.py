"""Names and values that are markup, scripts or templates, from bill and YAML to the screen: they are shown, and nothing runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import httpx
import pytest

from .browser import Browser
from .harness import OneProcess
from .odd_bills import focus_row, put

RUN = "window.hostileRan=true"
HOSTILE = (
    f'<img src=x onerror="{RUN}">',
    f'"><script>{RUN}</script>',
    f"<svg/onload={RUN}>",
    f"'-{RUN}-'",
    f"javascript:{RUN}",
    "{{constructor.constructor('window.hostileRan=true')()}}",
    f"</textarea></title><iframe srcdoc='<script>parent.{RUN}</script>'>",
    f"${{{RUN}}}",
)
FILE = "<img src=x onerror=window.hostileRan=true>.csv"


@pytest.fixture
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OneProcess]:
    with OneProcess(tmp_path_factory.mktemp("hostile")) as running:
        yield running


def ask(client: httpx.Client, method: str, path: str, body: object) -> None:
    answer = client.request(method, path, json=body)
    assert answer.is_success, f"{path}: {answer.text}"


def fill(platform: OneProcess, folder: Path) -> None:
    """Everything that people and bills may name is hostile."""
    names = cycle(HOSTILE)
    nodes = [
        {"id": "g", "name": HOSTILE[0], "type": "business_group"},
        {"id": "u", "name": HOSTILE[1], "type": "business_unit", "parent_id": "g"},
        *({"id": f"t-{i}", "name": n, "type": "team", "parent_id": "u"} for i, n in enumerate(HOSTILE)),
    ]
    rules = {
        "tag_keys": {"team": []},
        "rules": [{"id": "team-tag", "name": HOSTILE[0], "assign": {"team_from_tag": "team"}}],
    }
    policy = {"required": [{"key": HOSTILE[2], "values": list(HOSTILE)}, {"key": "owner"}]}
    for kind, document in (("hierarchy", {"nodes": nodes}), ("rules", rules), ("policy", policy)):
        (folder / f"{kind}.yaml").write_text(json.dumps(document))
        platform.ok(kind, "import", str(folder / f"{kind}.yaml"))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    rows = []
    for i in range(40):
        day = yesterday - timedelta(days=i % 8)
        tags = {next(names): next(names), HOSTILE[2]: next(names), **({"team": f"t-{i % 8}"} if i % 3 else {})}
        cells = {
            column: next(names)
            for column in ("ResourceName", "ServiceName", "SubAccountName", "RegionName", "ResourceType", "SkuId")
        }
        more = {"ResourceId": f"{next(names)} {i}", "RegionId": next(names), "ChargeDescription": next(names)}
        rows.append(focus_row(f"{day:%Y-%m}", day.day, f"{i}.25", tags, **cells, **more))
    platform.add_bill(put(folder / "bill", rows, FILE), "bill", "focus_file")
    platform.ingest("bill")
    (folder / "broken").mkdir()
    (folder / "broken" / FILE).write_text("a,b\n1,2\n")
    platform.add_bill(folder / "broken", "broken", "focus_file")
    platform.fincc("ingest", "broken", "--wait", "--now")
    with platform.client() as client:
        view = {"name": HOSTILE[0], "page": "/cost/teams", "query": "rows=flat"}
        ask(client, "POST", "/api/gateway/v1/views", view)


def test_nothing_that_a_name_holds_runs_on_any_page(browser: Browser, platform: OneProcess, tmp_path: Path) -> None:
    fill(platform, tmp_path)
    platform.reconciled()
    assert browser.walk(platform, "hostile", timeout_s=600, FINCC_E2E_HOSTILE=json.dumps(HOSTILE)) == 3
