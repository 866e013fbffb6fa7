"""A turn's place in time as a number of its own, its status as a word, and the indexes that lists go by."""

import apps.logs.fields
from django.conf import settings
from django.db import migrations, models

CHUNK = 1000


def fill(apps, schema_editor):
    """Rows from before, oldest first; the fields' own rules give the values."""
    turns = apps.get_model("logs", "ChatTurn").objects.filter(position__isnull=True)
    names = ("pk", "timestamp", "error", "is_fallback", "user_message", "position", "status", "words")
    while rows := list(turns.order_by("timestamp").only(*names)[:CHUNK]):
        for row in rows:
            for name in names[-3:]:
                row._meta.get_field(name).pre_save(row, add=False)
        on_mongo = schema_editor.connection.vendor == "mongodb"
        turns.bulk_update(rows, names[-3:] if on_mongo else names[-3:-1])


class Migration(migrations.Migration):
    dependencies = [
        ("logs", "0006_changed_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex("chatturn", "turn_sender"),
        migrations.AddField("chatturn", "position", apps.logs.fields.TimePosition(null=True, verbose_name="posición")),
        migrations.AddField("chatturn", "status", apps.logs.fields.TurnStatus(verbose_name="estado")),
        migrations.AddField("chatturn", "words", apps.logs.fields.FoldedWords(of="user_message")),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("chatturn", "position", apps.logs.fields.TimePosition(unique=True, verbose_name="posición")),
        *(
            migrations.AddIndex("chatturn", models.Index(fields=fields, name=name))
            for name, fields in {
                "turn_position": ["position"],
                "turn_sender_position": ["sender_id", "position"],
                "turn_intent_position": ["intent", "position"],
                "turn_status_position": ["status", "position"],
                "turn_engine_position": ["engine", "position"],
                "turn_origin_position": ["origen", "position"],
                "turn_not_understood": ["is_fallback", "is_form_answer", "position", "intent"],
            }.items()
        ),
    ]
