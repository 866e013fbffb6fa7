# Rasa's action server: what the bot does besides talking (docs/actions.md). Build from the project's root:
#   docker build -f docker/action-server.Dockerfile -t tutorbot-action-server .
ARG PYTHON_IMAGE=python:3.10-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements/rasa.txt /requirements/
RUN python -m venv /venv && /venv/bin/pip install --quiet --require-hashes -r /requirements/rasa.txt

FROM ${PYTHON_IMAGE}
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SANIC_HOST=0.0.0.0
RUN useradd --system --uid 10001 --home-dir /app tutorbot
WORKDIR /app
COPY --from=build /venv /venv
COPY rasa/actions/ actions/
USER 10001
EXPOSE 5055
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s --retries=4 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:5055/health', timeout=2)"]
CMD ["python", "-m", "actions.server", "--port", "5055"]
