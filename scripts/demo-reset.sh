#!/bin/sh
# Deletes a data folder, after making sure that it is one and that nobody uses it.
set -eu
cd "$(dirname "$0")/.."
data=$1

[ -e "$data" ] || { echo "demo-reset: $data does not exist, there is nothing to forget"; exit 0; }
[ -d "$data/postgres/cluster" ] || [ -d "$data/demo-bill" ] ||
    { echo "demo-reset: $data is not a data folder of the demo; nothing was deleted" >&2; exit 2; }
pid=$(head -n 1 "$data/postgres/cluster/postmaster.pid" 2>/dev/null || true)
if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then
    echo "demo-reset: the demo in $data is running; stop it first (Ctrl-C where it runs)" >&2
    exit 2
fi
rm -rf -- "$data"
echo "demo-reset: $data is gone; the next \`make demo\` starts over"
