#!/bin/sh
# `make kind-test`: the end-to-end tests that ask a platform from outside, against the cluster of `make kind-up`.
# What is in it is replaced by what the tests bring.
set -eu
cd "$(dirname "$0")/../.."
shared=$PWD/.cache/kind
[ -f "$shared/token" ] || { echo "kind-test: there is no cluster yet; make kind-up makes one" >&2; exit 2; }
"$(.venv/bin/python -m scripts.helm)" test fincc --namespace fincc --kube-context kind-fincc
FINCC_E2E_CLUSTER=$shared exec .venv/bin/python -m pytest -q tests/e2e/test_bill_to_screen.py
