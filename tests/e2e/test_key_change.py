"""The gateway's signing key is changed as the how-to says, while a service in another process goes on."""

from __future__ import annotations

import time
from pathlib import Path

from fincc.common.jwks import AGAIN_AFTER_S
from fincc.common.testing.database import fresh_database
from fincc.common.testing.kafka_broker import KafkaBroker

from .harness import ManyProcesses

STATUS, HIERARCHY = "/api/gateway/v1/session", "/api/cockpit/v1/hierarchy"


def restart_gateway(platform: ManyProcesses, **settings: str) -> None:
    platform.stop("gateway")
    platform.run("gateway", **settings)
    platform.wait_ready("gateway", platform.url)


def assert_answered(platform: ManyProcesses) -> None:
    with platform.client() as client:
        for path in (STATUS, HIERARCHY):
            answer = client.get(path)
            assert answer.status_code == 200, answer.text + platform.tail()


def test_the_gateways_key_is_changed_while_services_run(
    tmp_path: Path, postgres_dsn: str, kafka_broker: KafkaBroker
) -> None:
    with (
        fresh_database(postgres_dsn) as dsn,
        ManyProcesses(tmp_path, dsn=dsn, bootstrap=kafka_broker.bootstrap, services=("gateway", "cockpit")) as platform,
    ):
        assert_answered(platform)
        platform.ok("keys", str(tmp_path / "new"))
        old = (tmp_path / "keys" / "subject-public.pem").read_text()
        new = (tmp_path / "new" / "subject-public.pem").read_text()
        new_key = (tmp_path / "new" / "subject-private.pem").read_text()
        restart_gateway(platform, FINCC_SUBJECT_PUBLIC_KEY=old + new)
        assert_answered(platform)
        time.sleep(AGAIN_AFTER_S)  # a service that has just fetched keys asks for one it does not know only then
        restart_gateway(platform, FINCC_SUBJECT_PRIVATE_KEY=new_key, FINCC_SUBJECT_PUBLIC_KEY=old)
        assert_answered(platform)
        restart_gateway(platform, FINCC_SUBJECT_PRIVATE_KEY=new_key)
        assert_answered(platform)
