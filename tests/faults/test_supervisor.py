"""Whatever ends, nothing is left running; what was stored is kept."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from deploy.processes import children_of
from tests.faults.harness import Demo, command_of, descendants, eventually, living

pytestmark = pytest.mark.faults

Choice = Callable[[Demo], int]


def below(part: str) -> Choice:
    """Choose a child of the supervisor by a part of its command line."""
    return lambda demo: next(pid for pid in children_of(supervisor(demo)) if part in command_of(pid))


def second(part: str) -> Choice:
    """Choose a grandchild: the first child of such a child."""

    def choose(demo: Demo) -> int:
        parent = below(part)(demo)
        eventually(lambda: descendants(parent))
        return descendants(parent)[0]

    return choose


def supervisor(demo: Demo) -> int:
    """The process that make became the parent of."""
    return children_of(demo.pid)[0]


VICTIMS: dict[str, Choice] = {
    "make": lambda demo: demo.pid,
    "supervisor": supervisor,
    "postgres": below("postgres"),
    "a part of postgres": second("postgres"),
    "valkey": below("valkey"),
    "gunicorn": below("gunicorn"),
    "a worker of gunicorn": second("gunicorn"),
    "worker": below("deploy.work"),
}
SENTENCES = {
    "postgres": "The database ended unexpectedly (SIGKILL), so everything was stopped.",
    "valkey": "The queue's store ended unexpectedly (SIGKILL), so everything was stopped.",
    "gunicorn": "The web server ended unexpectedly (SIGKILL), so everything was stopped.",
    "worker": "The worker ended unexpectedly (SIGKILL), so everything was stopped.",
}


def ask_database(demo: Demo, statement: str) -> list[tuple[object, ...]]:
    """Run a statement in the demo's database."""
    with psycopg.connect(host=str(demo.folder / "run"), user="tangent", dbname="tangent") as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_second_start_keeps_the_data_and_loads_nothing_anew(running: Demo) -> None:
    loaded = ask_database(running, "SELECT count(*), max(id) FROM events")
    ask_database(running, "CREATE TABLE kept AS SELECT 7 AS number")
    running.interrupt()
    running.wait()

    running.start()

    assert ask_database(running, "SELECT number FROM kept") == [(7,)]
    assert ask_database(running, "SELECT count(*), max(id) FROM events") == loaded
    for account in ("network", "staff", "company", "startup", "evaluator"):
        assert f"{account}@demo.example" in running.output


@pytest.mark.parametrize("victim", VICTIMS)
def test_killing_any_process_leaves_nothing_running(running: Demo, victim: str) -> None:
    everything = running.everything()

    os.kill(VICTIMS[victim](running), signal.SIGKILL)

    eventually(lambda: running.ended() and not living(everything), 15, lambda: living(everything))
    assert SENTENCES.get(victim, "") in running.output


def test_part_of_the_worker_that_is_killed_begins_anew_and_the_rest_runs_on(running: Demo) -> None:
    worker = below("deploy.work")(running)
    eventually(lambda: len(children_of(worker)) == 2)
    before = children_of(worker)

    os.kill(before[0], signal.SIGKILL)

    eventually(lambda: len(set(children_of(worker)) - set(before)) == 1, 15, lambda: children_of(worker))
    assert not running.ended()


def test_start_after_everything_was_killed_at_once_keeps_the_data(running: Demo) -> None:
    ask_database(running, "CREATE TABLE survivor AS SELECT 8 AS number")
    running.kill_all()

    running.start()

    assert ask_database(running, "SELECT number FROM survivor") == [(8,)]


def test_server_listens_on_loopback_only(running: Demo) -> None:
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    hosts = {fields[1].split(":")[0] for fields in listening if int(fields[1].split(":")[1], 16) == running.port}

    assert hosts >= {"0100007F"}
    assert "00000000" not in hosts


def test_another_start_on_the_same_data_is_refused(running: Demo) -> None:
    another = Demo(running.folder.parent / "link")
    another.folder.symlink_to(running.folder)

    said = another.refusal()

    assert said.startswith("Another server (process ")
    assert said.endswith("stop it, or name another folder with DATA_DIR=.")
    assert running.healthy()


def test_ctrl_c_stops_all(running: Demo) -> None:
    everything = running.everything()

    running.interrupt()
    running.wait()

    eventually(lambda: not living(everything), 5, lambda: living(everything))
    assert "unexpectedly" not in running.output
    assert "Traceback" not in running.output


def test_ctrl_c_while_starting_stops_all(demo: Demo) -> None:
    demo.begin()
    eventually(lambda: "Starting the database" in demo.output, 60, lambda: demo.output)
    everything = demo.everything()

    demo.interrupt()
    demo.wait()

    eventually(lambda: not living(everything), 5, lambda: living(everything))
    assert "Traceback" not in demo.output


def test_developing_reloads_and_ends_with_make(demo: Demo) -> None:
    developing = Demo(demo.folder, target="run")
    try:
        developing.start()
        everything = developing.everything()

        os.kill(developing.pid, signal.SIGKILL)

        eventually(lambda: developing.ended() and not living(everything), 15, lambda: living(everything))
    finally:
        developing.clean()
