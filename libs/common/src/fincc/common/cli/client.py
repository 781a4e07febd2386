"""The HTTP client of the command line: address and token, errors as one line, waiting for jobs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import httpx
import orjson
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from fincc.common.cli import CannotRun
from fincc.common.private_files import write_private

TIMEOUT_S = 120.0
_SESSION = "/api/gateway/v1/session"


class ClientSettings(BaseSettings):
    """What the commands that ask a running instance read from the environment."""

    model_config = SettingsConfigDict(extra="ignore")

    url: str = Field(
        "", validation_alias="FINCC_URL", description="Address of the instance; empty: that of `fincc up`."
    )
    token: SecretStr = Field(SecretStr(""), validation_alias="FINCC_TOKEN", description="API token for that address.")
    user: str = Field(
        "", validation_alias="FINCC_USER", description="Who makes API tokens by `fincc token`; empty: it asks."
    )
    password: SecretStr = Field(
        SecretStr(""), validation_alias="FINCC_PASSWORD", description="The password of that user; empty: it asks."
    )
    config_home: Path = Field(
        Path("~/.config"),
        validation_alias="XDG_CONFIG_HOME",
        description="Folder that holds the profile of `fincc up`.",
    )


def profile_path() -> Path:
    """Where `fincc up` leaves address and token for the same user on the same machine."""
    return ClientSettings().config_home.expanduser() / "fincc" / "profile.json"


def write_profile(url: str, token: str) -> None:
    """Raises OSError."""
    write_private(profile_path(), orjson.dumps({"url": url, "token": token}).decode())


def _profile() -> dict[str, str]:
    try:
        found: dict[str, str] = orjson.loads(profile_path().read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return found


class Client:
    """Talks to a running instance; every failure becomes a CannotRun with what to do."""

    def __init__(self, url: str | None = None, token: str | None = None) -> None:
        profile = _profile()
        settings = ClientSettings()
        self.url = (url or settings.url or profile.get("url") or "").rstrip("/")
        token = (
            token
            or settings.token.get_secret_value()
            or (profile.get("token") if self.url == profile.get("url") else None)
        )
        if not self.url:
            raise CannotRun("no instance is known: start one with `fincc up`, or set FINCC_URL and FINCC_TOKEN")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=TIMEOUT_S)

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """The JSON answer, None for an empty one."""
        response = self._send(method, path, **kwargs)
        return orjson.loads(response.content) if response.content else None

    def _send(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **kwargs)
        except httpx.TimeoutException as error:
            raise CannotRun(f"{self.url} did not answer within {TIMEOUT_S:.0f} s") from error
        except httpx.HTTPError as error:
            raise CannotRun(f"{self.url} cannot be reached ({error}); is `fincc up` running?") from error
        if response.is_error:
            raise CannotRun(_problem(response))
        return response

    @contextmanager
    def signed_in(self, user: str, password: str) -> Iterator[Client]:
        """The same with a session instead of a token, for what no token may do; it is ended afterwards."""
        self._http.headers.pop("Authorization", None)
        session = self.post(_SESSION, {"username": user, "password": password})
        self._http.headers["X-CSRF-Token"] = session["csrf_token"]
        try:
            if session["must_change_password"]:
                raise CannotRun(f"{user} has an initial password; sign in at {self.url} and change it first")
            yield self
        finally:
            self.call("DELETE", _SESSION)

    def get(self, path: str, **params: Any) -> Any:
        return self.call("GET", path, params={k: v for k, v in params.items() if v is not None})

    def post(self, path: str, body: Any = None) -> Any:
        return self.call("POST", path, json=body if body is not None else {})

    def upload(self, method: str, path: str, file: Path, **params: Any) -> Any:
        """Send a YAML or CSV file as it is."""
        media = "text/csv" if file.suffix.lower() == ".csv" else "application/yaml"
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CannotRun(f"{file}: {error.strerror}") from error
        params = {k: v for k, v in params.items() if v is not None}
        return self.call(method, path, content=content, headers={"Content-Type": media}, params=params)

    def download(self, path: str, target: Path, **params: Any) -> int:
        """Stream an answer to a file; the file appears only when it is whole. Returns its bytes."""
        partial = target.with_name(target.name + ".partial")
        try:
            with self._http.stream("GET", path, params=params) as response:
                if response.is_error:
                    response.read()
                    raise CannotRun(_problem(response))
                with partial.open("wb") as file:
                    for chunk in response.iter_bytes():
                        file.write(chunk)
        except httpx.HTTPError as error:
            raise CannotRun(f"{self.url} cannot be reached ({error}); is `fincc up` running?") from error
        except OSError as error:
            raise CannotRun(f"{target}: {error.strerror}") from error
        partial.replace(target)
        return target.stat().st_size

    def job(self, job_id: str, every_s: float = 0.3) -> Iterator[dict[str, Any]]:
        """The job's state again and again until it ended; the last one is final."""
        while True:
            job = self.get(f"/api/ingestion/v1/jobs/{job_id}")
            yield job
            if job["state"] in ("done", "failed"):
                return
            time.sleep(every_s)


def _problem(response: httpx.Response) -> str:
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return f"{response.request.url}: {response.status_code} {response.text[:200]}"
    if not isinstance(body, dict):
        return f"{response.request.url}: {response.status_code}"
    lines = [str(body.get("detail") or body.get("title") or response.status_code)]
    errors = body.get("errors") or []
    told = [e for e in errors[:20] if isinstance(e, dict) and e.get("message") != body.get("detail")]
    lines += [f"  {e.get('field')}: {e.get('message')}" for e in told]
    if response.status_code == 401:
        is_sign_in = response.request.url.path.endswith(_SESSION)
        wrong_token = "set FINCC_TOKEN, or run this as the user who started `fincc up` on this machine"
        lines.append("the user name or the password is wrong" if is_sign_in else wrong_token)
    return "\n".join(lines)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")(command)
