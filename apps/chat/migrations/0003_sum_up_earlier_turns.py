"""Conversations from before 0002 get their row, with what the log has of them."""

from django.db import migrations
from django.db.models import Count, Max, Q


def sum_up(apps, schema_editor):
    turns = apps.get_model("logs", "ChatTurn").objects
    conversations = apps.get_model("chat", "Conversation").objects
    known = turns.exclude(sender_id="anonimo").order_by().values("sender_id")
    figures = known.annotate(n=Count("pk"), missed=Count("pk", filter=Q(is_fallback=True)), last=Max("timestamp"))
    for one in figures.iterator(2000):
        latest = turns.filter(sender_id=one["sender_id"], timestamp=one["last"]).order_by("pk").first()
        values = {
            "turns": one["n"],
            "fallbacks": one["missed"],
            "last_turn_at": one["last"],
            "last_message": latest.user_message[:200],
            "engine": latest.engine,
            "model_version": latest.model_version,
            "user_id": latest.user_id,
        }
        conversations.update_or_create(sender_id=one["sender_id"], defaults=values)


class Migration(migrations.Migration):

    dependencies = [("chat", "0002_summaries"), ("logs", "0002_feedback")]

    operations = [migrations.RunPython(sum_up, migrations.RunPython.noop)]
