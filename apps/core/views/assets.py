"""Icons, web chat and widget: redirected to the institution's front end, or our own files."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from apps.core import brand, chat_sessions
from apps.core.languages import language_of_address

BRAND_FILES = (
    "favicon.ico",
    "site.webmanifest",
    "apple-touch-icon.png",
    "android-chrome-192x192.png",
    "android-chrome-512x512.png",
    "bot-avatar.png",
    "bot-loading.png",
)
MICROPHONE_POLICY = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"
HOUR = 3600
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("image/x-icon", ".ico")


def _at_front_end(name: str, query: str = "") -> HttpResponse | None:
    site = settings.ENV.FRONTEND_SITE_URL.rstrip("/")
    return HttpResponseRedirect(f"{site}/{name}" + (f"?{query}" if query else "")) if site else None


@csrf_exempt
@require_safe
def brand_file(request: HttpRequest, name: str) -> HttpResponse:
    return _at_front_end(name) or _own_file(f"brand/{name}")


@csrf_exempt
@require_safe
def brand_sheet(request: HttpRequest) -> HttpResponse:
    """The shades of BRAND_COLOR. A sheet and no style attribute: the policy allows none."""
    color = settings.ENV.BRAND_COLOR
    if not brand.HEX.fullmatch(color):
        raise Http404
    response = HttpResponse(brand.sheet(color), content_type="text/css")
    patch_cache_control(response, public=True, max_age=HOUR)
    return response


@csrf_exempt
@require_safe
def widget_loader(request: HttpRequest) -> HttpResponse:
    return _at_front_end("chat-widget.js") or own_widget_loader(request)


@csrf_exempt
@require_safe
def own_widget_loader(request: HttpRequest) -> HttpResponse:
    """Never redirected: /embedded.js leads here, and a front end may hand its /chat-widget.js on to us."""
    response = _own_file("widget/embed.js")
    color = settings.ENV.BRAND_COLOR
    if brand.HEX.fullmatch(color):
        shades = ((brand.OUR_FILL, color), (brand.OUR_STRONG_FILL, brand.strong(color)))
        for ours, theirs in shades:
            response.content = response.content.replace(ours.encode(), theirs.encode())
    return response


@require_safe
def demo_host(request: HttpRequest) -> HttpResponse:
    """A page that holds the widget, to try tokens, looks and messages by hand; under DEBUG alone."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "widget/demo.html")


@csrf_exempt
@require_safe
@gzip_page
def chat_page(request: HttpRequest) -> HttpResponse:
    """The project's own web chat, framed by EMBED_ALLOWED_ORIGINS alone."""
    redirect = _at_front_end("chat-embed.html", request.META.get("QUERY_STRING", ""))
    if redirect is not None:
        return redirect
    env = settings.ENV
    origins = [o for o in env.EMBED_ALLOWED_ORIGINS if o.startswith(("http://", "https://"))]
    origins.append(f"{request.scheme}://{request.get_host()}")
    context = {
        "brand_name": env.BRAND_NAME,
        "privacy_url": env.PRIVACY_URL,
        "login_url": env.ZAJUNA_SSO_URL,
        "allowed_origins": origins,
        "takes_voice": bool(env.STT_URL),
        "max_audio_mb": env.MAX_AUDIO_MB,
        "chat_session": chat_sessions.new_session(request).session if chat_sessions.is_used() else None,
    }
    with translation.override(language_of_address(request)):
        response = render(request, "chat/page.html", context)
        response["Content-Language"] = translation.get_language()
    response["Permissions-Policy"] = MICROPHONE_POLICY
    response["Cache-Control"] = "private, no-store"  # the session is this page's alone
    return response


def _own_file(path: str) -> HttpResponse:
    found = finders.find(path)
    if not isinstance(found, str):
        raise Http404
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    response = HttpResponse(Path(found).read_bytes(), content_type=kind)
    patch_cache_control(response, public=True, max_age=HOUR)
    return response
