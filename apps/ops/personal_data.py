"""What is kept of how the bot runs: of nobody."""

from apps.core.personal_data import exempt

exempt(
    {
        "ops.SelfTestRun": "figures and words about machines, and which member of staff asked",
        "ops.EventCount": "how often something happened on a page, by its name",
        "ops.LegacyMark": "how far an import has come: keys of old documents, gone when the import is done",
    }
)
