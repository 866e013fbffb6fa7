"""Numbered system checks: every misconfiguration that the environment allows, with a hint.

Single bad values are refused by tutorbot/env.py; here stand the combinations.
E: does not work, W: works badly.
"""

from apps.core.checks import brand, browsers, engine, integrations, limits, people, storage

__all__ = ["brand", "browsers", "engine", "integrations", "limits", "people", "storage"]
