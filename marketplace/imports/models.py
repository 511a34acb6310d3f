"""Files that are brought, and what became of each of their rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.imports import kinds
from marketplace.imports.states import IMPORT
from marketplace.kernel.db import Model, Stateful, db, one_of, pk

FORMATS = ("csv", "xlsx", "jsonl")
VERDICTS = ("added", "changed", "unchanged", "refused")
PIECE_BYTES = 1_000_000  # of a file in one row


class Import(Stateful, Model):
    """A file and what is made of it, by its ``kind``; ``target_id`` is what the rows go into, where it has one.

    One without a centre came by the command line. ``headers`` are the file's columns; ``mapping`` gives each field its
    column (``{"column": 3}``) or one value for all rows (``{"constant": "en"}``). ``hidden_count`` are rows that a
    workbook does not show, which are left out. ``problem`` says why the file could not be read. Figures are counted
    from the rows. File and cells are forgotten at ``kept_until``; what is needed to undo stays.
    """

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("(centre_id IS NULL) = (started_by_id IS NULL)", name="centre"),
        Index(None, "centre_id", "id"),
        Index(None, "centre_id", "headers_mark"),
        Index(None, "target_id"),
    )
    machine = IMPORT

    id: Mapped[pk]
    state: Mapped[str] = mapped_column(one_of("state", tuple(IMPORT.states)), default=IMPORT.initial)
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centres.id"))
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str]
    target_id: Mapped[int | None] = mapped_column(BigInteger)
    file_name: Mapped[str]
    size: Mapped[int]
    format: Mapped[str] = mapped_column(one_of("format", FORMATS))
    encoding: Mapped[str | None]
    delimiter: Mapped[str | None]
    headers: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"), default=list)
    headers_mark: Mapped[str | None]
    mapping: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    problem: Mapped[dict[str, Any] | None]
    row_count: Mapped[int] = mapped_column(default=0, server_default="0")
    hidden_count: Mapped[int] = mapped_column(default=0, server_default="0")
    kept_until: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]

    centre: Mapped[Any] = relationship("Centre")
    started_by: Mapped[Any] = relationship("User")

    @property
    def becomes(self) -> kinds.Kind:
        """What its rows become."""
        return kinds.KINDS[self.kind]

    @property
    def target(self) -> Any:
        """What its rows go into; None where they stand for themselves."""
        target = self.becomes.target
        return None if target is None or self.target_id is None else db.session.get(target.model, self.target_id)

    @property
    def time_zone(self) -> str:
        """Where its days are reckoned: at its centre."""
        return str(self.centre.time_zone) if self.centre is not None else "UTC"


class ImportPiece(Model):
    """A part of the file as it was sent, so that every process can read it."""

    __tablename__ = "import_pieces"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(Model):
    """A row of the file. ``verdict`` is what the trial found, ``outcome`` what the import did.

    ``reasons`` name what is wrong, by code, field and column. ``subject_id`` is the thing the row became and
    ``subject_version`` its version as the import left it; ``before`` holds the earlier values of a changed one,
    ``made`` what was made beside it, by the names of its kind: ``{"organisation": id}``.
    """

    __tablename__ = "import_rows"
    __table_args__ = (
        Index(None, "import_id", "verdict"),
        Index(None, "import_id", "outcome"),
        Index(None, "import_id", "key"),
        Index("ix_import_rows_subject", "subject_id", postgresql_where=text("subject_id IS NOT NULL")),
    )

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int]
    cells: Mapped[list[Any] | None] = mapped_column(JSONB)
    key: Mapped[str | None]
    verdict: Mapped[str | None] = mapped_column(one_of("verdict", VERDICTS))
    outcome: Mapped[str | None] = mapped_column(one_of("outcome", VERDICTS))
    reasons: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"), default=list)
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    subject_version: Mapped[int | None]
    before: Mapped[dict[str, Any] | None]
    made: Mapped[dict[str, Any] | None]
