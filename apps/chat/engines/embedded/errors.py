"""What may go wrong inside the embedded engine, below the errors that leave it."""


class TrainingError(ValueError):
    """The project cannot be trained. The message is Spanish, says what to do, and may be shown to staff."""


class ArtefactError(Exception):
    """A model file that must not be used: altered, half-written, of another format, or inconsistent."""
