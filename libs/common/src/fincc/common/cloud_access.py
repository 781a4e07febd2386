"""How something gets into a cloud, and which fields of a configuration are secrets.

A secret is no more than a field of type SecretStr: it is stored encrypted, and no answer, log or error shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator
from pydantic.fields import FieldInfo

ACCESS = "x-access"


def access(default: Any, description: str) -> Any:
    """A field that says how to get in: it may be changed later, as secrets may, since what is read stays the same."""
    return Field(default, description=description, json_schema_extra={ACCESS: True})


def secret_fields(config: type[BaseModel]) -> frozenset[str]:
    return frozenset(_fields(config, lambda field: SecretStr in (field.annotation, *get_args(field.annotation))))


def access_fields(config: type[BaseModel]) -> frozenset[str]:
    """Fields that say how to get in, secrets among them: those that may be changed later."""
    marked = _fields(
        config, lambda field: isinstance(field.json_schema_extra, dict) and ACCESS in field.json_schema_extra
    )
    return secret_fields(config) | set(marked)


def _fields(config: type[BaseModel], is_wanted: Callable[[FieldInfo], bool]) -> Iterator[str]:
    return (name for name, field in config.model_fields.items() if is_wanted(field))


class AwsFields(BaseModel):
    """Without any of these, the credentials are those of the environment: variables, an instance or pod role."""

    profile: str | None = access(None, "profile in the AWS configuration files of the machine")
    access_key_id: str | None = access(None, "access key of its own, instead of a profile or the environment's")
    secret_access_key: SecretStr | None = Field(None, description="secret of that access key")
    session_token: SecretStr | None = Field(None, description="session token, where the access key is a temporary one")
    external_id: SecretStr | None = Field(None, description="external id that the role's trust policy asks for")


class AwsAccess(AwsFields):
    """The same, and what is there goes together."""

    @field_validator("access_key_id", "secret_access_key", "session_token")
    @classmethod
    def _one_line(cls, value: str | SecretStr | None) -> str | SecretStr | None:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value or ""
        if not all(" " <= sign <= "~" for sign in text):  # the client would show it in its refusal of a header
            raise ValueError("has a sign that no key has, such as a line end")
        return value

    @model_validator(mode="after")
    def _own_keys(self) -> AwsAccess:
        if bool(self.access_key_id) != bool(self.secret_access_key):
            raise ValueError("access_key_id and secret_access_key go together; give both or neither")
        if self.session_token and not self.access_key_id:
            raise ValueError("session_token has no effect without access_key_id and secret_access_key")
        if self.access_key_id and self.profile:
            raise ValueError("access_key_id and profile exclude each other; give one of them")
        return self

    def of_session(self) -> dict[str, str | None]:
        """What boto3 makes a session with: keys of its own, else the profile, else nothing, for what the environment has."""
        secret, token = self.secret_access_key, self.session_token
        return {
            "aws_access_key_id": self.access_key_id or None,
            "aws_secret_access_key": secret.get_secret_value() if secret else None,
            "aws_session_token": token.get_secret_value() if token else None,
            "profile_name": self.profile or None,
        }
