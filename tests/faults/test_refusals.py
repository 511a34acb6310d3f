"""A start that cannot succeed ends with one clear sentence."""

import shutil
import socket
from pathlib import Path

import pytest

from config import DEVELOPING
from deploy import datafolder
from deploy.processes import Unable
from tests.faults.harness import Demo

pytestmark = pytest.mark.faults


def test_taken_port(demo: Demo) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", demo.port))
        other.listen()

        said = demo.refusal()

    assert said == f"Port {demo.port} is taken: choose another with PORT=."


def test_folder_without_permissions(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0)

    said = Demo(folder).refusal()

    folder.chmod(0o700)
    assert said == (
        f"The data folder {folder} cannot be used (its permissions do not let you read and write it):"
        " change that, or name another with DATA_DIR=."
    )


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    said = Demo(tmp_path / "file").refusal()

    assert said.startswith(f"The data folder {tmp_path / 'file'} cannot be used")
    assert len(said.splitlines()) == 1


def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=9 * datafolder.MEGABYTE)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    folder = datafolder.DataFolder(tmp_path)

    with pytest.raises(Unable) as caught:
        folder.check()

    assert str(caught.value) == f"The disk that holds {tmp_path} is full: 300 MB are needed, 9 MB are left."
    assert folder.is_full()


def test_missing_interpreter(demo: Demo, tmp_path: Path) -> None:
    for place in ("/usr/bin", "/bin"):
        for program in Path(place).iterdir():
            link = tmp_path / program.name
            if not program.name.startswith("python") and not link.exists():
                link.symlink_to(program)

    said = demo.refusal(PATH=str(tmp_path), PYTHON="python-of-no-machine")

    assert said.startswith("Python 3.11 or later is missing: install it")
    assert len(said.splitlines()) == 1


def test_impossible_setting(demo: Demo) -> None:
    assert demo.refusal(WEB_THREADS="many") == "WEB_THREADS must be a whole number from 1 to 64, not “many”."


def test_database_that_does_not_answer(demo: Demo) -> None:
    said = demo.refusal(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")

    assert said.startswith("The database in DATABASE_URL does not answer: ")
    assert len(said.splitlines()) == 1


def test_production_with_embedded_services(demo: Demo) -> None:
    said = demo.refusal(MARKETPLACE_ENV="production")

    assert said.splitlines() == [
        "Production does not start:",
        "SECRET_KEY is missing: set it to at least 32 random characters.",
        "DATABASE_URL is missing: embedded services are not for production.",
        "REDIS_URL is missing: embedded services are not for production.",
        "SITE_URL must be the public address of the site, with https://: every link begins with it.",
        "SMTP_URL is missing: nobody could confirm an address (MAIL_TRANSPORT=none starts without).",
        DEVELOPING,
    ]
