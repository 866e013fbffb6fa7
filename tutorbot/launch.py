"""`make run`, `make test`...: a virtualenv with the locked requirements, then the command in it.

Runs on the system's Python before anything is installed: standard library only, and syntax that an
old Python can read, so that it can say in one line what is missing.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.abspath(os.environ.get("TUTORBOT_VENV") or os.path.join(ROOT, ".venv"))
IS_WINDOWS = os.name == "nt"
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if IS_WINDOWS else os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)
SERVE = (
    ("el servidor web", [PYTHON, "-m", "gunicorn", "-c", "tutorbot/gunicorn.py", "tutorbot.wsgi"]),
    ("el proceso de trabajos", [PYTHON, "manage.py", "worker"]),
)
APART = {"creationflags": 0x08000200} if IS_WINDOWS else {"start_new_session": True}
"""A process without this one's terminal and its Ctrl+C (on Windows: no window, a group of its own)."""
STOP_SECONDS = 30


def fail(text):
    sys.exit("tutorbot: " + text)


def check_python():
    if sys.version_info < OLDEST:
        found = "%d.%d" % sys.version_info[:2]
        fail(
            "se necesita Python 3.11 o posterior y este es %s. Indica otro: make run PYTHON=python3.12"
            % found
        )


def requirements_hash(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read() + sys.version.encode()).hexdigest()


def make_venv():
    if os.path.exists(PYTHON):
        return
    parent = os.path.dirname(VENV)
    if not (os.path.isdir(parent) and os.access(parent, os.W_OK)):
        fail("no se puede escribir en %s. Cambia sus permisos o indica TUTORBOT_VENV=/otra/carpeta" % parent)
    print("Creando el entorno en %s" % VENV, flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", VENV], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    if made.returncode == 0:
        return
    # Debian without python3-venv: any pip at hand can fill a virtualenv that has none.
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV], check=False)
    if (
        not os.path.exists(PYTHON)
        or subprocess.run(pip() + ["--version"], stdout=subprocess.DEVNULL).returncode
    ):
        fail("a este Python le falta venv o pip. Instálalo, o indica otro: make run PYTHON=/ruta/a/python3")


def pip():
    inside = [PYTHON, "-m", "pip"]
    if (
        subprocess.run(
            inside + ["--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ).returncode
        == 0
    ):
        return inside
    return [sys.executable, "-m", "pip", "--python", PYTHON]


def installed_by_uv(options):
    """Five times quicker where uv is at hand; False where it is not, or could not do it."""
    uv = shutil.which("uv")
    command = [uv, "pip", "install", "--python", PYTHON, "--compile-bytecode"]
    return bool(uv) and subprocess.run(command + options, stderr=subprocess.DEVNULL).returncode == 0


def install(names):
    """Installs requirements/NAME.txt unless just these stand there already."""
    files = [os.path.join(ROOT, "requirements", name + ".txt") for name in names]
    wanted = "\n".join(requirements_hash(path) for path in files)
    stamp = os.path.join(VENV, ".requirements")
    if os.path.exists(stamp):
        with open(stamp) as file:
            if wanted in file.read():
                return
    print("Instalando %s (la primera vez tarda uno o dos minutos)" % ", ".join(names), flush=True)
    options = ["--quiet", "--require-hashes"] + [word for path in files for word in ("-r", path)]
    if not installed_by_uv(options) and subprocess.run(pip() + ["install"] + options).returncode:
        fail("no se pudieron instalar las dependencias. Revisa la conexión y vuelve a intentarlo")
    with open(stamp, "a") as file:
        file.write(wanted + "\n")


def setting(name):
    """A variable from the environment or from .env, where the full reader cannot run yet."""
    if os.environ.get(name) or not os.path.exists(os.path.join(ROOT, ".env")):
        return os.environ.get(name, "")
    with open(os.path.join(ROOT, ".env")) as file:
        lines = [line.strip().partition("=") for line in file]
    found = [value.strip() for key, _, value in lines if key.replace("export ", "").strip() == name]
    value = found[-1] if found else ""
    return value[1:].partition(value[0])[0] if value[:1] in {"'", '"'} else value.partition(" #")[0].strip()


def with_extras(names):
    """What the settings need beside what was asked for: a database's client, sentence vectors."""
    if "base" in names and setting("MONGO_URI"):
        names = names + ["mongo"]
    elif "base" in names and setting("DATABASE_URL").startswith("postgres"):
        names = names + ["postgres"]
    if "base" in names and setting("NLU_CLASSIFIER").strip().lower() == "semantic":
        names = names + ["semantic"]
    return names


def programs():
    """Gunicorn does not run on Windows: there Django's own server, for development alone."""
    if not IS_WINDOWS:
        return SERVE
    address = "%s:%s" % (setting("HOST") or "127.0.0.1", setting("PORT") or "8000")
    return (("el servidor web", [PYTHON, "manage.py", "runserver", "--noreload", address]), SERVE[1])


def die_with_parent():
    """In a child: Linux sends it SIGTERM if this process is killed; elsewhere nothing."""
    with contextlib.suppress(AttributeError, ImportError, OSError):
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def run_together(programs):
    """Runs all until one ends or a signal says so; the exit code of the one that ended, else the first one's.

    Each is in a session of its own, so Ctrl+C comes to this process alone, and each is told once.
    """
    asked, children = [], []

    def note(signum, frame):
        if asked and signum == signal.SIGINT:  # a second Ctrl+C: now
            for _, child in children:
                child.kill()
        asked.append(signum)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), note)
    apart = {} if IS_WINDOWS else dict(APART, preexec_fn=die_with_parent)
    for name, command in programs:
        if not asked:
            child = subprocess.Popen(command, **apart)
            children.append((name, child))
    while not asked and all(child.poll() is None for _, child in children):
        time.sleep(0.1)
    ended = [(name, child) for name, child in children if child.poll() is not None]
    end_all([child for _, child in children])
    failed = None if asked or not ended else ended[0]
    if failed:
        print("tutorbot: %s terminó (código %d)" % (failed[0], exit_code(failed[1])), file=sys.stderr)
        return exit_code(failed[1]) or exit_code(children[0][1])
    return exit_code(children[0][1]) if children else 0


def end_all(children):
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def exit_code(child):
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def main():
    """launch.py REQUIREMENTS[,REQUIREMENTS] COMMAND ARG...; the virtualenv's commands come first."""
    check_python()
    make_venv()
    install(with_extras(sys.argv[1].split(",")))
    os.chdir(ROOT)
    os.environ["PATH"] = os.path.dirname(PYTHON) + os.pathsep + os.environ.get("PATH", "")
    os.environ["VIRTUAL_ENV"] = VENV
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if sys.argv[2:] == ["serve"]:
        if subprocess.run([PYTHON, "manage.py", "bootstrap", "--check-port"]).returncode:
            sys.exit(1)
        sys.exit(run_together(programs()))
    if IS_WINDOWS:  # there exec would give the prompt back at once
        sys.exit(subprocess.call(sys.argv[2:]))
    os.execvp(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
