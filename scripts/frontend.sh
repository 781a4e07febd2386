#!/bin/sh
# `frontend.sh install` brings the packages of the web app, `frontend.sh build` builds it too. Both do nothing when
# nothing has changed since the last time.
set -eu
cd "$(dirname "$0")/.."
[ -f frontend/package-lock.json ] || { echo "setup: there is no web app to build"; exit 0; }
mkdir -p .cache
if command -v flock >/dev/null 2>&1 && [ -z "${FINCC_FRONTEND_LOCKED:-}" ]; then
    FINCC_FRONTEND_LOCKED=1 exec flock .cache/frontend.lock scripts/frontend.sh "$@"
fi

run() {
    what=$1
    shift
    scripts/npm.sh "$@" >.cache/frontend.log 2>&1 ||
        { tail -n 15 .cache/frontend.log >&2; echo "setup: could not $what; see .cache/frontend.log" >&2; exit 2; }
}

installed=frontend/node_modules/.fincc-stamp
wanted=$(cat frontend/package.json frontend/package-lock.json | cksum)
if [ "$(cat $installed 2>/dev/null)" != "$wanted" ]; then
    echo "setup: installing the packages of the web app"
    run "install the packages of the web app" ci
    echo "$wanted" >$installed
fi
[ "${1:-build}" = build ] || exit 0

built=.cache/frontend-build.stamp
wanted=$(find frontend -type d \( -name node_modules -o -name dist -o -name e2e -o -name test-results \
    -o -name playwright-report \) -prune -o -type f -print | LC_ALL=C sort | xargs cksum | cksum)
if [ "$(cat $built 2>/dev/null)" != "$wanted" ] || [ ! -f frontend/dist/index.html ]; then
    echo "setup: building the web app"
    run "build the web app" run build
    echo "$wanted" >$built
fi
