"""Files that staff bring, and what became of each of their rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.imports.states import IMPORT
from marketplace.kernel.db import Model, Stateful, one_of, pk
from marketplace.network.models import Call, Centre, Programme
from marketplace.people.models import User

SUBJECTS = ("challenges", "calls")
FORMATS = ("csv", "xlsx", "jsonl")
VERDICTS = ("added", "changed", "unchanged", "refused")
PIECE = 1_000_000  # bytes of a file in one row


class Import(Stateful, Model):
    """A file and what is made of it: reference records, candidates of ``call``, or draft calls of ``programme``.

    ``headers`` are the file's columns; ``mapping`` gives each field its column (``{"column": 3}``) or one value for
    all rows (``{"constant": "en"}``). ``hidden_count`` are rows that a workbook does not show, which are left out.
    ``problem`` says why the file could not be read. Figures are counted from the rows. File and cells are forgotten at
    ``kept_until``; what is needed to undo stays.
    """

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("call_id IS NULL OR subject = 'challenges'", name="call"),
        CheckConstraint("programme_id IS NULL OR subject = 'calls'", name="programme"),
        Index(None, "centre_id", "id"),
        Index(None, "centre_id", "headers_mark"),
    )
    machine = IMPORT

    id: Mapped[pk]
    state: Mapped[str] = mapped_column(one_of("state", tuple(IMPORT.states)), default=IMPORT.initial)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    started_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    subject: Mapped[str] = mapped_column(one_of("subject", SUBJECTS))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programmes.id"))
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

    centre: Mapped[Centre] = relationship()
    started_by: Mapped[User] = relationship()
    call: Mapped[Call | None] = relationship()
    programme: Mapped[Programme | None] = relationship()

    @property
    def is_reference(self) -> bool:
        """Whether its rows become reference records, not things of a call or programme."""
        return self.call_id is None and self.programme_id is None

    @property
    def kind(self) -> str:
        """What its rows become: reference_challenges, candidates, reference_calls or draft_calls."""
        if self.subject == "calls":
            return "reference_calls" if self.programme_id is None else "draft_calls"
        return "reference_challenges" if self.call_id is None else "candidates"


class ImportPiece(Model):
    """A part of the file as it was sent, so that every process can read it."""

    __tablename__ = "import_pieces"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(Model):
    """A row of the file. ``verdict`` is what the trial found, ``outcome`` what the import did.

    ``reasons`` name what is wrong, by code, field and column. ``subject_id`` is the row's challenge or call and
    ``subject_version`` its version as the import left it; ``before`` holds the earlier values of a changed one,
    ``made`` what was made beside it: ``{"organisation": id, "call": id}``.
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
