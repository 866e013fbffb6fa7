"""What the worker does for this app; its command imports every app's tasks."""

from apps.ops.services.selftest import run_self_test

__all__ = ["run_self_test"]
