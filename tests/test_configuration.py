"""Settings: read from the environment, documented, and refused where production must not run."""

import re
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import pytest

from config import ROOT, ConfigurationError, ServicesMissing, Settings, kept_secret

KNOWN = [known for known in fields(Settings) if known.default is MISSING]
ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?:`(?P<default>[^`]*)`)? ?\| (?P<meaning>.+) \|$", re.M)
SOUND = {
    "MARKETPLACE_ENV": "production",
    "SECRET_KEY": "forty characters that nobody else can know",
    "SITE_URL": "https://tangent.example",
    "SMTP_URL": "smtp://mail.example",
    "DATABASE_URL": "postgres://app@db.example/tangent",
    "REDIS_URL": "redis://queue.example:6379/0",
}


def load(folder: Path, **environ: str) -> Settings:
    """Settings from exactly these variables, with a data folder of the test's own."""
    return Settings.load({"DATA_DIR": str(folder), **environ})


def documented() -> dict[str, tuple[str, str]]:
    """Name, default and meaning as docs/configuration.md states them."""
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    return {row["name"]: (row["default"] or "", row["meaning"]) for row in ROW.finditer(text)}


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.metadata["name"])
def test_setting_is_documented_with_its_default(known: Field[Any]) -> None:
    name = known.metadata["name"]

    default, meaning = documented()[name]

    assert default == (known.metadata["default"] or default)
    assert len(meaning) > 15


def test_documentation_names_no_setting_that_does_not_exist() -> None:
    assert set(documented()) == {known.metadata["name"] for known in KNOWN}


def test_production_is_meant_where_nothing_is_said(tmp_path: Path) -> None:
    assert load(tmp_path).environment == "production"


def test_developing_needs_nothing(tmp_path: Path) -> None:
    settings = load(tmp_path, MARKETPLACE_ENV="development")

    assert settings.flask()["TRUSTED_HOSTS"] is None
    assert settings.site_url == "http://127.0.0.1:8000"
    assert settings.problems() == []
    assert settings.flask()["SESSION_COOKIE_SECURE"] is False


def test_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = load(tmp_path, MARKETPLACE_ENV="development")
    first, second = settings.secret_key, load(tmp_path, MARKETPLACE_ENV="testing").secret_key

    assert first == second
    assert len(first) >= 32
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
    assert first not in repr(settings)


def test_secret_in_an_unusable_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigurationError, match=r"data folder .* cannot be used"):
        kept_secret(tmp_path / "file" / "folder")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PORT", "http", "a whole number from 1 to 65535"),
        ("PORT", "70000", "a whole number from 1 to 65535"),
        ("MARKETPLACE_ENV", "prod", "one of development, testing, production"),
        ("DATABASE_URL", "mysql://db.example/x", "the address of a PostgreSQL database"),
        ("REDIS_URL", "localhost:6379", "the address of a Redis server"),
        ("SITE_URL", "tangent.example", "the address of the site"),
        ("SITE_URL", "https://tangent.example/site", "the address of the site"),
        ("SMTP_URL", "mail.example:25", "the address of a mail server"),
        ("MAIL_TRANSPORT", "pigeon", "one of tls, plain, none"),
        ("LOG_LEVEL", "loud", "one of debug, info, warning, error"),
    ],
)
def test_impossible_value_is_refused_by_name(tmp_path: Path, name: str, value: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, **{name: value})

    assert caught.value.message.startswith(f"{name} must be {reason}")
    assert value in caught.value.message


@pytest.mark.parametrize("spelling", ["postgres", "postgresql", "postgresql+psycopg"])
def test_database_address_is_understood_in_every_spelling(tmp_path: Path, spelling: str) -> None:
    settings = load(tmp_path, DATABASE_URL=f"{spelling}://app@db.example/x")

    assert settings.flask()["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://app@db.example/x"


def test_production_starts_with_sound_settings(tmp_path: Path) -> None:
    settings = load(tmp_path, **SOUND)

    settings.require()

    assert settings.flask()["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "a"}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "changeme" * 5}, "SECRET_KEY is too weak"),
        ({"SITE_URL": ""}, "SITE_URL must be the public address"),
        ({"SITE_URL": "http://tangent.example"}, "SITE_URL must be the public address"),
        ({"SITE_URL": "https://localhost"}, "SITE_URL must be the public address"),
        ({"SITE_URL": "https://127.0.0.1:8000"}, "SITE_URL must be the public address"),
        ({"SITE_URL": "https://[::1]"}, "SITE_URL must be the public address"),
        ({"SITE_URL": "https://[::ffff:127.0.0.1]"}, "SITE_URL must be the public address"),
        ({"SITE_URL": "https://127.1"}, "SITE_URL must be the public address"),
        ({"SITE_URL": "https://0x7f000001"}, "SITE_URL must be the public address"),
        ({"SMTP_URL": ""}, "SMTP_URL is missing"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
        ({"REDIS_URL": ""}, "REDIS_URL is missing"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is on"),
    ],
)
def test_production_says_why_it_does_not_start(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    settings = load(tmp_path, **{**SOUND, **change})

    with pytest.raises(ConfigurationError) as caught:
        settings.require()

    assert [line.startswith(reason) for line in caught.value.message.splitlines()] == [False, True, False]
    assert not (tmp_path / "secret-key").exists()


def test_production_gives_every_reason_at_once(tmp_path: Path) -> None:
    assert len(load(tmp_path, MARKETPLACE_ENV="production", FLASK_DEBUG="1").problems()) == 6


def test_without_services_the_way_to_start_them_is_said(tmp_path: Path) -> None:
    settings = load(tmp_path)

    with pytest.raises(ServicesMissing, match="make demo"):
        settings.engine_options()["creator"]()
    with pytest.raises(ServicesMissing, match="make demo"):
        settings.redis()
    assert settings.flask()["RATELIMIT_STORAGE_URI"] == "memory://"


def test_leftover_addresses_of_ended_services_are_not_used(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    (tmp_path / "services.json").write_text('{"redis_url": "unix:///gone"}', "utf-8")

    assert load(tmp_path).redis_url == ""
