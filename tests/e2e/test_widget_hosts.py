"""The widget on a site of another origin: who may show the chat, who is heard, and the login's hand-over."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from apps.accounts.models import Certificate, StudentRecord, User
from apps.accounts.services.tokens import issue_access_token
from tests.e2e.chat_page import ChatPage
from tests.e2e.host_site import HostSite, allow_frames, loader, open_host

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUESTION = "quiero ver mis certificados"
ASKS_LOGIN = "necesito"
NOTE = "Iniciamos tu sesión, respondemos tu pregunta…"
AGAIN = "No pudimos verificar tu sesión."


@pytest.fixture
def page(foreign_page: Any) -> Any:
    return foreign_page


def test_listed_hosts_show_the_chat_and_others_do_not(page: Any, site: HostSite, live_server: Any) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for host in ("127.0.0.1", "campus.localhost"):
        open_host(page, site, live_server, host=host)
    assert said == []
    page.goto(f"{site.at('localhost')}/curso")
    with pytest.raises(AssertionError):
        expect(page.frame_locator("iframe").locator("#message")).to_be_visible(timeout=1000)
    assert page.frames[1].url.startswith("chrome-error://")
    assert any("frame-ancestors" in line for line in said)


def test_a_host_that_is_not_listed_neither_gives_a_token_nor_hears_anything(
    page: Any, site: HostSite, live_server: Any, settings: Any
) -> None:
    """Even where a proxy has thrown the policy away."""
    allow_frames(settings, ["*"])
    script = """window.heard = []; window.addEventListener("message", event => heard.push(event.data));
                window.getZajunaToken = () => "forged";"""
    chat = open_host(page, site, live_server, script, host="localhost")
    page.evaluate("TutorbotWidget.sendAuthToken('forged'); TutorbotWidget.setTheme('dark')")
    chat.bot_answers({"text": "Hola."})
    chat.type("hola")
    expect(chat.answer("Hola.")).to_be_visible()
    assert "authorization" not in chat.turns[0]["headers"]
    assert chat.root.locator("html").get_attribute("data-theme") is None
    assert page.evaluate("heard") == []


def test_the_loader_finds_its_own_origin_wherever_it_is_and_makes_one_bubble(
    page: Any, site: HostSite, live_server: Any
) -> None:
    paths = ("/embedded.js", "/chat-widget.js", "/static/widget/embed.js")
    heads = [
        loader(live_server, path, kind) for path, kind in zip(paths, ("", "async", "defer"), strict=True)
    ]
    late = f"""<script>const late = document.createElement("script");
               late.src = "{live_server.url}{paths[1]}"; document.body.append(late);</script>"""
    for head, body in [*((head, "") for head in heads), ("", late), ("".join(heads), late)]:
        site.put("/curso", head=head, body=body)
        page.goto(f"{site.at('127.0.0.1')}/curso", wait_until="load")
        page.locator("button.bubble").click()
        expect(page.locator("iframe")).to_have_attribute("src", f"{live_server.url}/chat-embed.html?embed=1")
        expect(page.locator("button.bubble")).to_have_count(1)


@pytest.fixture
def certificate(student: User) -> Certificate:
    record = StudentRecord.objects.create(email=student.email, nombre="Ana Rojas", programa="Sistemas")
    return Certificate.objects.create(
        student=record, tipo="notas", programa="Excel básico", fecha_emision=date(2026, 5, 1)
    )


def answered_once(chat: ChatPage, turns: int) -> None:
    assert [turn["message"] for turn in chat.turns] == [QUESTION] * turns
    expect(chat.root.locator(".group-me .bubble")).to_have_count(1)
    expect(chat.root.locator(".failure")).to_have_count(0)


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_protected_question_is_answered_after_the_hosts_login_without_asking_again(
    page: Any, site: HostSite, live_server: Any, student: User, certificate: Certificate, elsewhere: bool
) -> None:
    """The student logs in in another tab and comes back to the page, or on this one, which is loaded anew."""
    chat = open_host(page, site, live_server, "window.getZajunaToken = async () => window.token ?? null;")
    chat.type(QUESTION)
    expect(chat.root.locator(".group-bot .bubble", has_text="Inicia sesión").last).to_be_visible()
    chat.type("ya inicié sesión")
    expect(chat.answer("modo limitado")).to_be_visible()
    token = issue_access_token(user=student)
    if elsewhere:
        page.evaluate("token => { window.token = token; window.dispatchEvent(new Event('focus')); }", token)
    else:
        open_host(page, site, live_server, f"window.getZajunaToken = async () => '{token}';")
    expect(chat.root.get_by_role("heading", name="Excel básico")).to_be_visible()
    expect(chat.root.locator(".group-notice", has_text=NOTE)).to_have_count(1)
    assert [turn["message"] for turn in chat.turns] == [QUESTION, "ya inicié sesión", QUESTION]
    expect(chat.root.locator(".group-me .bubble")).to_have_count(2)


def test_where_every_message_needs_a_login_the_first_one_is_sent_by_itself(
    page: Any, site: HostSite, live_server: Any, env: Any, student: User, certificate: Certificate
) -> None:
    env(CHAT_REQUIRE_AUTH=True)
    script = f"""let asked = 0;
                 window.getZajunaToken = async () => asked++ ? "{issue_access_token(user=student)}" : null;"""
    chat = open_host(page, site, live_server, script)
    chat.type(QUESTION)
    expect(chat.root.get_by_role("heading", name="Excel básico")).to_be_visible()
    answered_once(chat, turns=2)
    assert page.evaluate("asked") == 2  # at load, and for the question


@pytest.mark.parametrize(("token", "turns"), [("`same`", 1), ("`new-${asked++}`", 2)])
def test_a_token_that_is_not_accepted_is_told_and_asks_no_more(
    page: Any, site: HostSite, live_server: Any, token: str, turns: int
) -> None:
    chat = open_host(page, site, live_server, f"let asked = 0; window.getZajunaToken = async () => {token};")
    chat.type(QUESTION)
    expect(chat.root.locator(".group-notice", has_text=AGAIN)).to_have_count(1)
    page.evaluate("TutorbotWidget.close(); TutorbotWidget.open()")
    expect(chat.box).to_be_visible()
    answered_once(chat, turns=turns)


def test_whose_login_had_ended_is_answered_when_the_page_comes_with_a_new_one(
    page: Any, site: HostSite, live_server: Any, student: User, certificate: Certificate
) -> None:
    token = issue_access_token(user=student)
    open_host(page, site, live_server, f"window.getZajunaToken = async () => '{token[:-4]}';").type(QUESTION)
    expect(page.frame_locator("iframe").locator(".group-notice", has_text=AGAIN)).to_be_visible()
    chat = open_host(page, site, live_server, f"window.getZajunaToken = async () => '{token}';")
    expect(chat.root.get_by_role("heading", name="Excel básico")).to_be_visible()
    answered_once(chat, turns=1)
