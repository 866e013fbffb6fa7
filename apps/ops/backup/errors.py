"""What a person is told when a backup cannot be made, read or restored."""


class BackupError(Exception):
    """A sentence for people: what is wrong and what to do."""
