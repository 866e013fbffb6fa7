"""Shapes of the API of intents."""
