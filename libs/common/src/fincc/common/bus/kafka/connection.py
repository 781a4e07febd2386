"""How every client of the brokers connects: addresses, security, and which errors mean that they cannot be reached."""

from __future__ import annotations

import socket
import ssl
from typing import Any

from aiokafka.errors import KafkaConnectionError, KafkaError

from fincc.common.settings import CommonSettings

# The message itself is bounded by `MAX_MESSAGE_BYTES`; the rest is key, headers and the broker's framing.
MAX_RECORD_BYTES = 1 << 20

FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 5.0

UNREACHABLE = (KafkaError, OSError, TimeoutError)
"""What a client raises while brokers are down, restarting, or refuse it: all of it is waited out, and said."""


def client_options(settings: CommonSettings) -> dict[str, Any]:
    """The keyword arguments common to aiokafka's producer, consumer and administration client."""
    options: dict[str, Any] = {
        "bootstrap_servers": [part.strip() for part in settings.kafka_bootstrap.split(",") if part.strip()],
        "client_id": f"fincc-{instance_of(settings)}",
        "security_protocol": settings.kafka_security,
    }
    if settings.kafka_security.endswith("SSL"):
        options["ssl_context"] = ssl.create_default_context(cafile=settings.kafka_ca_file)
    if settings.kafka_security.startswith("SASL"):
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism
        options["sasl_plain_username"] = settings.kafka_username
        options["sasl_plain_password"] = settings.kafka_password.get_secret_value()
    return options


def instance_of(settings: CommonSettings) -> str:
    """The name under which the group knows this worker after a restart."""
    return settings.instance or socket.gethostname()


def explain(error: BaseException) -> str:
    """One line for readiness and logs."""
    if isinstance(error, KafkaConnectionError) and "bootstrap" in str(error):  # aiokafka says why in its log alone
        return "nobody answers there, or what answers accepts neither FINCC_KAFKA_SECURITY nor the user"
    text = str(error).removeprefix(f"{type(error).__name__}: ")
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__
