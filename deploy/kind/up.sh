#!/bin/sh
# `make kind-up`: a cluster on this machine with everything in it and the demo company's bill.
# Needs docker, kind and kubectl; PORT is where the app will be.
set -eu
cd "$(dirname "$0")/../.."
port=${PORT:-8080}
version=$(sed -n 's/^version: //p' deploy/helm/fincc/Chart.yaml)
shared=$PWD/.cache/kind
namespace=fincc

for tool in docker kind kubectl; do
    command -v $tool >/dev/null 2>&1 || { echo "kind-up: needs $tool, which is not installed" >&2; exit 2; }
done
helm=$(.venv/bin/python -m scripts.helm)
mkdir -p "$shared"

if ! kind get clusters 2>/dev/null | grep -qx fincc; then
    # Bills lie in one folder that has the same path here, on the node and in pods.
    kind create cluster --name fincc --config - <<CLUSTER
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    extraPortMappings:
      - {containerPort: 30080, hostPort: $port, listenAddress: 127.0.0.1}
    extraMounts:
      - {hostPath: "$shared", containerPath: "$shared"}
CLUSTER
fi
kubectl config use-context kind-fincc >/dev/null
for service in services/*/; do
    kind load docker-image --name fincc "fincc-$(basename "$service"):$version"
done

kubectl get namespace $namespace >/dev/null 2>&1 || kubectl create namespace $namespace
secret() {
    kubectl -n $namespace get secret "$1" >/dev/null 2>&1
}
umask 077
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
if ! secret fincc-keys; then
    .venv/bin/fincc keys "$made/keys" >/dev/null
    kubectl -n $namespace create secret generic fincc-keys --from-file="$made/keys"
fi
if ! secret fincc-secret-keys; then
    mkdir "$made/secret-keys"
    .venv/bin/fincc keys >"$made/secret-keys/secret-keys"
    kubectl -n $namespace create secret generic fincc-secret-keys --from-file="$made/secret-keys"
fi
if ! secret fincc-postgres; then
    mkdir "$made/postgres"
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$made/postgres/password"
    printf 'postgresql://fincc:%s@fincc-postgres:5432/fincc' "$(cat "$made/postgres/password")" \
        >"$made/postgres/database-url"
    kubectl -n $namespace create secret generic fincc-postgres --from-file="$made/postgres"
fi

"$helm" dependency update --skip-refresh deploy/helm/fincc >/dev/null
sed "s|@shared@|$shared|" deploy/kind/values.yaml |
    "$helm" upgrade --install fincc deploy/helm/fincc --namespace $namespace --wait --timeout 15m \
        --values deploy/helm/profiles/development.yaml --values -
kubectl -n $namespace apply -f deploy/kind/address.yaml
.venv/bin/python -m scripts.kind_demo "$shared" "http://127.0.0.1:$port"
