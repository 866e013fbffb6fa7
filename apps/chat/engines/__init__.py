"""Bot engines. `apps.chat.engine` picks the one that the environment names."""
