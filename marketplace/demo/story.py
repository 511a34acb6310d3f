"""The story as data: files of ``story/``, each read as the class that says what stands in it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_args, get_type_hints

T = TypeVar("T")
FOLDER = Path(__file__).with_name("story")


class Trilingual(NamedTuple):
    """The same words in English, French and Korean."""

    en: str = ""
    fr: str = ""
    ko: str = ""


def read(kind: type[T], name: str) -> T:
    """A whole file."""
    found: T = _shaped(kind, tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")))
    return found


def _shaped(kind: Any, told: Any) -> Any:
    if isinstance(told, list):
        return tuple(_shaped(get_args(kind)[0], each) for each in told)
    if not isinstance(told, dict):
        return told
    if not hasattr(kind, "_fields"):
        return {name: _shaped(get_args(kind)[1], each) for name, each in told.items()}
    hints = get_type_hints(kind)
    return kind(**{name: _shaped(hints[name], each) for name, each in told.items()})
