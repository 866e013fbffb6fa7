#!/bin/sh
# Prints the lines that compose.yaml asks for and that nobody should invent:  sh docker/secrets.sh >> .env
# Without a shell:  docker run --rm -v "${PWD}:/w:ro" alpine:3.20 sh /w/docker/secrets.sh
set -eu
# The file that this goes to is its owner's alone from before the first line, whatever it was made with.
if [ -f /dev/stdout ] && ! chmod 600 /dev/stdout 2>/dev/null; then
  echo "secrets.sh: haz que solo tú leas ese archivo: chmod 600 .env" >&2
fi
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

echo
echo "# Made by docker/secrets.sh. Letters and digits only: they stand in addresses."
for name in SECRET_KEY MONGO_ROOT_PASSWORD MONGO_PASSWORD MONGO_RASA_PASSWORD REDIS_PASSWORD POSTGRES_PASSWORD \
  RASA_TOKEN RASA_MODEL_TOKEN HELPDESK_TOKEN; do
  echo "$name=$(random)"
done
