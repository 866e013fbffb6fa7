"""What the bot does besides talking: plain functions that both engines run (docs/actions.md)."""
