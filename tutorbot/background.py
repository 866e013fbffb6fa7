"""`make start`, `stop` and `logs`: what `make run` runs, in the background, by a process number in DATA_DIR.

Like launch.py: standard library only, and syntax that an old Python can read.
"""

import collections
import os
import signal
import socket
import subprocess
import sys
import time

import launch

DATA = os.path.join(launch.ROOT, launch.setting("DATA_DIR") or "var")
PID, LOG = os.path.join(DATA, "tutorbot.pid"), os.path.join(DATA, "tutorbot.log")
READY = "Ctrl+C para terminar."
LINES = 200
START_SECONDS, STOP_SECONDS = 900, launch.STOP_SECONDS + 10


def running():
    """The process number of what was started and still runs, or None."""
    try:
        with open(PID) as file:
            pid = int(file.read())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            return pid if b"launch.py" in file.read() else None  # the number may be another program's by now
    except OSError:
        return None if sys.platform == "linux" else pid


def listens():
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(launch.setting("PORT") or 8000))) == 0


def start():
    """Waits until it answers, and shows meanwhile what it says: the first start shows a password."""
    launch.check_python()
    if running():
        launch.fail("ya está en marcha (proceso %d). Detenlo con make stop" % running())
    os.makedirs(DATA, exist_ok=True)
    with os.fdopen(os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
        command = [sys.executable, os.path.join(launch.ROOT, "tutorbot", "launch.py"), "base", "serve"]
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=launch.ROOT, **launch.APART
        )
    with open(PID, "w") as file:
        file.write(str(child.pid))
    deadline = time.monotonic() + START_SECONDS
    with open(LOG, encoding="utf-8", errors="replace") as said:
        while time.monotonic() < deadline:
            text = said.read()
            if READY in text or (launch.IS_WINDOWS and listens()):
                print(text.replace(READY, "make stop para terminar; make logs para ver qué dice."))
                return
            print(text, end="", flush=True)
            if child.poll() is not None:
                print(said.read(), end="", flush=True)
                os.remove(PID)
                launch.fail("no arrancó (código %d)" % launch.exit_code(child))
            time.sleep(0.2)
    launch.fail("sigue arrancando; mira %s" % LOG)


def stop():
    """Turns in flight are answered first."""
    pid = running()
    if pid is None:
        print("No está en marcha.")
        return
    if launch.IS_WINDOWS:
        subprocess.call(["taskkill", "/PID", str(pid), "/T", "/F"])
    else:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while running():
        if time.monotonic() > deadline:
            launch.fail("el proceso %d no termina. Mira %s" % (pid, LOG))
        time.sleep(0.1)
    os.remove(PID)
    print("Detenido.")


def logs():
    """The last lines, then whatever comes, until Ctrl+C; a new start begins the file anew."""
    if not os.path.exists(LOG):
        launch.fail("todavía no hay registro. Inicia con make start")
    seen = 0
    with open(LOG, encoding="utf-8", errors="replace") as said:
        print("".join(collections.deque(said, LINES)), end="", flush=True)
        while True:
            size = os.fstat(said.fileno()).st_size
            if size < seen:
                said.seek(0)
            seen = size
            print(said.read(), end="", flush=True)
            time.sleep(0.2)


if __name__ == "__main__":
    try:
        {"start": start, "stop": stop, "logs": logs}[sys.argv[1]]()
    except KeyboardInterrupt:
        sys.exit(130)
