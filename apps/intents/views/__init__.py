"""The API of intents."""
