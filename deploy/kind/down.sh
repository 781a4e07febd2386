#!/bin/sh
# `make kind-down`: the cluster of `make kind-up` is gone, with all that was in it.
set -eu
cd "$(dirname "$0")/../.."
kind delete cluster --name fincc
rm -rf .cache/kind
