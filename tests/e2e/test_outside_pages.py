"""Deliveries, self-tests and recordings in Django admin: on a small desk and on a phone."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.chat.models import Recording
from apps.helpdesk.models import Delivery
from apps.helpdesk.models.tickets import Source
from apps.helpdesk.services.deliveries import TRIED_FOR
from apps.helpdesk.services.tickets import open_ticket
from apps.ops.models import SelfTestRun
from tests.helpdesk.conftest import ASKED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = [(1280, 800), (360, 740)]


def delivered(state: str, word: str, status: int | None) -> Delivery:
    ticket = open_ticket(data={**ASKED, "subject": f"No puedo entrar ({state})"}, source=Source.PERSON)
    return Delivery.objects.create(
        ticket=ticket,
        state=state,
        attempts=3,
        last_error=word,
        last_status=status,
        give_up_at=timezone.now() + TRIED_FOR,
    )


@pytest.mark.timeout(300)
def test_the_pages_fit_and_a_self_test_is_asked_for_by_a_click(signed_in: Any, env: Any) -> None:
    page = signed_in
    env(HELPDESK_KIND="zammad", HELPDESK_WEBHOOK="http://127.0.0.1:9/casos")
    Delivery.objects.all().delete()
    empty = [reverse(f"admin:{name}_changelist") for name in ("helpdesk_delivery", "ops_selftestrun")]
    looked_at(page, *empty, suffix="empty")
    env(HELPDESK_KIND="internal")
    rows = [
        delivered("delivered", "", 200),
        delivered("waiting", "timeout", None),
        delivered("dead", "refused", 401),
    ]
    env(HELPDESK_KIND="zammad", HELPDESK_WEBHOOK="http://127.0.0.1:9/casos")
    kept = Recording.objects.create(
        sender_id="web-1", file="no.webm", mime="audio/webm", size_bytes=20_480, lang="es", transcript="hola"
    )
    page.goto(reverse("admin:ops_selftestrun_changelist"))
    page.click("text=Probar ahora")
    page.wait_for_selector(".test-steps tbody tr:nth-child(9)")
    run = SelfTestRun.objects.get()
    looked_at(
        page,
        *empty,
        reverse("admin:helpdesk_ticket_changelist"),
        reverse("admin:helpdesk_delivery_change", args=[rows[2].pk]),
        reverse("admin:helpdesk_delivery_resend", args=[rows[2].pk]),
        reverse("admin:ops_selftestrun_change", args=[run.pk]),
        reverse("admin:chat_recording_change", args=[kept.pk]),
    )


def looked_at(page: Any, *addresses: str, suffix: str = "") -> None:
    """SCREENSHOTS=folder keeps pictures."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for address in addresses:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
            if folder := os.environ.get("SCREENSHOTS"):
                name = "-".join([*address.strip("/").split("/")[1:], suffix, str(width)])
                page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)
