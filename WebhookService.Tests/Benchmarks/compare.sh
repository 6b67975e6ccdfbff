#!/usr/bin/env bash
# Accepted requests a second beside an empty MVC action, in turn, in one run. Needs wrk and curl.
# Usage: compare.sh [rounds=5] [connections=64] [seconds=10]
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5} connections=${2:-64} seconds=${3:-10}
dotnet build -c Release -v quiet
data=$(mktemp -d)
trap 'kill $empty $service 2>/dev/null; wait; rm -rf "$data"' EXIT

cat > "$data/post.lua" <<'LUA'
local n = 0
function request()
  n = n + 1
  local body = string.format('{"transaction_id":"txn_%s_%d","source_account":"acc_user_789",'
    .. '"destination_account":"acc_merchant_456","amount":150.50,"currency":"INR"}', os.getenv("RUN"), n)
  return wrk.format("POST", "/v1/webhooks/transactions", {["Content-Type"] = "application/json"}, body)
end
LUA

dotnet artifacts/bin/WebhookService.Benchmarks/release/WebhookService.Benchmarks.dll serve empty 8131 > /dev/null &
empty=$!
DATABASE_URL="sqlite:///$data/transactions.db" PORT=8132 \
  dotnet artifacts/bin/WebhookService.Api/release/WebhookService.Api.dll > /dev/null &
service=$!
until curl -sf http://127.0.0.1:8132/health/ready > /dev/null; do sleep 0.2; done

rate() { # port, run, seconds
  RUN=$2 wrk -t1 -c"$connections" -d"$3"s -s "$data/post.lua" "http://127.0.0.1:$1" | awk '/Non-2xx/ { bad = $NF }
    /Requests\/sec/ { rate = $2 } END { if (bad) print "not 2xx: " bad > "/dev/stderr"; print rate }'
}
rate 8131 warm 4 > /dev/null
rate 8132 warm 4 > /dev/null
for round in $(seq "$rounds"); do
  a=$(rate 8131 "e$round" "$seconds")
  b=$(rate 8132 "s$round" "$seconds")
  awk -v a="$a" -v b="$b" 'BEGIN { printf "empty action %8.0f/s   service %8.0f/s   ratio %.2f\n", a, b, b / a }'
done
