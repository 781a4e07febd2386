"""All network of the AWS scanner: sessions, roles, pages, and what errors mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from fincc.common.cloud_access import AwsAccess
from fincc.common.outbound import AddressRefused, guarded

_CONFIG = Config(
    retries={"mode": "adaptive", "max_attempts": 8}, connect_timeout=10, read_timeout=60, user_agent_extra="fincc"
)
_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "AccessDeniedFault"}
)
_FAILED = (ClientError, BotoCoreError, ResponseParserError)
_DEFAULT_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


class CannotRead(Exception):
    """A step failed; `detail` says why and what to do. Never holds credentials."""

    def __init__(self, step: str, detail: str) -> None:
        super().__init__(detail)
        self.step, self.detail = step, detail


class AwsClient:
    """Credentials are the cloud's own, else those of where the service runs (environment, instance or pod role)."""

    def __init__(self, partition: str, endpoint_url: str | None, access: AwsAccess) -> None:
        self.partition, self._endpoint = partition, endpoint_url
        self._access = access
        self._made: Any = None

    def identity(self) -> str:
        """The account of the credentials."""
        return str(_called("credentials", self._sts(), "get_caller_identity")["Account"])

    def account(self, account: str, here: str, role_name: str | None) -> AwsAccount:
        """A session in an account; without a role, or in the account of the credentials without one, as it is."""
        if role_name is None:
            return AwsAccount(self._session(), account, self.partition, self._endpoint)
        arguments = {
            "RoleArn": f"arn:{self.partition}:iam::{account}:role/{role_name}",
            "RoleSessionName": "fincc-inventory",
        }
        external_id = self._access.external_id
        if external_id:
            arguments["ExternalId"] = external_id.get_secret_value()
        try:
            answer = _called(f"account {account}", self._sts(), "assume_role", **arguments)
        except CannotRead as error:
            if not external_id:
                raise
            # What is not valid as an external id is repeated in AWS's answer.
            detail = error.detail.replace(external_id.get_secret_value(), "…")
            raise CannotRead(error.step, f"{detail}; an external id was given") from None
        given = answer["Credentials"]
        session = boto3.Session(
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )
        return AwsAccount(session, account, self.partition, self._endpoint)

    def _session(self) -> Any:
        """Raises CannotRead for a profile that does not exist here."""
        if self._made is None:
            try:
                self._made = boto3.Session(**self._access.of_session())
            except BotoCoreError as error:
                raise CannotRead("credentials", str(error)) from error
        return self._made

    def _sts(self) -> Any:
        return _opened("credentials", self._session(), "sts", _DEFAULT_REGIONS[self.partition], self._endpoint)


class AwsAccount:
    """Calls in one account."""

    def __init__(self, session: Any, account: str, partition: str, endpoint_url: str | None) -> None:
        self._session, self.account, self.partition, self._endpoint = session, account, partition, endpoint_url
        self._clients: dict[tuple[str, str], Any] = {}

    def arn(self, service: str, region: str | None, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{region or ''}:{self.account}:{resource}"

    def pages(self, service: str, region: str | None, operation: str, result: str, **arguments: Any) -> Iterator[Any]:
        """The items under `result` of all pages. Raises CannotRead."""
        client = self._client(service, region)
        try:
            if client.can_paginate(operation):
                for page in client.get_paginator(operation).paginate(**arguments):
                    yield from page.get(result, ())
            else:
                yield from getattr(client, operation)(**arguments).get(result, ())
        except _FAILED as error:
            raise _cannot_read(f"{self.account} {service}", client, operation, error) from error

    def call(self, service: str, region: str | None, operation: str, **arguments: Any) -> dict[str, Any]:
        return _called(f"{self.account} {service}", self._client(service, region), operation, **arguments)

    def bucket_tags(self, bucket: str) -> dict[str, str] | None:
        """Empty for a bucket without tags, None for one whose tags may not be read."""
        client = self._client("s3", None)
        try:
            answer = client.get_bucket_tagging(Bucket=bucket)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            if code == "NoSuchTagSet":
                return {}
            if code in _DENIED or code == "NoSuchBucket":
                return None
            raise _cannot_read(f"{self.account} s3", client, "get_bucket_tagging", error) from error
        except _FAILED as error:
            raise _cannot_read(f"{self.account} s3", client, "get_bucket_tagging", error) from error
        return {t["Key"]: t["Value"] for t in answer["TagSet"]}

    def _client(self, service: str, region: str | None) -> Any:
        where = region or _DEFAULT_REGIONS[self.partition]
        key = (service, where)
        if key not in self._clients:
            self._clients[key] = _opened(f"{self.account} {service}", self._session, service, where, self._endpoint)
        return self._clients[key]


def _opened(step: str, session: Any, service: str, region: str, endpoint_url: str | None) -> Any:
    try:
        return guarded(
            session.client(service, region_name=region, endpoint_url=endpoint_url, config=_CONFIG), endpoint_url
        )
    except AddressRefused as error:
        raise CannotRead(step, f"endpoint_url: {error}") from error
    except (BotoCoreError, ValueError) as error:  # a region or an address that there cannot be
        raise CannotRead(step, str(error)) from error


def _called(step: str, client: Any, operation: str, **arguments: Any) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = getattr(client, operation)(**arguments)
    except _FAILED as error:
        raise _cannot_read(step, client, operation, error) from error
    return answer


def _cannot_read(step: str, client: Any, operation: str, error: Exception) -> CannotRead:
    code, status = "", None
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    name = f"{client.meta.service_model.service_name}:{client.meta.method_to_api_mapping[operation]}"
    service, _, call = name.partition(":")
    action = _ACTIONS.get(name, f"{_PREFIXES.get(service, service)}:{call}")
    if code in _DENIED or (status == _FORBIDDEN and code in ("", str(_FORBIDDEN))):
        return CannotRead(step, f"access denied: allow {action} for the role that reads")
    if isinstance(error, ResponseParserError):  # its text is the whole answer, which may have credentials in it
        return CannotRead(
            step, f"{action}: what answers is no service of AWS; check the endpoint, and a proxy on the way"
        )
    return CannotRead(step, f"{action}: {code or type(error).__name__}: {str(error)[:300]}")


_FORBIDDEN = 403
_PREFIXES = {"resourcegroupstaggingapi": "tag", "elbv2": "elasticloadbalancing", "elb": "elasticloadbalancing"}
_ACTIONS = {"s3:ListBuckets": "s3:ListAllMyBuckets"}
"""IAM's names of services and actions, where they differ from the clients'."""
