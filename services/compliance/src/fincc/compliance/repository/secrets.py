"""The secrets of clouds, which are encrypted before they come here."""

from __future__ import annotations

from fincc.common.stored_secrets import StoredSecrets
from fincc.compliance.tables import inventory_secrets

of_clouds = StoredSecrets(inventory_secrets)
