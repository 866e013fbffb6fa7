#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutorbot.settings")
    from django.core.management import execute_from_command_line

    from apps.core import acting
    from tutorbot.env_types import ConfigurationError

    acting.set_process(acting.command_of(sys.argv))
    try:
        execute_from_command_line(sys.argv)
    except ConfigurationError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
