"""Signs in to a fresh installation on kind and brings the demo company's bill in: `kind_demo FOLDER URL`.

FOLDER is what pods see of this machine. Address and token stay there for `make kind-test`, readable by their owner only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
from scripts.generated import ROOT

FINCC = ROOT / ".venv/bin/fincc"
GATEWAY = ("kubectl", "-n", "fincc", "logs", "deployment/fincc-gateway-api", "--tail=-1")


def token_of(folder: Path, url: str) -> str:
    """The one of the last time, else a new one by the password that the gateway said at its first start."""
    kept = folder / "token"
    if not kept.exists():
        log = subprocess.run(GATEWAY, capture_output=True, text=True, check=True).stdout
        password = re.search(r"user admin, password (\S+)", log)
        if password is None:
            raise SystemExit(
                f"kind-up: the first password is not in the gateway's log any more, and there is no {kept}"
            )
        with httpx.Client(base_url=url, timeout=30) as client:
            session = client.post("/api/gateway/v1/session", json={"username": "admin", "password": password[1]})
            csrf = session.raise_for_status().json()["csrf_token"]
            made = client.post("/api/gateway/v1/tokens", json={"name": "kind"}, headers={"X-CSRF-Token": csrf})
            token = made.raise_for_status().json()["token"]
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(token)
        print(f"sign in as admin with the password {password[1]}")
    (folder / "url").write_text(url)
    return kept.read_text()


def main(folder: Path, url: str) -> None:
    environment = {**os.environ, "FINCC_URL": url, "FINCC_TOKEN": token_of(folder, url)}

    def fincc(*arguments: str | Path) -> None:
        subprocess.run([FINCC, *map(str, arguments)], env=environment, check=True)

    bill = folder / "demo-bill"
    if not bill.exists():
        fincc("demo-bill", bill)
        for what in ("hierarchy", "catalog", "rules", "policy"):
            fincc(what, "import", bill / f"{what}.yaml")
        fincc("source", "add", "aws_cur", "--name", "demo", "--location", bill / "cur")
        fincc("ingest", "demo", "--wait", "--now")
        fincc("cost", "teams")
    print(f"the FinOps Command Center is at {url}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
