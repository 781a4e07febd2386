"""Secrets open where they belong and with a key that is configured, and nowhere else."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from fincc.common.cli.platform import with_keys
from fincc.common.keyring import BadKeys, CannotOpen, Keyring, NoKeys, Sealed, new_key
from fincc.common.settings import CommonSettings

PLACE = ("src_1", "secret_access_key")
SECRET = "wJalrXUtnFEMI/käse"
OLD, NEW = new_key(), new_key()
FINCC = Path(sys.executable).parent / "fincc"


def settings(tmp_path: Path, **given: object) -> CommonSettings:
    return CommonSettings(data_dir=tmp_path, **given)  # type: ignore[arg-type]


def test_a_secret_comes_back_as_it_was_and_is_not_in_what_is_stored() -> None:
    ring = Keyring.parse(NEW)
    sealed = ring.seal(SECRET, *PLACE)
    assert ring.open(sealed, *PLACE) == SECRET
    assert sealed.key_id == NEW.partition(":")[0]
    assert SECRET.encode() not in sealed.wrapped_key + sealed.nonce + sealed.ciphertext


def test_the_same_secret_is_stored_differently_each_time() -> None:
    ring = Keyring.parse(NEW)
    first, second = ring.seal(SECRET, *PLACE), ring.seal(SECRET, *PLACE)
    assert len({first.ciphertext, second.ciphertext, first.wrapped_key, second.wrapped_key}) == 4


@pytest.mark.parametrize(
    "place", [("src_2", "secret_access_key"), ("src_1", "session_token"), ("src_1secret_access_key",), ()]
)
def test_a_secret_copied_to_another_place_does_not_open(place: tuple[str, ...]) -> None:
    ring = Keyring.parse(NEW)
    with pytest.raises(CannotOpen, match="moved or changed in the database; set it again"):
        ring.open(ring.seal(SECRET, *PLACE), *place)


@pytest.mark.parametrize("part", ["wrapped_key", "nonce", "ciphertext"])
def test_a_secret_of_which_a_bit_was_changed_does_not_open(part: str) -> None:
    ring = Keyring.parse(NEW)
    sealed = ring.seal(SECRET, *PLACE)
    data = bytearray(getattr(sealed, part))
    data[-1] ^= 1
    for changed in (bytes(data), b""):
        with pytest.raises(CannotOpen):
            ring.open(Sealed(**{**vars(sealed), part: changed}), *PLACE)


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    before = Keyring.parse(OLD).seal(SECRET, *PLACE)
    both = Keyring.parse(f"{NEW}\n{OLD}\n")
    assert both.open(before, *PLACE) == SECRET
    assert both.seal(SECRET, *PLACE).key_id == NEW.partition(":")[0]


def test_a_rewrapped_secret_needs_the_old_key_no_more() -> None:
    before = Keyring.parse(OLD).seal(SECRET, *PLACE)
    after = Keyring.parse(f"{NEW}\n{OLD}").rewrap(before, *PLACE)
    assert after.ciphertext == before.ciphertext
    assert Keyring.parse(NEW).open(after, *PLACE) == SECRET
    with pytest.raises(CannotOpen, match="is not configured: add it to FINCC_SECRET_KEYS or FINCC_SECRET_KEYS_FILE"):
        Keyring.parse(NEW).open(before, *PLACE)


def test_another_key_under_the_same_id_does_not_open() -> None:
    key_id = NEW.partition(":")[0]
    other = f"{key_id}:{OLD.partition(':')[2]}"
    with pytest.raises(CannotOpen, match="that is another key"):
        Keyring.parse(other).open(Keyring.parse(NEW).seal(SECRET, *PLACE), *PLACE)


def test_without_a_key_it_is_said_which_setting_is_missing() -> None:
    with pytest.raises(NoKeys, match="set FINCC_SECRET_KEYS or FINCC_SECRET_KEYS_FILE; `fincc keys` prints a new key"):
        Keyring.parse("").seal(SECRET, *PLACE)


SHORT = base64.b64encode(b"sixteen bytes ok").decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{OLD}\nk1:{SHORT}", "key 2: expected id:base64 of 32 bytes"),
        ("k1:äöü", "key 1: expected id:base64"),
        (OLD.partition(":")[2], "key 1: expected id:base64"),
        (f"a/b:{OLD.partition(':')[2]}", "key 1: expected id:base64"),
        (f"{OLD} {OLD}", "key 2: the id '.*' is there twice"),
    ],
    ids=["too short", "not ascii", "no id", "a slash in the id", "twice"],
)
def test_what_is_no_key_is_named_by_its_place_and_never_shown(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadKeys, match=f"FINCC_SECRET_KEYS: {said}") as error:
        Keyring.of(settings(tmp_path, secret_keys=SecretStr(text)))
    assert all(line.partition(":")[2] not in str(error.value) for line in text.split() if ":" in line)


def test_keys_come_from_the_environment_or_a_file_and_not_from_both(tmp_path: Path) -> None:
    file = tmp_path / "mounted"
    file.write_text(f"{NEW}\n{OLD}\n")
    ids = tuple(key.partition(":")[0] for key in (NEW, OLD))
    assert Keyring.of(settings(tmp_path, secret_keys_file=file)).ids == ids
    assert Keyring.of(settings(tmp_path, secret_keys=SecretStr(OLD))).ids == ids[1:]
    assert Keyring.of(settings(tmp_path)).ids == ()
    with pytest.raises(BadKeys, match="both set"):
        Keyring.of(settings(tmp_path, secret_keys_file=file, secret_keys=SecretStr(OLD)))
    with pytest.raises(BadKeys, match=r"FINCC_SECRET_KEYS_FILE \(.*nowhere\): No such file"):
        Keyring.of(settings(tmp_path, secret_keys_file=tmp_path / "nowhere"))


def test_nothing_that_is_printed_of_keys_shows_them(tmp_path: Path) -> None:
    given = settings(tmp_path, secret_keys=SecretStr(NEW))
    shown = f"{given!r} {given} {Keyring.of(given)!r} {Keyring.of(given)}"
    assert NEW.partition(":")[2] not in shown
    assert NEW.partition(":")[0] in shown


def test_the_first_start_makes_keys_for_their_owner_alone_and_the_next_one_takes_them(tmp_path: Path) -> None:
    first = with_keys(settings(tmp_path))
    assert first.secret_keys_file == tmp_path / "keys" / "secret-keys"
    assert oct(os.stat(first.secret_keys_file).st_mode & 0o777) == "0o600"
    assert Keyring.of(with_keys(settings(tmp_path))).ids == Keyring.of(first).ids != ()
    given = with_keys(settings(tmp_path, secret_keys=SecretStr(OLD)))
    assert Keyring.of(given).ids == (OLD.partition(":")[0],)


@pytest.mark.slow
def test_a_printed_key_can_be_used(tmp_path: Path) -> None:
    printed = subprocess.run([FINCC, "keys"], capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert len(Keyring.parse(printed).ids) == 1
    assert list(tmp_path.iterdir()) == []
    environment = {"PATH": "/usr/bin", "FINCC_SECRET_KEYS": printed, "FINCC_DATA_DIR": str(tmp_path)}
    done = subprocess.run([FINCC, "check-config"], env=environment, capture_output=True, text=True, check=True)
    assert f"keys of secrets: {printed.partition(':')[0]}; the first encrypts" in done.stdout
    environment["FINCC_SECRET_KEYS"] = printed.strip()[:-4]
    done = subprocess.run([FINCC, "check-config"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "FAIL  keys of secrets: FINCC_SECRET_KEYS: key 1: expected id:base64 of 32 bytes" in done.stdout
    assert printed.partition(":")[2][:20] not in done.stdout + done.stderr
