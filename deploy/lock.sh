#!/bin/sh
# Compiles the hash-pinned requirement files from pyproject.toml, without index addresses.
set -eu
cd "$(dirname "$0")/.."
export UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 UV_CUSTOM_COMPILE_COMMAND="make requirements"
compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        pyproject.toml "$@"
}
compile --output-file requirements.txt
compile --extra embedded --group dev --constraints requirements.txt \
    --output-file requirements-dev.txt
