"""Writes the Python stubs of proto/ to fincc.common.events, and proto/baseline.json, the contract as it now stands.

Refuses a change that old readers or writers would misunderstand. `--check` writes nothing and exits 1 when the files
are not what would be written.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorSet
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
EVENTS = ROOT / "libs/common/src/fincc/common/events"
BASELINE = PROTO / "baseline.json"

Messages = dict[str, dict[str, str]]


def compile_protos(proto: Path, out: Path) -> tuple[dict[str, str], FileDescriptorSet]:
    """(file name → stub text, descriptors) of every .proto below `proto`."""
    sources = sorted(str(path.relative_to(proto)) for path in proto.rglob("*.proto"))
    descriptors = out / "descriptors"
    code = protoc.main(
        ["protoc", f"-I{proto}", f"-I{files('grpc_tools') / '_proto'}", f"--python_out={out}", f"--pyi_out={out}"]
        + [f"--descriptor_set_out={descriptors}", *sources]
    )
    if code != 0:
        sys.exit("gen: the .proto files do not compile; see above")
    stubs = {
        path.name: path.read_text().replace("from fincc.v1 import", "from fincc.common.events import")
        for path in sorted(out.rglob("*_pb2.py*"))
    }
    return stubs, FileDescriptorSet.FromString(descriptors.read_bytes())


def contract(descriptors: FileDescriptorSet) -> Messages:
    """Message → field number → `name type label [in oneof]`, or `reserved`: what two versions must agree on."""
    messages: Messages = {}

    def add(prefix: str, message: DescriptorProto) -> None:
        name = f"{prefix}.{message.name}"
        messages[name] = {str(field.number): describe(field, message) for field in message.field}
        for reserved in message.reserved_range:
            messages[name].update({str(number): "reserved" for number in range(reserved.start, reserved.end)})
        for nested in message.nested_type:
            add(name, nested)

    for file in descriptors.file:
        for message in file.message_type:
            add(file.package, message)
        for enum in file.enum_type:
            messages[f"{file.package}.{enum.name}"] = {str(value.number): value.name for value in enum.value}
    return messages


def describe(field: FieldDescriptorProto, message: DescriptorProto) -> str:
    kind = field.type_name or FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
    label = FieldDescriptorProto.Label.Name(field.label).removeprefix("LABEL_").lower()
    group = f" in {message.oneof_decl[field.oneof_index].name}" if field.HasField("oneof_index") else ""
    return f"{field.name} {kind} {label}{group}"


def breaks(old: Messages, new: Messages) -> list[str]:
    """What of `old` is not understood any more in `new`, one sentence each."""
    found = []
    for name, fields in old.items():
        if name not in new:
            found.append(f"{name} was removed: keep the message, even if nobody writes it any more")
            continue
        for number, was in fields.items():
            now = new[name].get(number)
            if now is None:
                found.append(f"{name}: field {number} ({was}) was removed: say `reserved {number};` in its place")
            elif now not in (was, "reserved"):
                found.append(f"{name}: field {number} was ({was}), is ({now}): give the new meaning a new number")
    return found


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        stubs, descriptors = compile_protos(PROTO, Path(folder))
    new = contract(descriptors)
    old: Messages = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    problems = breaks(old, new)
    if problems:
        print("\n".join(f"gen: {problem}" for problem in problems), file=sys.stderr)
        return 1
    wanted = {EVENTS / name: text for name, text in stubs.items()}
    wanted[BASELINE] = json.dumps(new, indent=1, sort_keys=True) + "\n"
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    stale += [path for path in EVENTS.glob("*_pb2.py*") if path not in wanted]
    if "--check" in arguments:
        for path in stale:
            print(f"gen: {path.relative_to(ROOT)} is stale: run `make gen`", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        if path in wanted:
            path.write_text(wanted[path])
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
