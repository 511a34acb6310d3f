"""A demo or its pieces for the tests of this folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.harness import Demo, Pieces, temporary_folder
from tests.faults.mailbox import Mailbox
from tests.faults.site import Site


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """One data folder for a module: later starts on it are quick."""
    folder = temporary_folder()
    yield folder / "var"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def _demo(data: Path) -> Iterator[Demo]:
    made = Demo(data)
    yield made
    made.clean()


@pytest.fixture
def demo(_demo: Demo) -> Demo:
    """A demo that does not run."""
    _demo.clean()
    return _demo


@pytest.fixture
def running(_demo: Demo) -> Demo:
    """A demo that runs: that of the test before, unless it was ended."""
    if _demo.ended():
        _demo.start()
    return _demo


@pytest.fixture
def pieces() -> Iterator[Pieces]:
    """Running pieces on an empty, migrated database of their own."""
    made = Pieces(temporary_folder())
    try:
        made.start()
        yield made
    finally:
        made.clean()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Running pieces whose mail goes to a server of the tests' own; a test that stops one starts it again."""
    with Mailbox() as mailbox:
        pieces = Pieces(temporary_folder(), extra={"SMTP_URL": mailbox.url})
        made = Site(pieces, mailbox)
        try:
            pieces.start()
            yield made
        finally:
            made.close()
            pieces.clean()
