"""The whole tree of addresses.

/health is answered by a middleware, before the Host is looked at.
Under /api, /chat and /auth the path is made canonical first (apps/core/paths.py): no trailing slash,
one /api, /chat… and /auth… are served as /api/chat… and /api/auth…, /api/admin2/… as /api/admin/….
"""

from django.contrib import admin
from django.urls import path, re_path

from apps.accounts.views import auth, pages, passwords, people, preferences, records, sso
from apps.chat.views import conversations as chat_conversations
from apps.chat.views import health as chat_health
from apps.chat.views import links, messages, recordings, voice
from apps.chat.views.feedback import FeedbackView
from apps.chat.views.person import PersonMessagesView
from apps.chat.views.session import ChatSessionView
from apps.core.views import assets, docs, frame
from apps.helpdesk.views import bot, conversations, queue, tickets
from apps.helpdesk.views.health import HelpdeskHealthView
from apps.intents.views import (
    intents,
    legacy,
    models,
    rasa,
    rehearsals,
    review,
    sentences,
    titles,
    training,
    transfer,
)
from apps.logs import audit_views
from apps.logs.views import exports, turns
from apps.ops.views import panel, telemetry
from apps.stats.views import stats

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
    path("openapi.json", docs.openapi_document, name="openapi"),
    path("api/schema", docs.openapi_document, name="schema"),
    path("docs", docs.SwaggerView.as_view(), name="docs"),
    path("api/docs", docs.SwaggerView.as_view(), name="api-docs"),
    path("redoc", docs.redoc, name="redoc"),
    # icons, web chat, widget
    *(path(name, assets.brand_file, {"name": name}, name=name) for name in assets.BRAND_FILES),
    path("chat-embed.html", assets.chat_page, name="chat-page"),
    path("widget.html", assets.chat_page, name="widget-page"),
    path("brand.css", assets.brand_sheet, name="brand-sheet"),
    path("embedded.js", assets.widget_loader, name="widget-loader"),
    path("chat-widget.js", assets.own_widget_loader, name="own-widget-loader"),
    path("demo/widget", assets.demo_host, name="widget-demo"),
    # chat; also as /chat…
    path("api/chat", messages.ChatView.as_view(), name="chat"),
    path("api/chat/health", chat_health.ChatHealthView.as_view(), name="chat-health"),
    path("api/chat/debug", messages.ChatDebugView.as_view(), name="chat-debug"),
    path("api/chat/feedback", FeedbackView.as_view(), name="chat-feedback"),
    path("api/chat/messages", PersonMessagesView.as_view(), name="chat-messages"),
    path("api/chat/session", ChatSessionView.as_view(), name="chat-session"),
    path("api/chat/demo", messages.ChatDemoView.as_view(), name="chat-demo"),
    path("api/chat/rasa/rest/webhook", messages.WebhookView.as_view(), name="chat-webhook"),
    path(
        "api/chat/rasa/rest/webhook/health",
        chat_health.WebhookHealthView.as_view(),
        name="chat-webhook-health",
    ),
    path("api/chat-proxy", messages.ChatProxyView.as_view(), name="chat-proxy"),
    path("api/chat-proxy/health", chat_health.ChatProxyHealthView.as_view(), name="chat-proxy-health"),
    # voice
    path("api/chat/audio", voice.ChatAudioView.as_view(), name="chat-audio"),
    path("api/voice/transcribe", voice.TranscribeView.as_view(), name="voice-transcribe"),
    path("api/voice/list", recordings.RecordingsView.as_view(), name="voice-list"),
    path("api/voice/<str:id>", recordings.RecordingView.as_view(), name="voice"),
    path("api/media/<str:id>", recordings.MediaView.as_view(), name="media"),
    path("api/link/preview", links.LinkPreviewView.as_view(), name="link-preview"),
    # accounts: signing in; also as /auth… and /api/admin2/…
    path("api/auth/login", auth.LoginView.as_view(), name="auth-login"),
    path("api/auth/token", auth.TokenView.as_view(), name="auth-token"),
    path("api/auth/oauth2/token", auth.TokenView.as_view(), name="auth-oauth2-token"),
    path("api/auth/refresh", auth.RefreshView.as_view(), name="auth-refresh"),
    path("api/auth/refresh-token", auth.RefreshTwinView.as_view(), name="auth-refresh-token"),
    path("api/auth/token/refresh", auth.RefreshTwinView.as_view(), name="auth-token-refresh"),
    path("api/auth/logout", auth.LogoutView.as_view(), name="auth-logout"),
    path("api/auth/me", auth.MeView.as_view(), name="auth-me"),
    path("api/me", auth.MeView.as_view(), name="me"),
    path("api/auth/register", auth.RegisterView.as_view(), name="auth-register"),
    path("api/auth/forgot-password", passwords.ForgotPasswordView.as_view(), name="auth-forgot-password"),
    path("api/auth/reset-password", passwords.ResetPasswordView.as_view(), name="auth-reset-password"),
    path("api/auth/change-password", passwords.ChangePasswordView.as_view(), name="auth-change-password"),
    path("api/auth/zajuna/login", sso.ZajunaLoginView.as_view(), name="zajuna-login"),
    path("api/admin/login", auth.PanelLoginView.as_view(), name="panel-login"),
    path("api/admin/refresh", auth.RefreshView.as_view(), name="panel-refresh"),
    path("api/admin/logout", auth.LogoutView.as_view(), name="panel-logout"),
    path("api/admin/me", auth.PanelMeView.as_view(), name="panel-me"),
    path("api/admin/register", auth.PanelRegisterView.as_view(), name="panel-register"),
    path("api/admin/forgot-password", passwords.ForgotPasswordView.as_view(), name="panel-forgot-password"),
    path("api/admin/reset-password", passwords.ResetPasswordView.as_view(), name="panel-reset-password"),
    path("api/admin/change-password", passwords.ChangePasswordView.as_view(), name="panel-change-password"),
    path("api/admin/password-policy", passwords.PolicyView.as_view(), name="password-policy"),
    path("api/admin/password-policy/check", passwords.PolicyCheckView.as_view(), name="password-check"),
    # accounts: the student's own data
    path("api/me/settings", preferences.SettingsView.as_view(), name="me-settings"),
    path("api/estado-estudiante", records.StateView.as_view(), name="own-state"),
    path("api/tutor", records.TutorView.as_view(), name="own-tutor"),
    path("api/certificados", records.CertificatesView.as_view(), name="own-certificates"),
    # accounts: people
    path("api/admin/users", people.PeopleView.as_view(), name="users"),
    path("api/admin/create-user", people.CreateUserView.as_view(), name="create-user"),
    path("api/admin/users/export", people.ExportView.as_view(), name="users-export"),
    path("api/admin/users/<str:id>", people.PersonView.as_view(), name="user"),
    path("api/admin/users/<str:id>/role", people.RoleView.as_view(), name="user-role"),
    path("api/admin/users/<str:id>/status", people.StatusView.as_view(), name="user-status"),
    path(
        "api/admin/users/<str:id>/reset-password",
        people.ResetPasswordView.as_view(),
        name="user-reset-password",
    ),
    path("api/admin/users/<str:id>/revoke", people.RevokeView.as_view(), name="user-revoke"),
    path("api/admin/users/<str:id>/unlock", people.UnlockView.as_view(), name="user-unlock"),
    # logs: what staff changed
    path("api/admin/audit", audit_views.AuditView.as_view(), name="audit"),
    path("api/admin/audit/export", audit_views.AuditExportView.as_view(), name="audit-export"),
    # accounts: pages
    path("forgot-password", pages.ForgotPasswordPage.as_view(), name="forgot-password"),
    path("reset-password", pages.ResetPasswordPage.as_view(), name="reset-password"),
    path("confirm-email", pages.ConfirmEmailPage.as_view(), name="confirm-email"),
    # helpdesk
    path("api/helpdesk/health", HelpdeskHealthView.as_view(), name="helpdesk-health"),
    path("api/helpdesk/tickets", queue.TicketsView.as_view(), name="tickets"),
    path("api/helpdesk/tickets/mine", tickets.OwnTicketsView.as_view(), name="own-tickets"),
    path(
        "api/helpdesk/tickets/mine/<str:id>/comments", tickets.OwnCommentsView.as_view(), name="own-comments"
    ),
    path("api/helpdesk/tickets/counts", queue.CountsView.as_view(), name="tickets-counts"),
    path("api/helpdesk/tickets/<str:id>", queue.TicketView.as_view(), name="ticket"),
    path("api/helpdesk/tickets/<str:id>/comments", queue.CommentsView.as_view(), name="ticket-comments"),
    path("api/helpdesk/canned-answers", queue.CannedView.as_view(), name="canned-answers"),
    path("api/tutor/mensaje", bot.TutorMessageView.as_view(), name="tutor-message"),
    # helpdesk: a person in a conversation
    path(
        "api/admin/conversations/<str:sender>/messages",
        conversations.ConversationMessagesView.as_view(),
        name="conversation-messages",
    ),
    path(
        "api/admin/conversations/<str:sender>/take",
        conversations.TakeConversationView.as_view(),
        name="conversation-take",
    ),
    path(
        "api/admin/conversations/<str:sender>/reply",
        conversations.ReplyConversationView.as_view(),
        name="conversation-reply",
    ),
    path(
        "api/admin/conversations/<str:sender>/hand-back",
        conversations.HandBackConversationView.as_view(),
        name="conversation-hand-back",
    ),
    path(
        "api/admin/conversations/<str:sender>/queue",
        conversations.QueueConversationView.as_view(),
        name="conversation-queue",
    ),
    # what the action server keeps here
    path("api/bot/survey", bot.SurveyView.as_view(), name="bot-survey"),
    path("api/bot/progress", bot.ProgressView.as_view(), name="bot-progress"),
    path("api/bot/titles", titles.TitlesView.as_view(), name="bot-titles"),
    # the panel's calls about how everything is; what pages tell
    path("api/admin/ping", panel.PanelPingView.as_view(), name="panel-ping"),
    path("api/admin/test-all", panel.TestAllView.as_view(), name="self-test"),
    path("api/admin/test-history", panel.TestHistoryView.as_view(), name="self-test-history"),
    path("api/admin/restart", panel.RestartView.as_view(), name="restart"),
    path("api/telemetry", telemetry.TelemetryView.as_view(), name="telemetry"),
    # staff
    path("admin/", admin.site.urls),
    # logs; also as /api/admin2/…
    path("api/admin/logs", turns.TurnsView.as_view(), name="logs"),
    path("api/admin/logs/export", exports.TurnsCsvView.as_view(), name="logs-export"),
    path("api/admin/logs/exports", exports.ExportsPerDayView.as_view(), name="logs-exports"),
    path("api/admin/logs/exports/list", exports.LogsExportListView.as_view(), name="logs-exports-list"),
    path("api/logs", chat_conversations.ConversationsView.as_view(), name="conversations"),
    path("api/logs/unread_count", chat_conversations.UnreadView.as_view(), name="unread-count"),
    path("api/logs/mark_read", chat_conversations.MarkReadView.as_view(), name="mark-read"),
    path("api/export", exports.PlainCsvView.as_view(), name="export"),
    path("api/admin/intents/failures", turns.FailuresView.as_view(), name="failures"),
    path("api/admin/intents/failures/top", turns.FailuresTopView.as_view(), name="failures-top"),
    path("api/admin/intentos-fallidos/top", turns.TopFailedView.as_view(), name="failed-top"),
    path("api/admin/intentos-fallidos/logs", turns.FailedView.as_view(), name="failed-logs"),
    path("api/admin/intentos-fallidos/export", exports.FailedCsvView.as_view(), name="failed-export"),
    path("api/admin/exportaciones", exports.ExportsView.as_view(), name="exports"),
    path("api/admin/exportaciones/lista", exports.ExportListaView.as_view(), name="exports-list"),
    path("api/admin/exportaciones/historial", exports.ExportListView.as_view(), name="exports-history"),
    path("api/admin/exportaciones/stats", exports.StatsCsvView.as_view(), name="exports-stats"),
    path("api/admin/exportaciones/tests", exports.TestsCsvView.as_view(), name="exports-tests"),
    path("api/admin/exportaciones/archivo", exports.FileView.as_view(), name="export-file"),
    path("api/admin/exportaciones/<str:id>", exports.ExportView.as_view(), name="export-state"),
    path("api/admin/exportaciones/<str:id>/cancel", exports.CancelExportView.as_view(), name="export-cancel"),
    # intents
    path("api/admin/intents", intents.IntentsView.as_view(), name="intents"),
    path("api/intents", intents.IntentsTwinView.as_view(), name="intents-twin"),
    path("api/admin/intents/paged", intents.PagedIntentsView.as_view(), name="intents-paged"),
    path("api/admin/intents/upload", transfer.UploadView.as_view(), name="intents-upload"),
    path("api/admin/intents/upload-csv", transfer.UploadCsvView.as_view(), name="intents-upload-csv"),
    path("api/admin/intents/upload-json", transfer.UploadJsonView.as_view(), name="intents-upload-json"),
    path("api/admin/intents/export", transfer.ExportIntentsView.as_view(), name="intents-export"),
    path("api/admin/intents/recargar", transfer.ReloadView.as_view(), name="intents-reload"),
    path("api/admin/intents/test", sentences.SentenceView.as_view(), name="intents-test"),
    path("api/admin/intents/<str:name>", intents.IntentView.as_view(), name="intent"),
    path("api/intents/<str:name>", intents.IntentTwinView.as_view(), name="intent-twin"),
    # intents: training and models
    path("api/admin/train", training.TrainView.as_view(), name="train"),
    path("api/admin/retrain", training.RetrainView.as_view(), name="retrain"),
    path("api/admin/upload", training.UploadBotView.as_view(), name="train-upload"),
    path("api/admin/train/runs", training.RunsView.as_view(), name="train-runs"),
    path("api/admin/train/<str:run_id>", training.RunView.as_view(), name="train-run"),
    path("api/admin/train/<str:run_id>/cancel", training.CancelRunView.as_view(), name="train-cancel"),
    path("api/admin/logs/<str:filename>", training.LogFileView.as_view(), name="train-log"),
    path("api/admin/last-model", models.LastModelView.as_view(), name="last-model"),
    path("api/admin/models", models.ModelsView.as_view(), name="models"),
    path("api/admin/models/<str:id>", models.ModelView.as_view(), name="model"),
    path("api/admin/models/<str:id>/compare", models.CompareModelView.as_view(), name="model-compare"),
    path("api/admin/models/<str:id>/activate", models.ActivateModelView.as_view(), name="model-activate"),
    # intents: conversations that test the bot
    path(
        "api/admin/saved-conversations",
        rehearsals.SavedConversationsView.as_view(),
        name="saved-conversations",
    ),
    path("api/admin/saved-conversations/run", rehearsals.RunView.as_view(), name="saved-conversations-run"),
    path(
        "api/admin/saved-conversations/<str:id>",
        rehearsals.SavedConversationView.as_view(),
        name="saved-conversation",
    ),
    path(
        "api/admin/saved-conversations/<str:id>/accept",
        rehearsals.AcceptView.as_view(),
        name="saved-conversation-accept",
    ),
    # intents: the review inbox
    path("api/admin/review", review.GroupsView.as_view(), name="review"),
    path("api/admin/review/counts", review.CountsView.as_view(), name="review-counts"),
    path("api/admin/review/bulk", review.BulkView.as_view(), name="review-bulk"),
    path("api/admin/review/<str:id>", review.GroupView.as_view(), name="review-group"),
    path("api/admin/review/<str:id>/assign", review.AssignView.as_view(), name="review-assign"),
    path("api/admin/review/<str:id>/create-intent", review.CreateIntentView.as_view(), name="review-create"),
    path("api/admin/review/<str:id>/discard", review.DiscardView.as_view(), name="review-discard"),
    path("api/admin/review/<str:id>/undo", review.UndoView.as_view(), name="review-undo"),
    # intents: Rasa
    path("api/models/active", rasa.ActiveModelView.as_view(), name="models-active"),
    path("api/admin/rasa/status", rasa.RasaStatusView.as_view(), name="rasa-status"),
    # stats
    path("api/admin/stats", stats.StatsView.as_view(), name="stats"),
    path("api/stats", stats.StatsTwinView.as_view(), name="stats-twin"),
    path("api/admin/stats/conversations", stats.ConversationStatsView.as_view(), name="stats-conversations"),
    path("api/admin/stats/rhythm", stats.RhythmStatsView.as_view(), name="stats-rhythm"),
    path("api/admin/stats/tickets", stats.TicketStatsView.as_view(), name="stats-tickets"),
    # intents: the old system's verbs, with ENABLE_INTENT_LEGACY alone
    path("api/legacy/admin/intents", legacy.LegacyListView.as_view(), name="legacy-intents"),
    path("api/legacy/admin/intents/buscar", legacy.LegacySearchView.as_view(), name="legacy-search"),
    path("api/legacy/admin/add-intent", legacy.LegacyAddView.as_view(), name="legacy-add"),
    path(
        "api/legacy/admin/delete-intent/<str:name>", legacy.LegacyDeleteView.as_view(), name="legacy-delete"
    ),
    path("api/legacy/admin/update-intent", legacy.LegacyUpdateView.as_view(), name="legacy-update"),
    path(
        "api/legacy/admin/update-intent/<str:name>",
        legacy.LegacyUpdateOneView.as_view(),
        name="legacy-update-one",
    ),
    path("api/legacy/admin/cargar_intent", legacy.LegacyLoadView.as_view(), name="legacy-load"),
    # everything else under /api: JSON 404
    re_path(r"^api(?:/(?P<path>.*))?$", frame.unknown_api_path, name="unknown-api"),
]

handler404 = "apps.core.views.errors.page_not_found"
handler500 = "apps.core.views.errors.error_page"
