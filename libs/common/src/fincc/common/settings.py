"""Settings every service shares, from the environment with prefix FINCC_. The reference page is generated from them."""

from __future__ import annotations

import os
import socket
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from fincc.common.topology import get_service

Network = IPv4Network | IPv6Network


def networks(text: str) -> tuple[Network, ...]:
    """Of addresses and networks with commas between. Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


class CommonSettings(BaseSettings):
    """Settings of the platform. Empty means the embedded default of `fincc up`."""

    model_config = SettingsConfigDict(env_prefix="FINCC_", extra="ignore")

    data_dir: Path = Field(Path("data"), description="Folder of the embedded database, the object store and the keys.")
    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL DSN (postgresql://user:password@host:port/name); empty starts the embedded server.",
    )
    database_pool: int = Field(10, ge=1, le=100, description="Connections each service opens at most.")
    object_store: str = Field(
        "", description="Root of the object store: a folder, s3://, gs:// or abfs:// URL; empty: DATA_DIR/objects."
    )
    object_copies_mib: int = Field(
        1024,
        ge=0,
        le=1_048_576,
        description="Disk for copies of objects of a bucket that answers read again and again, in MiB, in the system's folder for "
        "temporary files; 0 reads the bucket each time.",
    )
    kafka_bootstrap: str = Field(
        "", description="host:port list of the Kafka brokers; empty: the in-process bus, for one process only."
    )
    kafka_security: str = Field("PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.")
    kafka_sasl_mechanism: str = Field("PLAIN", description="PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.")
    kafka_username: str = Field("", description="SASL user.")
    kafka_password: SecretStr = Field(SecretStr(""), description="SASL password.")
    kafka_ca_file: Path | None = Field(None, description="CA bundle of the brokers' certificates.")
    kafka_replication: int = Field(
        1, ge=1, le=7, description="Replication factor of topics created by `fincc migrate`."
    )
    host: str = Field("127.0.0.1", description="Address the HTTP server binds to.")
    port: int | None = Field(None, description="Port of the HTTP server; empty: the one of the topology table.")
    port_offset: int = Field(
        0, description="Added to every port of the topology table, for several instances on one machine."
    )
    peer_url: str = Field(
        "http://127.0.0.1:{port}", description="Where the gateway finds a service: {name} and {port} are replaced."
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks of reverse proxies, comma-separated: their X-Forwarded-For says where a request "
        "comes from; empty: nobody's does.",
    )
    client_wait_s: float = Field(
        20,
        ge=1,
        description="Seconds a client has to send the head of a request; by as much it may fall behind the pace of "
        "CLIENT_BYTES_PER_S in a body that it sends or an answer that it reads. Then the connection is cut.",
    )
    client_bytes_per_s: float = Field(240, gt=0, description="Least pace of bodies and answers, in bytes a second.")
    subject_private_key: SecretStr | None = Field(
        None, description="PEM of the ES256 key the gateway signs subjects with."
    )
    subject_public_key: str | None = Field(
        None,
        description="PEM of the public half, for every service; while the key is changed, the old and the new one, "
        "one after the other. The gateway publishes all of them.",
    )
    subject_jwks_url: str = Field(
        "",
        description="Where a service in another process finds the gateway's public keys instead, as "
        "http://gateway:8080/.well-known/jwks.json.",
    )
    source_networks: str = Field(
        "",
        description="Private networks and addresses of this machine, comma-separated, in which a source or an inventory may "
        "have its `endpoint_url` (10.1.0.0/16,127.0.0.1); public addresses need no entry, link-local ones are never asked.",
    )
    secret_keys: SecretStr | None = Field(
        None,
        description="Keys that encrypt the secrets of sources and clouds, id:base64, one a line; the first encrypts, all"
        " decrypt. `fincc keys` prints a new one.",
    )
    secret_keys_file: Path | None = Field(
        None, description="File with the same instead, for keys that are mounted; read at the start."
    )
    instance: str = Field(
        "",
        description="Name of this worker, for static membership, leases and telemetry; empty: the host name, and but for the "
        "membership the process id.",
    )
    log_format: str = Field("json", description="json or plain.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    otlp_endpoint: str = Field(
        "",
        description="Base URL of an OTLP/HTTP receiver (http://collector:4318) for traces, metrics and logs; empty: no export.",
    )
    otlp_metrics_every_s: float = Field(30, gt=0, description="Seconds between two exports of metrics.")
    trace_ratio: float = Field(
        1.0, ge=0, le=1, description="Share of traces that are recorded; a caller's own decision goes before it."
    )

    @field_validator("source_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        networks(value)
        return value

    @property
    def process(self) -> str:
        """What tells this process from all others that run."""
        return self.instance or f"{socket.gethostname()}:{os.getpid()}"

    def url_of(self, service: str) -> str:
        """Where the gateway finds another service."""
        return self.peer_url.format(name=service, port=get_service(service).port + self.port_offset)

    @property
    def object_root(self) -> str:
        return self.object_store or str(self.data_dir.absolute() / "objects")
