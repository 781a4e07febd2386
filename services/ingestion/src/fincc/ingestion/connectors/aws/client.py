"""Credentials of AWS: which are used, how a role is assumed, and what is said when they do not do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import boto3
from botocore import exceptions as boto
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.parsers import ResponseParserError
from pydantic import SecretStr

from fincc.common.cloud_access import AwsAccess
from fincc.common.outbound import AddressRefused, guarded
from fincc.ingestion.connectors.base import SourceAuthError, SourceUnavailable

DENIED = {"AccessDenied", "AccessDeniedException", "AllAccessDisabled", "AccountProblem", "403"}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_UNKNOWN_KEY = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidClientTokenId"}
_UNKNOWN_KEY |= {"UnrecognizedClientException"}
# Where the roles of each partition are assumed when no region is set.
_FIRST_REGION = defaultdict(lambda: "us-east-1", {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"})
_NO_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.SSOError,
    boto.TokenRetrievalError,
    boto.ProfileNotFound,
)


def open_session(access: AwsAccess, region: str | None = None) -> boto3.Session:
    """With the source's own keys, else its profile, else what the environment has."""
    return boto3.Session(**access.of_session(), region_name=region)


def assume(session: boto3.Session, role_arn: str, external_id: SecretStr | None, endpoint_url: str | None) -> None:
    """Make the session use the role's credentials, renewed as often as a long reading needs."""
    core = session._session
    source = session.get_credentials()
    if source is None:
        raise boto.NoCredentialsError()
    arguments = {"RoleSessionName": "fincc-ingestion"}
    if external_id:
        arguments["ExternalId"] = external_id.get_secret_value()
    partition, region = role_arn.split(":")[1], session.region_name
    if region is None or session.get_partition_for_region(region) != partition:
        region = _FIRST_REGION[partition]
    create = partial(_create_guarded, core, endpoint_url=endpoint_url, region_name=region)
    fetcher = AssumeRoleCredentialFetcher(create, source, role_arn, extra_args=arguments)
    core._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")


def _create_guarded(core: Any, *args: Any, endpoint_url: str | None, **kwargs: Any) -> Any:
    return guarded(core.create_client(*args, endpoint_url=endpoint_url, **kwargs), endpoint_url)


@contextmanager
def spoken(name: str) -> Iterator[None]:
    """Credentials that are missing, expired or wrong become SourceAuthError, and an answer that no service of AWS gives
    becomes SourceUnavailable; everything else goes on as it is."""
    try:
        yield
    except boto.ClientError as error:
        code = code_of(error)
        if code in _EXPIRED:
            raise SourceAuthError(
                f"{name}: the AWS credentials have expired ({code}); renew them or sign in again, then retry"
            ) from error
        if code in _UNKNOWN_KEY:
            raise SourceAuthError(
                f"{name}: the AWS credentials are not valid ({code}); check key, secret and session token"
            ) from error
        raise
    except AddressRefused as error:
        raise SourceAuthError(f"{name}: {error}") from error
    except boto.HTTPClientError as error:
        if isinstance(refusal := error.kwargs.get("error"), AddressRefused):
            raise SourceAuthError(f"{name}: {refusal}") from error
        raise
    except _NO_CREDENTIALS as error:
        raise SourceAuthError(
            f"{name}: no usable AWS credentials ({error}); put them into the environment of the ingesting process,"
            " name a profile (option profile) that exists there, or give the source keys of its own (options access_key_id and"
            " secret_access_key)"
        ) from error
    except ResponseParserError:  # no BotoCoreError; its text is the whole answer, which may have credentials in it
        raise SourceUnavailable(
            f"{name}: what answers is no service of AWS, nor like one; check the endpoint, and a proxy on the way"
        ) from None


def code_of(error: boto.ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def denied(name: str, code: str, right: str) -> SourceAuthError:
    return SourceAuthError(f"{name}: access denied ({code}); the credentials need {right} here")


def no_role(name: str, role_arn: str, code: str, external_id: SecretStr | None) -> SourceAuthError:
    return SourceAuthError(
        f"{name}: role {role_arn} cannot be assumed ({code}); its trust policy must name these credentials"
        + (" and this external id" if external_id else "")
    )
