#!/bin/sh
# Makes .venv from a lock file: `setup.sh runtime` for running the product, `setup.sh dev` for building and testing it.
# Does nothing when nothing has changed since the last time. PYTHON=… chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-runtime}
root=$PWD
venv=.venv

fail() {
    echo "setup: $1" >&2
    exit 2
}

say() {
    echo "setup: $1"
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

case $kind in
    runtime) lock=requirements.lock need_mb=1100 ;;
    dev) lock=requirements-dev.lock need_mb=2000 ;;
    *) fail "unknown kind '$kind', expected 'runtime' or 'dev'" ;;
esac

# Two runs at once would write one environment together; the second waits.
if command -v flock >/dev/null 2>&1 && [ -z "${FINCC_SETUP_LOCKED:-}" ]; then
    mkdir -p .cache
    FINCC_SETUP_LOCKED=1 exec flock .cache/setup.lock scripts/setup.sh "$kind"
fi

members=$(ls -d libs/*/pyproject.toml services/*/pyproject.toml)
compiled=$(ls libs/kernels/*.py libs/kernels/src/fincc/kernels/*.[ch])
# shellcheck disable=SC2086
wanted=$(cat requirements*.lock $members $compiled scripts/setup.sh | cksum)" $root"
stamp=$venv/.setup-$kind
# A development environment holds everything that a runtime one does.
for made in "$stamp" "$venv/.setup-dev"; do
    if [ -x $venv/bin/python ] && [ "$(cat "$made" 2>/dev/null)" = "$wanted" ]; then
        exit 0
    fi
done

python=$(find_python)
[ -n "$python" ] || fail "needs Python 3.11 or newer, found $(python3 --version 2>&1 || echo none); name one with PYTHON=/path/to/python3"
command -v git >/dev/null 2>&1 || fail "needs git, which is not installed"
free_mb=$(($(df -Pk . | awk 'NR == 2 { print $4 }') / 1024))
[ "$free_mb" -ge $need_mb ] || [ -e "$stamp" ] || fail "needs $need_mb MB of free disk space in $root, there are $free_mb MB"

# An environment made at another place, or by a Python that is gone, cannot be repaired; a new one takes seconds.
if [ -e $venv ] && ! { $venv/bin/python -c '' 2>/dev/null && grep -qsF "$root/$venv" $venv/bin/pip; }; then
    say "the environment in $venv does not fit this place any more, making it new"
    rm -rf $venv
fi
if [ ! -e $venv ]; then
    say "making $venv with $("$python" --version)"
    "$python" -m venv $venv >/dev/null 2>&1 ||
        { rm -rf $venv; fail "could not make an environment; on Debian and Ubuntu: apt-get install python3-venv"; }
fi

install_log=$venv/setup.log
pip="$venv/bin/python -m pip --disable-pip-version-check"
if [ ! -x $venv/bin/uv ]; then
    $pip install -q --require-hashes -r requirements-bootstrap.lock >$install_log 2>&1 || true
fi
if $venv/bin/uv --version >/dev/null 2>&1; then
    install="$venv/bin/uv pip install --python $venv/bin/python"
else
    install="$pip install -q"
fi

say "installing the packages of $lock"
# pip knows about mirrors that uv has not been told of, so it is the second try.
$install --require-hashes -r $lock >$install_log 2>&1 ||
    $pip install -q --require-hashes -r $lock >>$install_log 2>&1 ||
    { tail -n 5 $install_log >&2; fail "could not install the packages of $lock; see $venv/setup.log"; }

say "installing the FinOps Command Center"
editables=$(for member in $members; do printf ' -e %s' "$(dirname "$member")"; done)
# shellcheck disable=SC2086
PATH="$root/$venv/bin:$PATH" $install --no-deps --no-build-isolation $editables >>$install_log 2>&1 ||
    { tail -n 5 $install_log >&2; fail "could not install the members of the workspace; see $venv/setup.log"; }
echo "$wanted" >"$stamp"
say "done: $venv/bin/fincc"
