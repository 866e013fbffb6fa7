"""Icons, chat page, widget: ours, or the institution's."""

import re
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.core.views.assets import BRAND_FILES

SITE = "https://sitio.example/app"


@pytest.mark.parametrize("name", BRAND_FILES)
def test_an_icon_is_ours_or_the_front_ends(api: APIClient, env: object, name: str) -> None:
    own = api.get(f"/{name}")
    assert own.status_code == 200
    assert len(own.content) > 100
    assert own["Content-Type"] != "application/octet-stream"
    env(FRONTEND_SITE_URL=SITE + "/")  # type: ignore[operator]
    redirect = api.get(f"/{name}")
    assert (redirect.status_code, redirect["Location"]) == (302, f"{SITE}/{name}")


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/chat-embed.html", "chat-embed.html"),
        ("/chat-embed.html?embed=1&theme=dark", "chat-embed.html?embed=1&theme=dark"),
        ("/widget.html", "chat-embed.html"),
        ("/embedded.js", "chat-widget.js"),
    ],
)
def test_page_and_widget_are_ours_or_the_front_ends(
    api: APIClient, env: object, path: str, target: str
) -> None:
    assert api.get(path).status_code == 200
    env(FRONTEND_SITE_URL=SITE)  # type: ignore[operator]
    redirect = api.get(path)
    assert (redirect.status_code, redirect["Location"]) == (302, f"{SITE}/{target}")


def test_the_loader_is_the_same_at_all_its_addresses_and_leads_nowhere_in_a_circle(
    api: APIClient, env: object, settings: Any
) -> None:
    own = (settings.BASE_DIR / "static/widget/embed.js").read_bytes()
    answers = [api.get(path) for path in ("/embedded.js", "/chat-widget.js")]
    assert [(one.content, one["Content-Type"]) for one in answers] == [(own, "text/javascript")] * 2
    env(FRONTEND_SITE_URL="http://testserver")  # type: ignore[operator]
    assert api.get("/embedded.js", follow=True).content == own


@pytest.mark.parametrize(("is_debug", "status"), [(True, 200), (False, 404)])
def test_the_demo_host_is_for_developers(api: APIClient, settings: Any, is_debug: bool, status: int) -> None:
    settings.DEBUG = is_debug
    page = api.get("/demo/widget")
    assert page.status_code == status
    assert not re.search(rb"<script>|<style|style=|\son\w+=", page.content)


def test_the_chat_page_knows_who_may_give_it_a_token(api: APIClient, env: object) -> None:
    env(EMBED_ALLOWED_ORIGINS=["'self'", "https://lms.example"])  # type: ignore[operator]
    page = api.get("/chat-embed.html").content.decode()
    assert '"https://lms.example"' in page
    assert '"http://testserver"' in page


def test_the_chat_page_is_written_in_the_language_of_its_address(api: APIClient) -> None:
    asked = [("", "es"), ("?lang=en", "en"), ("?lang=es", "es"), ("?lang=fr", "es")]
    for query, language in asked:
        answer = api.get(f"/chat-embed.html{query}", headers={"Accept-Language": "es"})
        assert answer["Content-Language"] == language
        assert f'<html lang="{language}"' in answer.content.decode()


def test_the_microphone_is_offered_where_there_is_a_speech_service(api: APIClient, env: object) -> None:
    assert 'id="mic"' not in api.get("/chat-embed.html").content.decode()
    env(STT_URL="http://127.0.0.1:9/stt", MAX_AUDIO_MB=7)  # type: ignore[operator]
    page = api.get("/chat-embed.html").content.decode()
    assert 'id="mic"' in page
    assert 'data-max-audio-mb="7"' in page


def test_the_chat_page_reads_errors_in_its_own_language(api: APIClient) -> None:
    """Programs read Spanish, whatever their browser speaks."""
    asked = ({"Accept-Language": "en"}, {"X-Chat-Language": "en"}, {"X-Chat-Language": "fr"})
    said = [api.post("/api/chat", {}, headers=headers).json()["detail"] for headers in asked]
    assert said[0] == said[2]
    assert said[1] != said[0]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_static_files_have_hashed_names_and_a_long_life_in_production(project_root: object) -> None:
    """In a process of its own: the storage is chosen at import."""
    import os
    import subprocess
    import sys
    import tempfile

    code = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('collectstatic', interactive=False, verbosity=0)\n"
        "from django.templatetags.static import static\n"
        "from django.test import Client\n"
        "url = static('css/brand.css')\n"
        "answer = Client().get(url, secure=True, HTTP_HOST='bot.example')\n"
        "print(url, answer.status_code, answer['Cache-Control'])\n"
        "page = Client().get('/docs', secure=True, HTTP_HOST='bot.example')\n"
        "print(page.status_code)\n"
        "for name in ('vendor/chart.js/chart.umd.min.js', 'js/charts.js'):\n"
        "    answer = Client().get(static(name), secure=True, HTTP_HOST='bot.example')\n"
        "    print(static(name), answer.status_code, b'sourceMappingURL' in b''.join(answer))\n"
        "for name in ('js/charts.js', 'brand/mark.svg'):\n"
        "    answer = Client().get(static(name), secure=True, HTTP_HOST='bot.example')\n"
        "    policies = [n in answer for n in ('Content-Security-Policy', 'Permissions-Policy')]\n"
        "    print(answer['X-Content-Type-Options'], *policies)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            cwd=str(project_root),
            env={
                **os.environ,
                "APP_ENV": "prod",
                "SECRET_KEY": "k" * 40,
                "ALLOWED_HOSTS": "bot.example",
                "DATA_DIR": folder,
                "DJANGO_SETTINGS_MODULE": "tutorbot.settings",
            },
            capture_output=True,
            text=True,
        )
    lines = [line for line in run.stdout.splitlines() if not line.startswith("{")]
    url, status, *cache = lines[0].split()
    assert status == "200", run.stderr
    assert url.startswith("/static/css/brand.")
    assert url != "/static/css/brand.css"
    assert "max-age=315360000" in " ".join(cache)
    assert lines[1] == "200"
    assert lines[4:] == [
        "nosniff False False",
        "nosniff True True",
    ]  # policies are for documents: an SVG is one
    for line, name in zip(lines[2:4], ("vendor/chart.js/chart.umd.min.", "js/charts."), strict=True):
        assert line.startswith(f"/static/{name}"), line
        assert line.endswith(".js 200 False"), line
