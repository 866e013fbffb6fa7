# Web process and worker. Build from the project's root:  docker build -f docker/backend.Dockerfile -t tutorbot .
# Production settings: give it SECRET_KEY and ALLOWED_HOSTS, and a volume for /data (docs/deploy.md).
# A base image is pinned to a tag; to a digest (…@sha256:…) by whoever builds, with PYTHON_IMAGE.
ARG PYTHON_IMAGE=python:3.12-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements/ /requirements/
RUN python -m venv /venv \
 && /venv/bin/pip install --quiet --require-hashes -r /requirements/postgres.txt -r /requirements/mongo.txt

FROM ${PYTHON_IMAGE}
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 \
    APP_ENV=prod HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
RUN useradd --system --uid 10001 --home-dir /app tutorbot && install -d -o tutorbot /data
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py ./
COPY tutorbot/ tutorbot/
COPY apps/ apps/
COPY templates/ templates/
COPY static/ static/
COPY rasa/ rasa/
RUN python -m compileall -q -j 0 manage.py tutorbot apps rasa/actions
USER 10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=120s --retries=4 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=2)"]
CMD ["sh", "-c", "python manage.py bootstrap && exec gunicorn -c tutorbot/gunicorn.py tutorbot.wsgi"]
