"""This project's own gunicorn settings, without its hooks."""

from tutorbot import gunicorn

for _name in ("bind", "workers", "threads", "worker_class", "timeout", "keepalive", "accesslog", "loglevel"):
    globals()[_name] = getattr(gunicorn, _name)
