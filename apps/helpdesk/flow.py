"""How a ticket may go from one status to another: the only place that says it."""

from collections.abc import Mapping

from apps.helpdesk.models import Status

TRANSITIONS: Mapping[str, tuple[Status, ...]] = {
    Status.OPEN: (Status.PENDING, Status.SOLVED, Status.CLOSED),
    Status.PENDING: (Status.OPEN, Status.SOLVED, Status.CLOSED),
    Status.SOLVED: (Status.OPEN, Status.CLOSED),
    Status.CLOSED: (Status.OPEN,),
}
"""What staff may do. The requester does nothing here but write (below)."""
REOPENED_BY_REQUESTER: Mapping[str, Status] = {Status.PENDING: Status.OPEN, Status.SOLVED: Status.OPEN}
"""What a comment of the requester makes of a ticket; a closed one takes none."""
DONE = (Status.SOLVED, Status.CLOSED)


def may_become(status: str, wanted: str) -> bool:
    return status == wanted or wanted in TRANSITIONS[status]
