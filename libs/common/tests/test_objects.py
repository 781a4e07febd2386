"""The object store: the same behaviour in a folder and in a bucket, each service writing below its own prefix only."""

import socket
from collections.abc import Iterator
from pathlib import Path

import boto3
import pyarrow as pa
import pytest

from fincc.common.bus.delivery import is_transient
from fincc.common.objects import ObjectStore, StoreUnavailable
from fincc.common.testing.aws import running_aws


def s3_url(address: str, bucket: str) -> str:
    return f"s3://{bucket}/company?endpoint_override={address}&scheme=http&region=eu-west-1"


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    """A server of the S3 interface."""
    with running_aws() as url:
        yield url.removeprefix("http://")


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.slow)])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "objects")
    address = request.getfixturevalue("s3_address")
    client = boto3.client("s3", endpoint_url=f"http://{address}", region_name="eu-west-1")
    bucket = tmp_path.name.replace("_", "-").lower()
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return s3_url(address, bucket)


@pytest.fixture
def store(root: str) -> ObjectStore:
    return ObjectStore(root, "ingestion")


def test_what_was_written_is_read(store: ObjectStore):
    store.write("ingestion/archive/a.bin", b"hello")
    assert store.read("ingestion/archive/a.bin").to_pybytes() == b"hello"
    store.write("ingestion/archive/a.bin", pa.py_buffer(b"replaced"))
    assert store.read("ingestion/archive/a.bin").to_pybytes() == b"replaced"


def test_a_range_is_read_without_the_rest(store: ObjectStore):
    store.write("ingestion/a.bin", bytes(range(100)))
    assert store.read_range("ingestion/a.bin", 10, 5).to_pybytes() == bytes(range(10, 15))


def test_a_large_object_can_be_written_piece_by_piece(store: ObjectStore):
    with store.open_output("ingestion/deep/below/parts.bin") as stream:
        for number in range(8):
            stream.write(bytes([number]) * 1_000_000)
    assert store.read_range("ingestion/deep/below/parts.bin", 6_999_999, 2).to_pybytes() == b"\x06\x07"


def test_another_service_reads_what_this_one_wrote(store: ObjectStore, root: str):
    store.write("ingestion/a.bin", b"for everybody")
    assert ObjectStore(root, "cockpit").read("ingestion/a.bin").to_pybytes() == b"for everybody"


def test_nobody_writes_or_deletes_below_the_prefix_of_another(store: ObjectStore):
    for refused in (
        lambda: store.write("cockpit/a.bin", b""),
        lambda: store.write("ingestionists/a.bin", b""),
        lambda: store.open_output("cockpit/a.bin"),
        lambda: store.delete("cockpit/a.bin"),
        lambda: store.delete_folder("cockpit/a"),
    ):
        with pytest.raises(ValueError, match="ingestion may not write"):
            refused()


@pytest.mark.parametrize("path", ["ingestion/../cockpit/a.bin", "../a.bin", "/etc/passwd", "ingestion/.."])
def test_no_path_leaves_the_store(store: ObjectStore, path: str):
    with pytest.raises(ValueError, match="may not leave the store"):
        store.read(path)
    with pytest.raises(ValueError, match="may not"):
        store.write(path, b"")


def test_a_missing_object_is_a_missing_file_and_no_trouble_of_the_store(store: ObjectStore):
    with pytest.raises(FileNotFoundError) as missing:
        store.read("ingestion/nothing.bin")
    assert not is_transient(missing.value)


def test_listing_gives_the_paths_below_a_folder_in_order_and_nothing_for_a_folder_that_is_not_there(store: ObjectStore):
    for name in ("b/2.bin", "a.bin", "b/1.bin"):
        store.write(f"ingestion/x/{name}", b"")
    store.write("ingestion/y/other.bin", b"")
    assert store.list("ingestion/x") == ["ingestion/x/a.bin", "ingestion/x/b/1.bin", "ingestion/x/b/2.bin"]
    assert store.list("ingestion/nowhere") == []


def test_a_deleted_folder_is_gone_with_all_in_it_and_its_neighbour_is_not(store: ObjectStore):
    store.write("ingestion/x/a.bin", b"")
    store.write("ingestion/x/deep/b.bin", b"")
    store.write("ingestion/xy/c.bin", b"")
    store.delete_folder("ingestion/x")
    store.delete("ingestion/nothing.bin")
    store.delete_folder("ingestion/nowhere")
    assert store.list("ingestion") == ["ingestion/xy/c.bin"]
    store.delete("ingestion/xy/c.bin")
    assert store.list("ingestion") == []


def test_only_a_folder_has_local_paths(store: ObjectStore, root: str):
    store.write("ingestion/a.bin", b"x")
    path = store.local_path("ingestion/a.bin")
    assert (path.read_bytes() == b"x") if path is not None else root.startswith("s3://")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def text_of(mapped: pa.NativeFile | None) -> bytes | None:
    return None if mapped is None else mapped.read()


def test_an_object_is_mapped_and_of_a_bucket_a_copy_stays(root: str, temporary: Path):
    store = ObjectStore(root, "ingestion", copies_mib=1)
    store.write("ingestion/a.bin", b"hello")
    assert text_of(store.mapped("ingestion/a.bin")) == b"hello"
    is_bucket = root.startswith("s3://")
    copies = list(temporary.glob("*/*"))
    assert [c.read_bytes() for c in copies] == ([b"hello"] if is_bucket else [])
    if is_bucket:
        copies[0].write_bytes(b"kept!")
        assert text_of(ObjectStore(root, "ingestion", copies_mib=1).mapped("ingestion/a.bin")) == b"kept!"


def test_without_room_for_copies_nothing_of_a_bucket_is_mapped(root: str, temporary: Path):
    for mib in (0, 1):
        store = ObjectStore(root, "ingestion", copies_mib=mib)
        store.write("ingestion/a.bin", bytes(2**20 + 1))
        assert (store.mapped("ingestion/a.bin") is None) == root.startswith("s3://")
    assert not list(temporary.glob("*/*"))


def test_an_object_that_is_not_there_is_not_mapped_either(root: str, temporary: Path):
    with pytest.raises(FileNotFoundError):
        ObjectStore(root, "ingestion", copies_mib=1).mapped("ingestion/nothing.bin")


def test_what_an_interrupted_write_left_behind_is_no_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = ObjectStore(str(tmp_path), "ingestion")
    written: list[str] = []

    def interrupt(temporary: Path, target: Path) -> None:
        written.append(temporary.name)
        raise OSError(28, "No space left on device")

    store.write("ingestion/a.bin", b"whole")
    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(StoreUnavailable, match="No space left"):
        store.write("ingestion/a.bin", b"half")
    assert (tmp_path / "ingestion" / written[0]).exists()
    assert store.list("ingestion") == ["ingestion/a.bin"]
    assert store.read("ingestion/a.bin").to_pybytes() == b"whole"


@pytest.mark.slow
def test_a_bucket_that_does_not_answer_is_waited_out():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and listens to nothing
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(StoreUnavailable) as silent:
            ObjectStore(s3_url(address, "costs"), "ingestion").read("ingestion/a.bin")
    assert is_transient(silent.value)
