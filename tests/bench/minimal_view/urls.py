from django.urls import path

from tests.bench.minimal_view.views import ChatView

urlpatterns = [path("api/chat", ChatView.as_view())]
