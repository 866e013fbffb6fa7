"""Everything that is kept of one person: counted, erased, exported. A row says that it was done."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from apps.accounts.models import User, normalise_email
from apps.core import audit
from apps.core.errors import Invalid
from apps.core.jobs import job
from apps.core.personal_data import Counts, Person, found_by_all, parts
from apps.logs.keeping import PersonalDataRequest, State
from apps.logs.personal_turns import DEFAULT_SENDER, turns_of
from apps.logs.search_index import forget_deleted_words

log = structlog.get_logger("tutorbot.privacy")
Kind, By = PersonalDataRequest.Kind, PersonalDataRequest.By
Tell = Callable[[str, Counts], None]
MAX_OTHERS = 20
SHAPE = "tutorbot-person-1"


def silent(part: str, counts: Counts) -> None:
    pass


def find_person(*, email: str = "", sender: str = "") -> Person:
    """By an e-mail or by a sender of the chat. Raises Invalid (fields email, sender)."""
    email, sender = normalise_email(email), sender.strip()
    if bool(email) == bool(sender):
        raise Invalid.field("email", _("Escribe un correo o un remitente, uno de los dos."), "required")
    if email and "@" not in email:
        raise Invalid.field("email", _("Escribe un correo completo."), "invalid")
    if sender == DEFAULT_SENDER:
        text = _("«%(sender)s» son todos los que escriben sin remitente: no es una persona.")
        raise Invalid.field("sender", text % {"sender": sender}, "nobody")
    return found_by_all(Person(email=email, senders=frozenset([sender] if sender else [])))


def counts_of(person: Person, *, with_account: bool) -> list[tuple[str, Any, int]]:
    """Name, label and number of each kind that there is something of."""
    found = ((part, part.count(person)) for part in parts(with_account=with_account))
    return [(part.name, part.label, count) for part, count in found if count]


def others_naming(person: Person) -> list[str]:
    """Conversations in which their e-mail was written, by whom nobody knows: theirs is only that message."""
    if not person.email:
        return []
    rows = turns_of(person).exclude(sender_id__in=[*person.senders, DEFAULT_SENDER])
    return sorted(set(rows.values_list("sender_id", flat=True)[: MAX_OTHERS * 10]))[:MAX_OTHERS]


def fingerprint(*, by: str, value: str) -> str:
    """Keyed: of the receipts alone nobody finds out whose they are."""
    mac = salted_hmac("tutorbot.personal_data", f"{by}:{value}", algorithm="sha256")
    return str(mac.hexdigest())


def begin(
    kind: str, *, email: str = "", sender: str = "", with_account: bool = False, asked_by: User | None = None
) -> PersonalDataRequest:
    """The receipt, before anything is done. Raises Invalid, and Conflict for the last administrator."""
    person = find_person(email=email, sender=sender)
    if kind == Kind.ERASE:
        for part in parts(with_account=with_account):
            part.check(person)
    by = By.EMAIL if person.email else By.SENDER
    return PersonalDataRequest.objects.create(
        kind=kind,
        by=by,
        fingerprint=fingerprint(by=by, value=person.email or sender.strip()),
        with_account=with_account,
        asked_by=asked_by,
    )


def erase_person(
    receipt: PersonalDataRequest, *, email: str = "", sender: str = "", tell: Tell = silent
) -> PersonalDataRequest:
    """Part by part, each step in a transaction of its own; cut short, it is simply done again."""
    done = Counter[str]()
    _keep(receipt, state=State.RUNNING)
    try:
        person = find_person(email=email, sender=sender)
        for part in parts(with_account=receipt.with_account):
            for counts in part.erase(person):
                done.update(counts)
                _keep(receipt, counts=dict(done))
                tell(part.name, dict(done))
        forget_deleted_words()
    except BaseException:
        _keep(receipt, state=State.FAILED, counts=dict(done), ended_at=timezone.now())
        raise
    _keep(receipt, state=State.DONE, counts={k: n for k, n in done.items() if n}, ended_at=timezone.now())
    log.info("person_erased", receipt=str(receipt.pk), **receipt.counts)
    return receipt


def export_person(*, email: str = "", sender: str = "", asked_by: User | None = None) -> dict[str, Any]:
    """Everything, as docs/privacy.md describes it; and a receipt of it. Raises Invalid."""
    receipt = begin(Kind.EXPORT, email=email, sender=sender, asked_by=asked_by)
    person = find_person(email=email, sender=sender)
    found = {part.name: part.export(person) for part in parts()}
    counts = {name: len(rows) for name, rows in found.items() if rows}
    _keep(receipt, state=State.DONE, counts=counts, ended_at=timezone.now())
    audit.note(receipt, {"export": ("", counts)}, action=audit.ACCESS)
    return {
        "format": SHAPE,
        "generated_at": timezone.localtime(),
        "receipt": str(receipt.pk),
        "person": {"email": person.email or None, "senders": sorted(person.senders)},
        "data": found,
    }


def as_json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def receipt_of(row: PersonalDataRequest) -> dict[str, Any]:
    """What may be given to the person, and shown to whoever checks."""
    return {
        "receipt": str(row.pk),
        "kind": row.kind,
        "by": row.by,
        "fingerprint": row.fingerprint,
        "with_account": row.with_account,
        "state": row.state,
        "counts": row.counts,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }


@job(retries=2, delay=60, backoff=5)
def erase_data(receipt: str, email: str, sender: str) -> None:
    row = PersonalDataRequest.objects.filter(pk=receipt).exclude(state=State.DONE).first()
    if row is not None:
        erase_person(row, email=email, sender=sender)


def _keep(receipt: PersonalDataRequest, **values: Any) -> None:
    for name, value in values.items():
        setattr(receipt, name, value)
    receipt.save(update_fields=list(values))
