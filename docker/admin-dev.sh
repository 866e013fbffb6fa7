#!/bin/sh
# Installs what the panel's package-lock.json says, when it says something new, and serves the panel.
set -eu
if [ ! -f package-lock.json ]; then
  npm install --no-audit --no-package-lock
elif ! cmp -s package-lock.json node_modules/.installed; then
  npm ci --no-audit
  cp package-lock.json node_modules/.installed
fi
exec npm run dev -- --host 0.0.0.0 --port 5173
