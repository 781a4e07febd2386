"""The built app as it is served."""

import gzip
import os
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from fincc.common import problem
from fincc.gateway.site import Site

INDEX = "<!doctype html><title>Costs</title><script>let theme = 1</script>"
SCRIPT = "export const numbers = [" + "12345, " * 500 + "]"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "robots.txt").write_text("User-agent: *")
    (folder / "assets" / "index-a1b2c3.js").write_text(SCRIPT)
    (folder / "assets" / "chart-d4e5f6.js").write_text("plain")
    (folder / "assets" / "chart-d4e5f6.js.br").write_bytes(b"brotli bytes")
    (tmp_path / "secret.txt").write_text("outside")
    return folder


@pytest.fixture
def client(dist: Path) -> httpx.AsyncClient:
    app = FastAPI()
    problem.install(app)
    app.router.routes.append(Route("/{path:path}", Site(dist)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")


@pytest.mark.parametrize("path", ["/", "/index.html", "/cost/teams", "/health?x=1", "/sign-in"])
async def test_every_page_of_the_app_is_its_index_and_is_asked_for_again(client: httpx.AsyncClient, path: str):
    answer = await client.get(path)
    assert answer.text == INDEX
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "'sha256-" in answer.headers["content-security-policy"]


async def test_an_unchanged_index_is_not_sent_again(client: httpx.AsyncClient):
    etag = (await client.get("/")).headers["etag"]
    answer = await client.get("/cost/teams", headers={"if-none-match": f'"other", W/{etag}'})
    assert answer.status_code == 304
    assert answer.content == b""


async def test_hashed_files_are_kept_for_ever_and_sent_compressed(client: httpx.AsyncClient):
    await client.get("/")
    answer = await client.get("/assets/index-a1b2c3.js", headers={"accept-encoding": "gzip, br"})
    assert answer.text == SCRIPT
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "accept-encoding"
    assert "immutable" in answer.headers["cache-control"]
    assert int(answer.headers["content-length"]) < len(SCRIPT) / 10
    plain = await client.get("/assets/index-a1b2c3.js", headers={"accept-encoding": "gzip;q=0"})
    assert plain.text == SCRIPT
    assert "content-encoding" not in plain.headers


async def test_a_file_compressed_by_the_build_is_sent_as_it_is(client: httpx.AsyncClient):
    await client.get("/")
    async with client.stream("GET", "/assets/chart-d4e5f6.js", headers={"accept-encoding": "br, gzip"}) as answer:
        assert answer.headers["content-encoding"] == "br"
        assert b"".join([c async for c in answer.aiter_raw()]) == b"brotli bytes"


async def test_a_missing_file_is_not_answered_by_a_page(client: httpx.AsyncClient):
    await client.get("/")
    for path in ("/assets/gone-000000.js", "/assets/chart-d4e5f6.js.br", "/api/nothing", "/api"):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


async def test_nothing_outside_the_folder_is_served(client: httpx.AsyncClient):
    for path in ("/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"):
        assert "outside" not in (await client.get(path)).text


async def test_other_files_of_the_build_are_served_under_their_names(client: httpx.AsyncClient):
    await client.get("/")
    answer = await client.get("/robots.txt")
    assert answer.text == "User-agent: *"
    assert answer.headers["cache-control"] == "no-cache"


async def test_a_head_has_the_headers_alone(client: httpx.AsyncClient):
    answer = await client.head("/")
    assert answer.headers["content-length"] == str(len(INDEX))
    assert answer.content == b""


async def test_pages_cannot_be_written(client: httpx.AsyncClient):
    assert (await client.post("/cost/teams")).status_code == 405


async def test_a_new_build_is_noticed_without_a_restart(client: httpx.AsyncClient, dist: Path):
    await client.get("/")
    (dist / "index.html").write_text("<title>New</title>")
    (dist / "assets" / "new-777777.js").write_text("new")
    os.utime(dist / "index.html", ns=(1, 1))
    assert (await client.get("/")).text == "<title>New</title>"
    assert (await client.get("/assets/new-777777.js")).text == "new"


async def test_without_a_build_a_page_says_how_to_make_one(tmp_path: Path):
    app = FastAPI()
    app.router.routes.append(Route("/{path:path}", Site(tmp_path / "nowhere")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        answer = await client.get("/cost/teams")
    assert answer.status_code == 200
    assert "npm run build" in answer.text
    assert str(tmp_path / "nowhere") in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_compressed_here_is_the_file(dist: Path):
    from fincc.gateway.site import load_assets

    encoding, body = load_assets(dist)["/assets/index-a1b2c3.js"].answer(frozenset({"gzip"}))
    assert encoding == "gzip"
    assert gzip.decompress(body).decode() == SCRIPT
