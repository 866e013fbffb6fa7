"""500 students behind one address and a flooder, at one process on SQLite and at three behind nginx."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from tests.bench import servers
from tests.bench.crowd import Crowd, measure
from tests.scale.cluster import running_cluster

STUDENTS, SECONDS, EVERY = 500, 60.0, 10.0


def one_process() -> str:
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.tutorbot(Path(folder), workers=1, threads=16, RATE_LIMIT_ENABLED="true") as ours,
    ):
        shown = measure(Crowd(f"http://127.0.0.1:{ours.port}", STUDENTS, SECONDS, EVERY))
        memory = ", ".join(f"{one:.0f}" for one in ours.worker_megabytes())
        disk = _kilobytes_a_turn(Path(folder) / "tutorbot.sqlite3")
    return (
        f"#### One process x 16 threads, SQLite\n\n{shown}\n\n{memory} MB; {disk:.1f} kB of database a turn"
    )


def _kilobytes_a_turn(database: Path) -> float:
    """What the table of turns and its indexes hold, by the count of SQLite's own pages."""
    with closing(sqlite3.connect(database)) as rows:
        [turns] = rows.execute("SELECT count(*) FROM logs_chatturn").fetchone()
        [used] = rows.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%chatturn%'").fetchone()
    return float(used / turns / 1024)


def three_processes() -> str:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_cluster(Path(folder), RATE_LIMIT_WINDOW_SEC="60") as cluster,
    ):
        shown = measure(Crowd(cluster.url, STUDENTS, SECONDS, EVERY))
    return f"#### Three processes x 8 threads, PostgreSQL, Redis, nginx\n\n{shown}"


def main() -> str:
    title = f"### {STUDENTS} students behind one address, a message each {EVERY:.0f} s, and a flooder"
    return "\n\n".join([title, one_process(), three_processes()])


if __name__ == "__main__":
    print(main())
