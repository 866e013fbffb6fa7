"""What of the bot's knowledge and its models is written down.

Intents are noted by their services, with examples and answers: a row for each of 2,000 examples says less.
"""

from apps.core import audit
from apps.intents.models import Intent, ModelVersion, ReviewGroup, SavedConversation, TrainingRun

audit.register(Intent, actions=())
audit.register(SavedConversation, exclude=["created_by"])
audit.register(ModelVersion, fields=["name", "engine", "decision", "activated_by"])
audit.register(TrainingRun, fields=["mode", "trigger", "engine", "branch"], actions={audit.CREATE})
audit.register(
    ReviewGroup,
    fields=["state", "intent", "decided_by"],
    actions=(),
    name=lambda group: group.key[:80],
)
