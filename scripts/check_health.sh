#!/bin/sh
# Asks a running server how it is; needs curl alone.
#   scripts/check_health.sh [BASE] [--chat]        BASE: http://127.0.0.1:8000
#   RASA_URL=http://rasa:5005 scripts/check_health.sh https://bot.example.edu.co --chat
# Exit code: 0 all is well, 1 something fails, 2 nobody is served.
set -u
base=http://127.0.0.1:${PORT:-8000}
chat=
for word in "$@"; do
  case $word in
    --chat) chat=1 ;;
    http://*|https://*) base=${word%/} ;;
    *) echo "uso: $0 [http://servidor] [--chat]" >&2; exit 2 ;;
  esac
done
worst=0

# check NAME CODE URL PATTERN [CURL OPTIONS]: status 200 and the pattern in the body, else CODE.
check() {
  name=$1 code=$2 url=$3 pattern=$4
  shift 4
  if body=$(curl -sS --fail-with-body --max-time 15 "$@" "$url" 2>&1) && printf %s "$body" | grep -Eq "$pattern"; then
    echo "Bien   $name"
  else
    echo "Falla  $name: $(printf %s "$body" | tr '\n' ' ' | cut -c1-200)"
    [ "$code" -gt "$worst" ] && worst=$code
  fi
}

check "Servidor web (/health)" 2 "$base/health" '"ok": ?true'
check "Base de datos y migraciones (/api/health/ready)" 2 "$base/api/health/ready" '"ok": ?true'
check "Todas las partes (/api/health/ready)" 1 "$base/api/health/ready" '"status": ?"ok"'
check "API (/api/health)" 1 "$base/api/health" '"ok": ?true'
check "Motor del bot (/chat/health)" 1 "$base/chat/health" '"engine_ok": ?true'
if [ -n "$chat" ]; then
  check "El bot responde «hola» (/chat)" 1 "$base/chat" '"(text|buttons|image|custom)"' \
    -H 'Content-Type: application/json' -d '{"message": "hola", "sender": "check-health"}'
fi
if [ -n "${RASA_URL:-}" ]; then
  check "Rasa (/version)" 1 "${RASA_URL%/webhooks/rest/webhook}/version" '"version"'
fi
case $worst in
  0) echo "Todo funciona." ;;
  1) echo "Funciona en parte." ;;
  2) echo "No puede atender." ;;
esac
exit $worst
