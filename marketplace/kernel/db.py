"""The database session, the model base and the column vocabulary of every package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from psycopg import RawCursor, RawServerCursor
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    DateTime,
    Engine,
    Enum,
    Identity,
    MetaData,
    Numeric,
    Text,
    event,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry

from marketplace.kernel.locales import _l

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

pk = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]


class Base(DeclarativeBase):
    """Text without length, instants with zone, amounts to the cent, documents as JSONB.

    ``in_the_way`` names rows that keep what they refer to from being taken back; None where they are parts of it and go
    with it. With ``in_the_way_with`` they count only while a row of that table refers to them by that column.
    """

    in_the_way: ClassVar[Any] = _l("further work that refers to it")
    in_the_way_with: ClassVar[tuple[str, str] | None] = None

    registry = registry(
        metadata=MetaData(naming_convention=CONVENTION),
        type_annotation_map={
            str: Text,
            datetime: DateTime(timezone=True),
            Decimal: Numeric(14, 2),
            dict[str, Any]: JSONB,
            list[str]: JSONB,
        },
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

PREPARED = 500  # statements of which a connection keeps the plan; pages for all roles have several hundred


@event.listens_for(Engine, "connect")
def _make_ready(connection: Any, _record: Any) -> None:
    connection.prepared_max = PREPARED
    if connection.cursor_factory is RawCursor:  # the engine writes places as PostgreSQL does (``Settings``)
        connection.server_cursor_factory = RawServerCursor


def keep_plans(engine: Engine) -> None:
    """Let prepared statements outlive a rollback, after which psycopg forgets them all, and savepoints, which fill its
    list with names that never come again.

    It forgets because a rollback may take back a change of the schema. Only migrations make such changes, and they
    run in processes of their own; but every refused request and every refused row of an import ends in a rollback.

    This speaks to the server behind psycopg's back (``pgconn``), which no release promises to leave alone: its version
    is locked, and ``tests/kernel/test_db.py`` tells when an upgrade changes what it counts on.
    """
    dialect: Any = engine.dialect
    usual = dialect.do_rollback

    def roll_back(connection: Any) -> None:
        if connection.pgconn.transaction_status != TransactionStatus.IDLE and not _told(connection, b"ROLLBACK"):
            usual(connection)  # psycopg knows how to say what is wrong

    dialect.do_rollback = roll_back
    dialect.do_savepoint = _at_savepoint("SAVEPOINT", dialect.do_savepoint)
    dialect.do_release_savepoint = _at_savepoint("RELEASE SAVEPOINT", dialect.do_release_savepoint)
    dialect.do_rollback_to_savepoint = _at_savepoint("ROLLBACK TO SAVEPOINT", dialect.do_rollback_to_savepoint)


def _at_savepoint(command: str, usual: Callable[[Connection, str], None]) -> Callable[[Connection, str], None]:
    def send(connection: Connection, name: str) -> None:
        raw: Any = connection.connection
        begun = raw.pgconn.transaction_status != TransactionStatus.IDLE  # else psycopg begins the transaction
        if not (begun and _told(raw, f"{command} {name}".encode())):
            usual(connection, name)

    return send


def _told(connection: Any, command: bytes) -> bool:
    return bool(connection.pgconn.exec_(command).status == ExecStatus.COMMAND_OK)


if TYPE_CHECKING:

    class Model(Base):
        """Stands in for ``db.Model``, whose type checkers cannot see."""

        __abstract__ = True
else:
    Model = db.Model


def one_of(name: str, values: Mapping[str, Any] | tuple[str, ...]) -> Enum:
    """A text column that the database holds to ``values``; ``name`` is the column's."""
    return Enum(*values, name=name, native_enum=False, create_constraint=True, validate_strings=True, length=40)


def one_line(name: str) -> CheckConstraint:
    """Holds a column to one line, whatever wrote it; ``name`` is the column's."""
    return CheckConstraint(rf"{name} !~ '[\n\r\v\f\u0085\u2028\u2029]'", name=f"{name}_line")


class Versioned:
    """A row that counts its changes; a write over a version not seen fails with a conflict."""

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), onupdate=func.clock_timestamp())

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands over the class
        return {"version_id_col": cls.version, "eager_defaults": True}


class Stateful(Versioned):
    """A row with a state machine; ``state`` itself is declared by the model, moved by ``fire``."""

    state: Any
    machine: Any
    state_since: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    def state_at(self, _now: datetime) -> str:
        """The state that holds at an instant, for those that no clock moves."""
        found: str = self.state
        return found

    def shown_as(self, state: str) -> Any:
        """How a state reads."""
        return self.machine.states[state]


def touch(root: Versioned) -> None:
    """Bump the version of a root whose child row changed."""
    root.updated_at = func.clock_timestamp()


def bound_statements(engine: Engine, seconds: int) -> None:
    """End each statement that takes longer, and soon one whose process is gone."""

    @event.listens_for(engine, "connect")
    def bind(connection: Any, _record: Any) -> None:
        connection.execute(f"SET statement_timeout = '{seconds}s'")
        connection.execute("SET client_connection_check_interval = '2s'")
        connection.commit()


_after_commit: list[Callable[[set[str]], None]] = []


def after_commit(call: Callable[[set[str]], None]) -> None:
    """Register what follows each commit that left reactions, given their lanes; it must swallow its own errors."""
    if call not in _after_commit:
        _after_commit.append(call)


def commit() -> None:
    """Commit the unit of work, then nudge the workers if it recorded events.

    Only requests, jobs and commands call this; actions never do.
    """
    recorded = db.session.info.pop("recorded", None)
    db.session.commit()
    if recorded:
        for call in _after_commit:
            call(recorded)


def rollback() -> None:
    """Give up the unit of work."""
    db.session.info.pop("recorded", None)
    db.session.rollback()
