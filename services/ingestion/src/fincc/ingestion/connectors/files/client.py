"""S3 and everything that speaks like it: listing, reading ranges, and what went wrong in words a person can act on."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any, BinaryIO, cast

from botocore import exceptions as boto
from botocore.config import Config

from fincc.common.outbound import guarded
from fincc.ingestion.connectors.aws import client as access
from fincc.ingestion.connectors.base import (
    DataFile,
    DeliveryChanged,
    SourceAuthError,
    SourceNotFound,
    SourceUnavailable,
)
from fincc.ingestion.connectors.files.config import FilesConfig
from fincc.ingestion.connectors.files.store import FileMissing, Found, Listing, Start

READ_AHEAD = 8 << 20  # bytes per request while a file is read in order
ATTEMPTS = 4  # per range; the connection may break in the middle of a body
RETRIES = 5  # per request that was turned away for now, after waits of up to 1, 2, 4, 8, 16 s

_BUSY = {"SlowDown", "ServiceUnavailable", "TooManyRequests", "RequestLimitExceeded", "Throttling", "503", "429"}
_ELSEWHERE = {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "301"}
_BROKEN_BODY = (boto.HTTPClientError, boto.IncompleteReadError, boto.ResponseStreamingError)


class BucketStore:
    """The objects below a location in a bucket. Nothing is asked before the first use."""

    def __init__(self, config: FilesConfig) -> None:
        self._config = config
        self._bucket = config.bucket
        self._repeated = 0

    def repeated(self) -> int:
        repeated, self._repeated = self._repeated, 0
        return repeated

    def _answered(self, answer: Any) -> Any:
        self._repeated += answer["ResponseMetadata"].get("RetryAttempts", 0)
        return answer

    def name(self, path: str) -> str:
        return f"s3://{self._bucket}/{path}"

    def start(self) -> Start:
        prefix = self._config.prefix
        if not prefix or prefix.endswith("/"):
            return Start(prefix)
        # Listing instead of asking for the object: whoever may not list gets a 403 for an object that does not exist.
        same = [f for f in self._page(prefix, delimiter="/").files if f.path == prefix]
        return Start("", same[0]) if same else Start(prefix + "/")

    def list(self, folder: str) -> Listing:
        return self._page(folder, delimiter="/")

    def read(self, path: str) -> bytes:
        with _spoken(self.name(path), "s3:GetObject", self._config):
            body = self._answered(self._s3.get_object(Bucket=self._bucket, Key=path))["Body"].read()
        return cast(bytes, body)

    def open(self, file: DataFile) -> BinaryIO:
        return io.BufferedReader(_Ranges(partial(self._range, file), file.size), READ_AHEAD)

    def _range(self, file: DataFile, start: int, length: int) -> bytes:
        for attempt in range(1, ATTEMPTS + 1):
            with _spoken(self.name(file.path), "s3:GetObject", self._config):
                try:
                    answer = self._s3.get_object(
                        Bucket=self._bucket,
                        Key=file.path,
                        IfMatch=file.etag,
                        Range=f"bytes={start}-{start + length - 1}",
                    )
                    return cast(bytes, self._answered(answer)["Body"].read())
                except _BROKEN_BODY:
                    if attempt == ATTEMPTS:
                        raise
                    self._repeated += 1
        raise AssertionError("the last attempt returns or raises")

    def _page(self, prefix: str, delimiter: str) -> Listing:
        files: list[Found] = []
        folders: list[str] = []
        with _spoken(self.name(prefix), "s3:ListBucket", self._config):
            pages = self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix, Delimiter=delimiter
            )
            for page in map(self._answered, pages):
                folders.extend(p["Prefix"] for p in page.get("CommonPrefixes", ()))
                files.extend(Found(o["Key"], o["Size"], o["ETag"], o["LastModified"]) for o in page.get("Contents", ()))
        # A console leaves an empty object where it made a folder.
        return Listing([f for f in files if not f.path.endswith("/")], folders)

    @cached_property
    def _s3(self) -> Any:
        config = self._config
        with _spoken(self.name(config.prefix), "s3:ListBucket", config):
            session = access.open_session(config, config.region)
            settings = Config(
                retries={"mode": "standard", "total_max_attempts": 1 + RETRIES},
                connect_timeout=10,
                read_timeout=60,
                s3={"addressing_style": "path"} if config.endpoint_url else None,
            )
            if config.role_arn:
                access.assume(session, config.role_arn, config.external_id, config.sts_endpoint_url)
            client = session.client("s3", endpoint_url=config.endpoint_url, config=settings)
            return guarded(client, config.endpoint_url)


class _Ranges(io.RawIOBase):
    """A seekable stream over ranges of an object."""

    def __init__(self, fetch: Callable[[int, int], bytes], size: int) -> None:
        self._fetch, self._size, self._at = fetch, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        length = min(len(buffer), self._size - self._at)
        if length <= 0:
            return 0
        data = self._fetch(self._at, length)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


@contextmanager
def _spoken(name: str, right: str, config: FilesConfig) -> Iterator[None]:
    try:
        with access.spoken(name):
            yield
    except boto.ClientError as error:
        raise _client_error(error, name, right, config) from error
    except boto.ParamValidationError as error:
        raise SourceNotFound(f"{name}: not a valid bucket or key ({error})") from error
    except boto.BotoCoreError as error:
        raise SourceUnavailable(f"{name}: {error}") from error


def _client_error(error: boto.ClientError, name: str, right: str, config: FilesConfig) -> Exception:
    code = access.code_of(error)
    if error.operation_name == "AssumeRole":
        return access.no_role(name, str(config.role_arn), code, config.external_id)
    if code in access.DENIED:
        return access.denied(name, code, right)
    if code == "NoSuchBucket":
        return SourceNotFound(f"{name}: there is no such bucket; check the location and the endpoint")
    if code in _ELSEWHERE:
        region = _region_in(error)
        where, value = (f"in region {region}", f" to {region}") if region else ("in another region", "")
        return SourceAuthError(f"{name}: the bucket is {where} ({code}); set the option region of the source{value}")
    if code in ("NoSuchKey", "404"):
        return FileMissing(f"{name}: no such object")
    if code in ("PreconditionFailed", "412"):
        return DeliveryChanged(f"{name} was rewritten since it was listed")
    if code in _BUSY:
        return SourceUnavailable(
            f"{name}: the store asks to slow down ({code}), {1 + RETRIES} times in a row; it is asked again with the next"
            " look at the source"
        )
    return SourceUnavailable(f"{name}: {error}")


def _region_in(error: boto.ClientError) -> str | None:
    """The region of the bucket, where the answer names it."""
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = headers.get("x-amz-bucket-region") or error.response.get("Error", {}).get("Region")
    return str(region) if region else None
