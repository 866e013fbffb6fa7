"""Use cases of the chat."""
