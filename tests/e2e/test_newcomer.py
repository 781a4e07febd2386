"""What a new user does, in a real browser and in the app alone, from an empty installation."""

from __future__ import annotations

import pytest

from .browser import Browser
from .conftest import Bill
from .harness import OneProcess


def test_from_an_empty_installation_to_the_untagged_list_of_one_team(
    browser: Browser, bill: Bill, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with OneProcess(tmp_path_factory.mktemp("newcomer")) as platform:
        assert browser.walk(platform, "newcomer", timeout_s=400, FINCC_E2E_BILL=str(bill.folder)) == 1
        platform.reconciled()
