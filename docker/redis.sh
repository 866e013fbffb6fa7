#!/bin/sh
# Redis with a password that stands neither in the image nor among its arguments. Jobs live here: they are kept on disk.
set -eu
umask 077
cat >"${REDIS_CONF:=/tmp/redis.conf}" <<CONF
requirepass $REDIS_PASSWORD
appendonly yes
maxmemory-policy noeviction
dir ${REDIS_DIR:-/data}
CONF
exec redis-server "$REDIS_CONF" "$@"
