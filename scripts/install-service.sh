#!/bin/sh
# Makes an environment with one service and what it declares, and nothing else: `install-service.sh SERVICE FOLDER`.
# TOOLS names the folder with python, hatchling and uv that do the work, and do not come along.
set -eu
cd "$(dirname "$0")/.."
service=${1:?which service} folder=${2:?into which folder}
tools=${TOOLS:-$PWD/.venv/bin}
lock=services/$service/requirements.lock
[ -f "$lock" ] || { echo "install-service: no service '$service': there is no $lock" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quietly() {
    "$@" >>"$work/log" 2>&1
}
fail() {
    tail -n 15 "$work/log" >&2
    echo "install-service: could not $1" >&2
    exit 2
}

for member in libs/* "services/$service"; do
    (cd "$member" && quietly "$tools/python" -m hatchling build -t wheel -d "$work") || fail "build $member"
done
[ -x "$folder/bin/python" ] || "${PYTHON:-python3}" -m venv --without-pip "$folder"

install() {
    # pip knows about mirrors that uv has not been told of, so it is the second try.
    quietly "$tools/uv" pip install --python "$folder/bin/python" --compile-bytecode "$@" ||
        quietly "$tools/python" -m pip --disable-pip-version-check --python "$folder/bin/python" install -q "$@" ||
        fail "install $*"
}
install --require-hashes -r "$lock"
install --no-deps "$work"/*.whl
