"""What of a conversation staff, and the person, have seen; what is older than this counts as seen."""

from django.db import migrations, models


def mark_all_seen(apps, schema_editor):
    apps.get_model("chat", "Conversation").objects.update(
        staff_read=models.F("turns"), owner_read=models.F("turns")
    )


class Migration(migrations.Migration):
    dependencies = [("chat", "0005_recordings")]

    operations = [
        migrations.AddField("conversation", "staff_read", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AddField("conversation", "owner_read", models.PositiveIntegerField(default=0, editable=False)),
        migrations.RunPython(mark_all_seen, migrations.RunPython.noop),
    ]
