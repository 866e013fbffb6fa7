"""What a parity run says: a table, and every difference with its cause."""

import platform
from collections.abc import Iterable, Sequence

from tests.bench import report
from tests.parity.compare import PARTS, Reply, Turn
from tests.servers.rasa_venv import RASA

GOAL = 0.98
HEAD = """# Parity of the two engines

Made by `make parity`: the same sentences to the embedded engine and to real Rasa with the action
server, each behind a back end of its own, by `POST /api/chat`. Compared after every turn: intent,
messages (texts, cards, images), buttons, slots and the open form. Texts of one answer with several
variations count as one, ticket numbers as "T-#"; keys of once-only writes are left out. What a form took
for an answer has no intent that matters: compared is that both forms took it.
"""


def identical(turns: Sequence[Turn]) -> float:
    """Share of the turns with no difference at all."""
    return sum(not turn.differs for turn in turns) / len(turns)


def written(turns: Sequence[Turn], *, seed: int, minutes: float) -> str:
    groups = {
        "conversations of the bot's contract": [t for t in turns if t.talk.startswith("talk")],
        "random walks": [t for t in turns if t.talk.startswith("walk")],
        "all": list(turns),
    }
    rows = [_row(name, group) for name, group in groups.items() if group]
    verdict = report.verdict(identical(turns) >= GOAL)
    how = f"{RASA} on Python 3.10; seed {seed}; {platform.machine()}; {minutes:.0f} min with training."
    differing = [turn for turn in turns if turn.differs]
    listed = "\n".join(_listed(turn) for turn in differing) or "None."
    return "\n".join(
        [
            HEAD,
            how,
            "",
            report.table(("", "talks", "turns", "identical", *PARTS), rows),
            "",
            f"Goal: {GOAL:.0%} identical: {verdict}.",
            "",
            "## Differences",
            "",
            *(f"- {count} × {reason}" for reason, count in _causes(differing)),
            "",
            listed,
            "",
        ]
    )


def _row(name: str, turns: list[Turn]) -> tuple[object, ...]:
    same = [sum(part not in turn.differs for turn in turns) / len(turns) for part in PARTS]
    talks = len({turn.talk for turn in turns})
    return (name, talks, len(turns), f"{identical(turns):.1%}", *(f"{share:.1%}" for share in same))


def _causes(turns: Iterable[Turn]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for turn in turns:
        reason = turn.cause.partition(" (")[0]
        counts[reason] = counts.get(reason, 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])


def _listed(turn: Turn) -> str:
    sides = "\n".join(
        f"  - {name}: {_short(reply)}" for name, reply in (("embedded", turn.embedded), ("Rasa", turn.rasa))
    )
    known = "known" if turn.is_known else "unknown"
    head = f"- {turn.talk}, turn {turn.number} ({known}) «{turn.said[:80]}»"
    return f"{head}: {', '.join(turn.differs)}; {turn.cause}\n{sides}"


def _short(reply: Reply) -> str:
    texts = " | ".join(str(m.get("text") or "…")[:90].replace("\n", " ") for m in reply.messages)
    form = f" [{reply.understood.form}]" if reply.understood.form else ""
    return f"{reply.understood.intent}{form}: {texts}"
