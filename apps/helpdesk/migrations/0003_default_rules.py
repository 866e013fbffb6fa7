"""The usual opening hours and terms as rows, and the terms of the tickets that are open already."""

from django.db import migrations

from apps.helpdesk.business_time import DEFAULT_HOURS
from apps.helpdesk.terms import DEFAULT_TERMS, due_by_default


def make_rules(apps, schema_editor):
    hours = apps.get_model("helpdesk", "BusinessHours").objects
    for weekday, spans in DEFAULT_HOURS.items():
        for opens, closes in spans:
            hours.get_or_create(weekday=weekday, opens=opens, closes=closes)
    levels = apps.get_model("helpdesk", "ServiceLevel").objects
    for (kind, priority), terms in DEFAULT_TERMS.items():
        values = {
            "first_response": terms.first_response,
            "first_response_unit": str(terms.first_response_unit),
            "solution": terms.solution,
            "solution_unit": str(terms.solution_unit),
        }
        levels.get_or_create(kind=str(kind), priority=str(priority), defaults=values)


def set_due_of_open(apps, schema_editor):
    tickets = apps.get_model("helpdesk", "Ticket").objects
    for ticket in tickets.filter(status__in=("open", "pending"), due_at=None).iterator(500):
        response_due_at, due_at = due_by_default(ticket.kind, ticket.priority, ticket.created_at)
        tickets.filter(pk=ticket.pk).update(response_due_at=response_due_at, due_at=due_at)


class Migration(migrations.Migration):

    dependencies = [("helpdesk", "0002_work_on_tickets")]

    operations = [
        migrations.RunPython(make_rules, migrations.RunPython.noop),
        migrations.RunPython(set_due_of_open, migrations.RunPython.noop),
    ]
