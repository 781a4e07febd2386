#!/bin/sh
# `make images`: an image of every service, named as the chart expects it. BUILD is the program that builds: docker, podman
# or buildah; BASE another image with Python; PIP_CONF a file for installing from a mirror.
set -eu
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version: //p' deploy/helm/fincc/Chart.yaml)
revision=$(git rev-parse HEAD)
for service in services/*/; do
    name=$(basename "$service")
    "${BUILD:-docker}" build -f deploy/service.Dockerfile --target service \
        ${BASE:+--build-arg "BASE=$BASE"} ${PIP_CONF:+--secret "id=pip,src=$PIP_CONF"} \
        --build-arg "SERVICE=$name" --build-arg "VERSION=$version" --build-arg "REVISION=$revision" \
        -t "fincc-$name:$version" .
done
