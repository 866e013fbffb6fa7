"""What bench_privacy measures, in a process of its own: prints one line of JSON."""

import json
import sys
import time
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from apps.core import audit, retention  # noqa: E402
from apps.intents.knowledge import IntentData  # noqa: E402
from apps.intents.services.intents import change_intent, create_intent  # noqa: E402
from apps.logs import erasure, purging  # noqa: E402
from apps.logs.models import AuditEntry, ChatTurn  # noqa: E402

EXAMPLES = 2_000


def turns(count: int) -> None:
    now = timezone.now()
    for start in range(0, count, 10_000):
        ChatTurn.objects.bulk_create(
            [
                ChatTurn(
                    timestamp=(at := now - timedelta(days=400, seconds=n)),
                    day=at.date(),
                    request_id=f"r-{n}",
                    sender_id=f"s-{n % 50_000}",
                    user_message=f"cómo me inscribo en el curso número {n}",
                    bot_response=["Entra en la página y elige tu sede.", "¿Algo más?"],
                    engine="embedded",
                    metadata={"url": "https://ejemplo.edu.co/curso"},
                )
                for n in range(start, min(start + 10_000, count))
            ],
            batch_size=500,
        )


def measured(work: Any) -> dict[str, float]:
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}


def main(count: int) -> dict[str, Any]:
    turns(count)
    intent = create_intent(data=IntentData("grande", ("algo",)))
    texts = [f"una pregunta distinta con el número {n}" for n in range(EXAMPLES)]
    told = measured(lambda: change_intent(intent=intent, examples=texts))
    change_intent(intent=intent, examples=["algo"])
    with audit.silence():
        AuditEntry._base_manager.all().delete()
    person = erasure.find_person(email="nadie@ejemplo.edu.co")
    search = measured(lambda: erasure.counts_of(person, with_account=True))
    kind = retention.kind_named("turns")
    purge = measured(lambda: purging.purge(kind, before=timezone.now()))
    return {
        "rows": count,
        "examples": told,
        "search": search,
        "purge": purge,
        "left": ChatTurn.objects.count(),
    }


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps(main(int(sys.argv[1]))))
