"""Every setting of the product, read once from the environment (docs/configuration.md)."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import MISSING, dataclass, field, fields
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from socket import inet_aton, inet_ntoa
from typing import Any, Literal, NoReturn, cast
from urllib.parse import urlsplit

import click
from psycopg import RawCursor

ROOT = Path(__file__).resolve().parent
Network = IPv4Network | IPv6Network
Environment = Literal["development", "testing", "production"]
ENVIRONMENTS = ("development", "testing", "production")
MAIL_TRANSPORTS = ("tls", "plain", "none")
LEAST_SECRET, LEAST_LETTERS = 32, 12  # characters of the secret key, and different ones among them
LOG_LEVELS = ("debug", "info", "warning", "error")


DEVELOPING = "(For a demonstration or for developing: `make demo`, `make run`, or MARKETPLACE_ENV=development.)"


class ConfigurationError(click.ClickException):
    """A setting is wrong or missing; the message says which, for a person."""


class ServicesMissing(ConfigurationError):
    """A command needs the database or the queue, and none is named or running."""


def setting(name: str, default: str, parse: Callable[[str], Any] = str, *, private: bool = False) -> Any:
    """A field read from the environment variable `name`; a private one is kept out of `repr`."""
    metadata = {"name": name, "default": default, "parse": parse}
    return field(metadata=metadata, repr=not private)


def whole(low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers within both bounds."""

    def parse(text: str) -> int:
        number = int(text) if text.isdecimal() else -1
        if not low <= number <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return number

    return parse


def one_of(names: tuple[str, ...]) -> Callable[[str], str]:
    """A parser that lets only these words through."""

    def parse(text: str) -> str:
        if text not in names:
            raise ValueError("one of " + ", ".join(names))
        return text

    return parse


def database_address(text: str) -> str:
    """A SQLAlchemy address for psycopg, from the spellings that hosts hand out."""
    scheme, separator, rest = text.partition("://")
    if text and (not separator or scheme.split("+")[0] not in ("postgres", "postgresql")):
        raise ValueError("the address of a PostgreSQL database (postgresql://…)")
    return f"postgresql+psycopg://{rest}" if text else ""


def redis_address(text: str) -> str:
    """An address that redis-py understands."""
    if text and not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("the address of a Redis server (redis://…, rediss://… or unix://…)")
    return text


def networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks, separated by commas."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(","))
    except ValueError:
        raise ValueError("addresses or networks, separated by commas") from None


def header_name(text: str) -> str:
    """The name of a header; underscores are none, because another header may be read under the same name."""
    if text and not text.replace("-", "").isalnum():
        raise ValueError("the name of a header, such as X-Request-Start")
    return text


def site_address(text: str) -> str:
    """The scheme and host that addresses begin with."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query):
        raise ValueError("the address of the site and nothing behind it (https://…)")
    return text.rstrip("/")


def mail_address(text: str) -> str:
    """Where mail goes, for smtplib."""
    if text and (not text.startswith(("smtp://", "smtps://")) or not urlsplit(text).hostname):
        raise ValueError("the address of a mail server (smtp://… or smtps://…)")
    return text


def mail_addresses(text: str) -> frozenset[str]:
    """Addresses with commas or blanks between them."""
    found = text.lower().replace(",", " ").split()
    if not all("@" in address for address in found):
        raise ValueError("mail addresses with commas between them")
    return frozenset(found)


def is_loopback(host: str) -> bool:
    """Whether a name or number leads to this machine alone, or nowhere."""
    with suppress(OSError):  # as browsers read numbers: 127.1, 0x7f000001, 2130706433
        host = inet_ntoa(inet_aton(host))
    with suppress(ValueError):
        number = ip_address(host)
        number = getattr(number, "ipv4_mapped", None) or number
        return number.is_loopback or number.is_unspecified
    return host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment says. Addresses are empty where nothing is named or running."""

    environment: Environment = setting("MARKETPLACE_ENV", "production", one_of(ENVIRONMENTS))
    secret_key: str = setting("SECRET_KEY", "", private=True)
    database_url: str = setting("DATABASE_URL", "", database_address, private=True)
    redis_url: str = setting("REDIS_URL", "", redis_address, private=True)
    data_dir: Path = setting("DATA_DIR", "var", lambda text: (ROOT / text).absolute())
    port: int = setting("PORT", "8000", whole(1, 65535))
    site_name: str = setting("SITE_NAME", "Tangent")
    site_url: str = setting("SITE_URL", "", site_address)
    smtp_url: str = setting("SMTP_URL", "", mail_address, private=True)
    mail_transport: str = setting("MAIL_TRANSPORT", "tls", one_of(MAIL_TRANSPORTS))
    mail_from: str = setting("MAIL_FROM", "Tangent <no-reply@tangent.example>")
    operators: frozenset[str] = setting("OPERATORS", "", mail_addresses)
    proxies: int = setting("PROXIES", "0", whole(0, 10))
    proxy_addresses: tuple[Network, ...] = setting("PROXY_ADDRESSES", "127.0.0.1,::1", networks)
    arrival_header: str = setting("ARRIVAL_HEADER", "", header_name)
    session_days: int = setting("SESSION_DAYS", "14", whole(1, 365))
    reads_per_minute: int = setting("READS_PER_MINUTE", "600", whole(1, 1_000_000))
    sign_ins_per_account: int = setting("SIGN_INS_PER_ACCOUNT", "10", whole(1, 1_000_000))
    sign_ins_per_address: int = setting("SIGN_INS_PER_ADDRESS", "100", whole(1, 1_000_000))
    sign_ins_from_anywhere: int = setting("SIGN_INS_FROM_ANYWHERE", "100", whole(1, 1_000_000))
    submissions_per_hour: int = setting("SUBMISSIONS_PER_HOUR", "60", whole(1, 1_000_000))
    invitations_per_hour: int = setting("INVITATIONS_PER_HOUR", "30", whole(1, 1_000_000))
    strangers_per_domain: int = setting("STRANGERS_PER_DOMAIN", "200", whole(1, 1_000_000))
    strangers_per_hour: int = setting("STRANGERS_PER_HOUR", "1000", whole(1, 1_000_000))
    max_body: int = setting("MAX_BODY", "2000000", whole(10_000, 1_000_000_000))
    web_workers: int = setting("WEB_WORKERS", "2", whole(1, 64))
    web_threads: int = setting("WEB_THREADS", "8", whole(1, 64))
    worker_memory: int = setting("WORKER_MEMORY", "400", whole(100, 100_000))
    database_pool: int = setting("DATABASE_POOL", "5", whole(1, 64))
    log_level: str = setting("LOG_LEVEL", "info", one_of(LOG_LEVELS))
    debug: bool = setting("FLASK_DEBUG", "0", lambda text: text.lower() not in ("0", "false", "no"))
    embedded: tuple[str, ...] = ()

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process, with the running services of its data folder."""
        values = read_environment(os.environ if environ is None else environ)
        running = running_services(values["data_dir"])
        embedded = []
        for name in ("database_url", "redis_url"):
            if name in running and values[name] in ("", running[name]):
                values[name] = running[name]
                embedded.append(name.upper())
        values["site_url"] = values["site_url"] or f"http://127.0.0.1:{values['port']}"
        if not values["secret_key"] and values["environment"] != "production":
            values["secret_key"] = kept_secret(values["data_dir"])
        return cls(**values, embedded=tuple(embedded))

    def problems(self) -> list[str]:
        """Why production must not start with these settings; empty when it may."""
        if self.environment != "production":
            return []
        found = []
        if not self.secret_key:
            found.append("SECRET_KEY is missing: set it to at least 32 random characters.")
        elif len(self.secret_key) < LEAST_SECRET or len(set(self.secret_key)) < LEAST_LETTERS:
            found.append("SECRET_KEY is too weak: set it to at least 32 random characters.")
        for name in ("DATABASE_URL", "REDIS_URL"):
            if name in self.embedded or not getattr(self, name.lower()):
                found.append(f"{name} is missing: embedded services are not for production.")
        site = urlsplit(self.site_url)
        if site.scheme != "https" or is_loopback(site.hostname or ""):
            found.append("SITE_URL must be the public address of the site, with https://: every link begins with it.")
        if not self.smtp_url and self.mail_transport != "none":
            found.append("SMTP_URL is missing: nobody could confirm an address (MAIL_TRANSPORT=none starts without).")
        if self.debug:
            found.append("FLASK_DEBUG is on: it shows code and data to visitors.")
        return found

    def require(self) -> None:
        """Raise one error that gives every reason why production must not start."""
        if found := self.problems():
            raise ConfigurationError("\n".join(["Production does not start:", *found, DEVELOPING]))

    @property
    def mail_needs_tls(self) -> bool:
        """Whether mail waits rather than travel where others can read it: links to accounts are in it."""
        return self.environment == "production" and self.mail_transport == "tls"

    def hosts(self) -> list[str] | None:
        """The names the site answers to; None for all. The machine's own serve those that look after it."""
        if self.environment != "production":
            return None
        return [urlsplit(self.site_url).netloc.rpartition("@")[2], "localhost", "127.0.0.1"]

    def flask(self) -> dict[str, Any]:
        """The mapping for `app.config`."""
        return {
            "SETTINGS": self,
            "ENVIRONMENT": self.environment,
            "DEBUG": self.debug,
            "TESTING": self.environment == "testing",
            "SECRET_KEY": self.secret_key,
            "SITE_NAME": self.site_name,
            "SITE_URL": self.site_url,
            "TRUSTED_HOSTS": self.hosts(),
            "MAX_CONTENT_LENGTH": self.max_body,
            "MAX_FORM_MEMORY_SIZE": self.max_body,
            "SESSION_COOKIE_NAME": "__Host-session" if self.environment == "production" else "session",
            "SESSION_COOKIE_PATH": "/",
            "SESSION_COOKIE_SECURE": self.environment == "production",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": timedelta(days=self.session_days),
            "SQLALCHEMY_DATABASE_URI": self.database_url or "postgresql+psycopg://",
            "SQLALCHEMY_ENGINE_OPTIONS": self.engine_options(),
            "REDIS_URL": self.redis_url,
            "RATELIMIT_STORAGE_URI": self.limiter_address(),
            "RATELIMIT_STORAGE_OPTIONS": (
                {"socket_timeout": 0.2, "socket_connect_timeout": 0.2} if self.redis_url else {}
            ),
            "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        }

    def engine_options(self) -> dict[str, Any]:
        """Options of the one engine; without a database, connecting says how to start one."""
        options: dict[str, Any] = {
            # Statements kept compiled; pages for all roles have more than the 500 of SQLAlchemy's own.
            "query_cache_size": 2000,
            # What people write, and their secrets, stay out of messages of failures.
            "hide_parameters": True,
            # PostgreSQL's own places for values ($1): with others, psycopg reads each statement again to find them.
            "paramstyle": "numeric_dollar",
            "connect_args": {"cursor_factory": RawCursor},
            "pool_pre_ping": True,
            "pool_size": self.database_pool,
            "max_overflow": self.database_pool,
            "pool_timeout": 5,
        }
        if not self.database_url:
            options["creator"] = self.refuse
        return options

    def limiter_address(self) -> str:
        """Where request counters live: the Redis server, or this process without one."""
        if self.redis_url.startswith("unix://"):
            return f"redis+{self.redis_url}"
        return self.redis_url or "memory://"

    def redis(self) -> str:
        """The Redis address, for those that cannot work without."""
        return self.redis_url or self.refuse()

    def refuse(self) -> NoReturn:
        """Say how to start what is missing."""
        raise ServicesMissing(
            f"No services are running for {self.data_dir}: start them with `make demo` or"
            " `make run`, or set DATABASE_URL and REDIS_URL."
        )


def read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Every setting by field name; raises `ConfigurationError` on a value that cannot be."""
    values = {}
    for known in fields(Settings):
        if known.default is not MISSING:
            continue
        name = known.metadata["name"]
        text = environ.get(name, "").strip() or known.metadata["default"]
        try:
            values[known.name] = known.metadata["parse"](text)
        except ValueError as problem:
            raise ConfigurationError(f"{name} must be {problem}, not “{text}”.") from None
    return values


def running_services(data_dir: Path) -> dict[str, str]:
    """Addresses that a running supervisor keeps in the data folder; empty when none runs."""
    try:
        with (data_dir / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return {}
    except BlockingIOError:
        pass
    except OSError:
        return {}
    try:
        return cast(dict[str, str], json.loads((data_dir / "services.json").read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def kept_secret(data_dir: Path) -> str:
    """The secret of this data folder, made at its first use."""
    path = data_dir / "secret-key"
    try:
        if not path.exists():
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = data_dir / f"secret-key.{os.getpid()}"
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48), "ascii")
            # Linking never replaces: of two processes that begin at once, one wins.
            with suppress(FileExistsError):
                path.hardlink_to(fresh)
            fresh.unlink()
        return path.read_text("ascii").strip()
    except OSError as problem:
        raise ConfigurationError(f"The data folder {data_dir} cannot be used: {problem.strerror}.") from None
