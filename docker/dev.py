"""backend-dev: prepares everything, then the web server, which reloads itself, and the worker beside it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODEL = Path(os.environ["DATA_DIR"], "models", "rasa", "active.json")
sys.path.insert(0, str(ROOT / "tutorbot"))

import launch  # noqa: E402

PYTHON = sys.executable
WEB = [PYTHON, "-m", "gunicorn", "-c", "tutorbot/gunicorn.py", "--reload", "tutorbot.wsgi"]

os.chdir(ROOT)
if subprocess.run([PYTHON, "manage.py", "bootstrap"], check=False).returncode:  # noqa: S603
    sys.exit(1)
if os.environ.get("BOT_ENGINE") == "rasa" and not MODEL.exists():
    # Rasa needs some minutes for its first model; meanwhile the rest is there
    subprocess.Popen([PYTHON, "manage.py", "train"], preexec_fn=launch.die_with_parent)  # noqa: S603
WORKER = [PYTHON, "manage.py", "worker"]
sys.exit(launch.run_together([("el servidor web", WEB), ("el proceso de trabajos", WORKER)]))
