"""Makes docs/images anew, from a server with invented talk: `python -m tests.e2e.make_images [FOLDER]`.

Needs Chromium, and ImageMagick (Debian: imagemagick), which makes palettes of the pictures' colours.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

from tests.e2e.chat_page import ChatPage
from tests.servers.processes import free_port, running

ROOT = Path(__file__).parents[2]
MAX_BYTES = 120_000
PASSWORD = "Clave-segura-42"
STAFF, NAME = "luz.jimenez@ejemplo.edu.co", "Luz Jiménez"
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 720}
UNKNOWN = {
    "cuándo reparten los uniformes de dotación": 6,
    "no me deja subir la evidencia al territorio": 4,
    "el aula virtual me saca a cada rato": 3,
    "se puede cambiar de jornada a mitad de trimestre": 2,
}
ASKED = (
    "quiero hablar con una persona",
    "sí",
    "Camila Rojas",
    "camila.rojas@ejemplo.edu.co",
    "omitir",
    "Desde ayer no puedo entrar al aula: la página queda en blanco.",
    "omitir",
    "sí",
)


def prepare() -> None:
    """A trained bot, two months of invented talk, somebody of the team, and messages to look at."""
    django.setup()
    call_command("bootstrap")
    call_command("seed_demo", "--chats", "--password", PASSWORD)

    from apps.accounts.models import User
    from apps.helpdesk.models import BusinessHours, Ticket
    from apps.intents.models import ReviewMark
    from apps.intents.services.review.collecting import collect_reviews
    from tests.intents.review_inbox import said

    luz = User.objects.create_superuser(STAFF, PASSWORD, nombre=NAME)
    Ticket.objects.filter(status="open").update(assignee=luz)
    for day in range(7):  # somebody is there whenever the images are made
        BusinessHours.objects.get_or_create(weekday=day, opens=time(0), closes=time(23, 59))
    now = timezone.now()  # the inbox begins here: invented babble is nothing to look at
    ReviewMark.objects.create(name="turns", at=now - timedelta(minutes=2))
    ReviewMark.objects.create(name="ratings", at=now + timedelta(hours=1))
    for text, count in UNKNOWN.items():
        for number in range(count):
            said(text, seconds_ago=90 + number, sender_id=f"web-{number}")
    collect_reviews()
    call_command("recompute_stats")


class Camera:
    def __init__(self, folder: Path, browser: Any, url: str) -> None:
        self.folder, self.browser, self.url = folder, browser, url

    def page(self, size: dict[str, int], **more: Any) -> Any:
        context = self.browser.new_context(
            base_url=self.url, viewport=size, locale="es-CO", timezone_id="America/Bogota", **more
        )
        return context.new_page()

    def shoot(self, page: Any, name: str) -> None:
        path = self.folder / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        subprocess.run(["convert", path, "+dither", "-colors", "160", f"png8:{path}"], check=True)
        size = path.stat().st_size
        print(f"{path}: {size // 1000} kB")
        if size > MAX_BYTES:
            sys.exit(f"{path} is larger than {MAX_BYTES // 1000} kB.")

    def log_in(self) -> Any:
        page = self.page(DESK)
        page.goto("/admin/")
        page.locator("#id_username").fill(STAFF)
        page.locator("#id_password").fill(PASSWORD)
        page.locator("[type=submit]").click()
        expect(page.locator("#user-tools")).to_be_visible()
        return page


def scroll(page: Any, selector: str) -> None:
    page.locator(selector).first.evaluate("node => node.scrollIntoView({block: 'start'})")


def ask(chat: ChatPage, text: str) -> None:
    answered = chat.bot_bubbles.count()
    chat.type(text)
    expect(chat.bot_bubbles.nth(answered)).to_be_visible()


def students(camera: Camera) -> None:
    for name, scheme, question in (
        ("chat", "light", "¿Qué puedes hacer?"),
        ("chat-dark", "dark", "La plataforma no me funciona"),
    ):
        page = camera.page(PHONE, color_scheme=scheme, device_scale_factor=1.5)
        ask(ChatPage(page).open(), question)
        camera.shoot(page, name)
    page = camera.page({"width": 1120, "height": 660})
    page.goto("/demo/widget")
    page.locator("button.bubble").click()
    chat = ChatPage(page, page.frame_locator("iframe"))
    expect(chat.state("En línea")).to_be_visible()
    ask(chat, "¿Qué horario tiene mi centro?")
    camera.shoot(page, "widget")


def case(camera: Camera, desk: Any) -> None:
    """A student asks for a person and is answered."""
    chat = ChatPage(camera.page(PHONE)).open()
    for text in ASKED:
        ask(chat, text)
    expect(chat.state("Esperando a una persona")).to_be_visible()
    desk.goto("/admin/helpdesk/ticket/")
    desk.locator("#result_list").get_by_role("link", name="T-").first.click()
    desk.get_by_role("button", name="Tomar").click()
    desk.locator("#reply-text").fill("Hola, Camila. ¿Qué navegador usas?")
    desk.locator("#reply-text").press("Control+Enter")
    expect(desk.locator(".is-person .talk-bubble")).to_be_visible()
    chat.type("Chrome, en el celular")
    expect(desk.locator(".is-persons .talk-said").last).to_contain_text("Chrome")
    desk.reload()
    scroll(desk, "#conversation")
    camera.shoot(desk, "case")


def staff(camera: Camera) -> None:
    desk = camera.log_in()
    expect(desk.locator("canvas").first).to_be_visible()
    camera.shoot(desk, "dashboard")
    desk.goto("/admin/intents/reviewgroup/")
    desk.locator("#toggle-nav-sidebar").click()
    desk.locator("#nav-sidebar").wait_for(state="hidden")
    camera.shoot(desk, "review")
    desk.goto("/admin/intents/intent/?q=problema_acceso")
    desk.locator("#result_list tbody th a").first.click()
    expect(desk.locator(".intent-preview .bubble").first).to_be_visible()
    scroll(desk, ".intent-sides")
    camera.shoot(desk, "intent")
    desk.goto("/admin/intents/modelversion/")
    desk.locator("#result_list tbody a").first.click()
    expect(desk.locator("canvas").first).to_be_visible()
    camera.shoot(desk, "model")
    case(camera, desk)


def make(folder: Path, parts: tuple[Callable[[Camera], None], ...] = (students, staff)) -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        mode = {"APP_ENV": "dev", "DEBUG": "true", "LOG_LEVEL": "WARNING", "NLU_CLASSIFIER": "linear"}
        os.environ.update(mode, DATA_DIR=data, PORT=str(port), DJANGO_SETTINGS_MODULE="tutorbot.settings")
        prepare()
        server = [sys.executable, "-m", "gunicorn", "-c", "tutorbot/gunicorn.py", "tutorbot.wsgi"]
        with running(server, port, cwd=ROOT), sync_playwright() as playwright:
            program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            for part in parts:
                part(Camera(folder, browser, f"http://127.0.0.1:{port}"))
            browser.close()


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
