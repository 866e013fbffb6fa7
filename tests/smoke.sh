#!/usr/bin/env bash
# `make run` into an empty data folder; a student's "hola" on both paths; the rows in the database; a second start.
set -euo pipefail
cd "$(dirname "$0")/.."
export DATA_DIR APP_ENV=dev PORT="${PORT:-8791}"
DATA_DIR="$(mktemp -d)"
log="$DATA_DIR/start.log"
base="http://127.0.0.1:$PORT"
server=

stop() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
  fi
}
trap 'stop; rm -rf "$DATA_DIR"' EXIT

start() {
  make run >"$log" 2>&1 &
  server=$!
  for _ in $(seq 1 600); do
    if curl -fs "$base/health" >/dev/null 2>&1; then return; fi
    if ! kill -0 "$server" 2>/dev/null; then cat "$log"; exit 1; fi
    sleep 0.2
  done
  cat "$log"; exit 1
}

say() { curl -fsS "$base$1" -H 'Content-Type: application/json' -d '{"message": "hola", "sender": "smoke"}'; }

start
grep -q "Contraseña (se muestra solo ahora)" "$log"
say /chat | grep -q '"text"'
say /api/chat | grep -qi 'hola'
curl -fsS "$base/chat" -d '{"message":"hola"}' | grep -q '"text"'
rows=$(.venv/bin/python manage.py shell -v 0 -c 'from apps.logs.models import ChatTurn; print(ChatTurn.objects.filter(intent="saludo").count())' | tail -1)
test "$rows" = 3
if PORT="$PORT" make run >"$DATA_DIR/second.log" 2>&1; then echo "a taken port was not noticed"; exit 1; fi
grep -q "puerto $PORT" "$DATA_DIR/second.log"
stop

began=$(date +%s%N)
start
took=$(( ($(date +%s%N) - began) / 1000000 ))
if grep -q "Contraseña" "$log"; then echo "the password was shown a second time"; exit 1; fi
stop
echo "smoke: answered on /chat and /api/chat, $rows rows; second start took $took ms"
