"""The secrets of sources, which are encrypted before they come here."""

from __future__ import annotations

from fincc.common.stored_secrets import StoredSecrets
from fincc.ingestion.tables import source_secrets

of_sources = StoredSecrets(source_secrets)
