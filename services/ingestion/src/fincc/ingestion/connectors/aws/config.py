"""How a source gets into AWS: with keys of its own, a profile, or what the environment has; and the external id of a role."""

from __future__ import annotations

from pydantic import BaseModel, Field, SecretStr, model_validator

from fincc.ingestion.connectors.base import access


class AwsAccess(BaseModel):
    """Without any of these, the credentials are those of the environment: variables, an instance or pod role."""

    profile: str | None = access(None, "profile in the AWS configuration files of the machine")
    access_key_id: str | None = access(None, "access key of its own, instead of a profile or the environment's")
    secret_access_key: SecretStr | None = Field(None, description="secret of that access key")
    session_token: SecretStr | None = Field(None, description="session token, where the access key is a temporary one")
    external_id: SecretStr | None = Field(None, description="external id that the role's trust policy asks for")

    @model_validator(mode="after")
    def _own_keys(self) -> AwsAccess:
        if bool(self.access_key_id) != bool(self.secret_access_key):
            raise ValueError("access_key_id and secret_access_key go together; give both or neither")
        if self.session_token and not self.access_key_id:
            raise ValueError("session_token has no effect without access_key_id and secret_access_key")
        if self.access_key_id and self.profile:
            raise ValueError("access_key_id and profile exclude each other; give one of them")
        return self
