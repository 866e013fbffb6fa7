#!/bin/sh
# Builds an image of each docker/*.Dockerfile and gives it these tags:  scripts/build_images.sh TAG…
#   tutorbot-backend:TAG; with REGISTRY=host NAMESPACE=owner/name:  host/owner/name-backend:TAG
# PUSH=1 pushes them, too. DOCKER=echo only shows what would be done.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || { echo "usage: $0 TAG…" >&2; exit 2; }
docker=${DOCKER:-docker}
prefix=tutorbot
[ -z "${REGISTRY:-}" ] || prefix=$(printf '%s/%s' "$REGISTRY" "${NAMESPACE:?}" | tr '[:upper:]' '[:lower:]')

for file in docker/*.Dockerfile; do
  name=$(basename "$file" .Dockerfile)
  context=.
  if grep -q '^# Build from docker/' "$file"; then context=docker; fi
  image=$prefix-$name
  "$docker" build --pull --file "$file" --tag "$image:$1" "$context"
  for tag in "$@"; do
    "$docker" tag "$image:$1" "$image:$tag"
    [ -z "${PUSH:-}" ] || "$docker" push "$image:$tag"
  done
done
