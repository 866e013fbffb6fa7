#!/bin/sh
# MongoDB as a replica set of one, which transactions need, with passwords: then its members want a key file too.
set -eu
umask 077
printf '%s' "tutorbot:$MONGO_INITDB_ROOT_PASSWORD" | sha256sum | cut -d' ' -f1 >/tmp/keyfile
exec docker-entrypoint.sh mongod --replSet rs0 --bind_ip_all --keyFile /tmp/keyfile "$@"
