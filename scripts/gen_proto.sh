#!/usr/bin/env bash
# Write the Python stubs of proto/ into libs/common (the target folder is the argument, so that a test can compare a fresh copy).
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-libs/common/src/fincc/common/events}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd proto && ../.venv/bin/python -m grpc_tools.protoc -I . --python_out="$tmp" --pyi_out="$tmp" fincc/v1/*.proto)
mkdir -p "$out"
for file in "$tmp"/fincc/v1/*; do
    # Stubs live inside fincc.common, so that no package but the services' own stands in the namespace.
    sed 's/from fincc\.v1 import/from fincc.common.events import/' "$file" >"$out/$(basename "$file")"
done
