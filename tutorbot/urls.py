"""The whole tree of addresses.

/health is answered by a middleware, before the Host is looked at.
Under /api, /chat and /auth the path is made canonical first (apps/core/paths.py): no trailing slash,
one /api, and /chat… and /auth… are served as /api/chat… and /api/auth….
"""

from django.contrib import admin
from django.urls import path, re_path
from drf_spectacular.renderers import OpenApiJsonRenderer

from apps.chat.views import health as chat_health
from apps.chat.views import messages
from apps.core.views import assets, docs, frame
from apps.helpdesk.views import HelpdeskHealthView

schema = docs.SchemaView.as_view(renderer_classes=[OpenApiJsonRenderer])

urlpatterns = [
    # the project
    path("", frame.root, name="root"),
    path("ping", frame.PingView.as_view(), name="ping"),
    path("api/ping", frame.PingView.as_view(), name="api-ping"),
    path("api/_rate_test", frame.RateTestView.as_view(), name="rate-test"),
    path("api/health", chat_health.ApiHealthView.as_view(), name="api-health"),
    path("api/health/live", chat_health.LiveView.as_view(), name="api-health-live"),
    path("api/health/status", chat_health.LiveView.as_view(), name="api-health-status"),
    path("api/health/health", chat_health.LiveView.as_view(), name="api-health-health"),
    path("api/health/ready", chat_health.ReadyView.as_view(), name="api-health-ready"),
    # documentation
    path("openapi.json", schema, name="openapi"),
    path("api/schema", schema, name="schema"),
    path("docs", docs.SwaggerView.as_view(), name="docs"),
    path("api/docs", docs.SwaggerView.as_view(), name="api-docs"),
    path("redoc", docs.redoc, name="redoc"),
    # icons, web chat, widget
    *(path(name, assets.brand_file, {"name": name}, name=name) for name in assets.BRAND_FILES),
    path("chat-embed.html", assets.chat_page, name="chat-page"),
    path("widget.html", assets.chat_page, name="widget-page"),
    path("embedded.js", assets.widget_loader, name="widget-loader"),
    # chat; also as /chat…
    path("api/chat", messages.ChatView.as_view(), name="chat"),
    path("api/chat/health", chat_health.ChatHealthView.as_view(), name="chat-health"),
    path("api/chat/debug", messages.ChatDebugView.as_view(), name="chat-debug"),
    path("api/chat/demo", messages.ChatDemoView.as_view(), name="chat-demo"),
    path("api/chat/rasa/rest/webhook", messages.WebhookView.as_view(), name="chat-webhook"),
    path(
        "api/chat/rasa/rest/webhook/health",
        chat_health.WebhookHealthView.as_view(),
        name="chat-webhook-health",
    ),
    path("api/chat-proxy", messages.ChatProxyView.as_view(), name="chat-proxy"),
    path("api/chat-proxy/health", chat_health.ChatProxyHealthView.as_view(), name="chat-proxy-health"),
    # helpdesk
    path("api/helpdesk/health", HelpdeskHealthView.as_view(), name="helpdesk-health"),
    # staff
    path("admin/", admin.site.urls),
    # everything else under /api: JSON 404
    re_path(r"^api(?:/(?P<path>.*))?$", frame.unknown_api_path, name="unknown-api"),
]

handler404 = "apps.core.views.errors.page_not_found"
handler500 = "apps.core.views.errors.error_page"
