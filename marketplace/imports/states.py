"""An import's way from a file to rows: read, matched, tried out, taken, and taken back as a whole."""

from __future__ import annotations

from marketplace.kernel import turns
from marketplace.kernel.audiences import OWN, Audience
from marketplace.kernel.locales import _l
from marketplace.kernel.mail_kinds import MailKind
from marketplace.kernel.turns import Turn
from marketplace.kernel.words import Words
from marketplace.kernel.workflow import Machine, State, Step

MailKind(
    "imports",
    90,
    _l("Your imports"),
    _l("That a file of yours is imported, was stopped by somebody else, or cannot be read."),
    ("import",),
)

# Who sent the file, and nobody else: what an import brings is told by its own steps, or by none.
STARTER = Audience(("starter",))
_SHOWN = "the page of the import shows it, and the list of imports counts it"
STARTS = Turn(STARTER, _l("Who started it"))


TAKEN = ("done", "stopped")

IMPORT = Machine(
    subject="import",
    initial="reading",
    states={
        "reading": State("moving", _l("Being read"), _l("Being read"), turns.CLOCK),
        "unreadable": State("stopped", _l("Cannot be read"), _l("Cannot be read"), turns.NOBODY),
        "mapping": State("waiting", _l("Columns to match"), _l("Columns to match"), STARTS),
        "checking": State("moving", _l("Being tried out"), _l("Being tried out"), turns.CLOCK),
        "checked": State("waiting", _l("Tried out, nothing imported yet"), _l("To look over"), STARTS),
        "running": State("moving", _l("Being imported"), _l("Being imported"), turns.CLOCK),
        "done": State("done", _l("Imported"), _l("Imported"), turns.NOBODY),
        "stopped": State("stopped", _l("Stopped before its end"), _l("Stopped before its end"), turns.NOBODY),
        "undone": State("quiet", _l("Undone"), _l("Undone"), turns.NOBODY),
        "discarded": State("quiet", _l("Discarded"), _l("Discarded"), turns.NOBODY),
    },
    steps=(
        Step(
            "import.read", ("reading",), "mapping", _l("Read"), _l("read the file"),
            silent=_SHOWN,
        ),
        Step("import.give_up", ("reading",), "unreadable", _l("Give up"), _l("could not read the file"), tells=STARTER),
        Step(
            "import.check", ("mapping", "checked"), "checking", _l("Try the whole file out"),
            _l("matched the columns and had the file tried out"), silent=OWN,
        ),
        Step(
            "import.report", ("checking",), "checked", _l("Report"), _l("tried the file out"),
            silent=_SHOWN,
        ),
        Step("import.start", ("checked",), "running", _l("Import"), _l("started the import"), silent=OWN),
        Step(
            "import.stop", ("running",), "stopped", _l("Stop here"), _l("stopped the import before its end"),
            tells=STARTER,
        ),
        Step("import.finish", ("running",), "done", _l("Finish"), _l("finished the import"), tells=STARTER),
        Step(
            "import.undo", TAKEN, "undone", _l("Undo the whole import"), _l("undid the whole import"),
            silent="nothing depended on it",
        ),
        Step(
            "import.discard", ("reading", "unreadable", "mapping", "checking", "checked"), "discarded", _l("Discard"),
            _l("discarded the file unimported"), silent=OWN,
        ),
    ),
)  # fmt: skip

Words("import.upload", _l("sent a file to import"), silent=OWN)

# Where the worker is at it.
WORKING = IMPORT.named("working", "reading", "checking", "running")
# Where a person has to go on.
WAITING = IMPORT.named("waiting", "mapping", "checked")
# Where rows were taken and still stand.
IMPORT.named("taken", *TAKEN)
# Where rows are being taken, or were.
STARTED = IMPORT.named("started", "running", *TAKEN)
UNMATCHED = IMPORT.named("unmatched", "reading", "unreadable")
IMPORT.named("counted", *STARTED, "undone")
IMPORT.named("withdrawn", "undone", "discarded")
