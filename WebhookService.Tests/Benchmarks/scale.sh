#!/usr/bin/env bash
# Compares the service on a PostgreSQL database of many rows with one of a million, in turn. It creates and fills the
# databases webhooks_1 and webhooks_<millions> unless they exist, on the server and as the user of psql's own variables
# (PGHOST, PGPORT, PGUSER, PGPASSWORD). A million rows take about 400 MB and 10 s. Needs psql, wrk and curl.
# Usage: scale.sh [--millions 100] [--rounds 3] [--seconds 5]
set -euo pipefail
cd "$(dirname "$0")/../.."
millions=100 rounds=3 seconds=5
while [ $# -gt 1 ]; do
  case $1 in
    --millions) millions=$2 ;;
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    *) echo "scale.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done

scripts=$PWD/WebhookService.Tests/Benchmarks work=$(mktemp -d)
services=()
trap '[ ${#services[@]} -eq 0 ] || kill "${services[@]}" 2> /dev/null || true; rm -rf "$work"' EXIT
dotnet publish WebhookService.Api -p:PublishProfile=framework-dependent -o "$work/service" -v quiet -nologo

sql() { psql -qAtX -v ON_ERROR_STOP=1 -d "$@"; }
url() { echo "postgresql://${PGUSER:-$USER}${PGPASSWORD:+:$PGPASSWORD}@${PGHOST:-localhost}:${PGPORT:-5432}/$1"; }
service() { # service DATABASE PORT [NAME=VALUE…]
  env PORT="$2" DATABASE_URL="$(url "$1")" Security__AllowAnonymous=true Processing__Delay=00:00:00 \
    Reads__Timeout=00:00:30 "${@:3}" "$work/service/WebhookService.Api" > "$work/log-$1" 2>&1 &
  services+=($!)
  local tries
  for tries in $(seq 200); do
    curl -sfo /dev/null "http://127.0.0.1:$2/health/ready" && return
    kill -0 "${services[-1]}" || break
    read -rt 0.1 -u 9 || true
  done
  cat "$work/log-$1" >&2
  exit 1
}
stop() { kill "${services[@]}"; wait "${services[@]}" || true; services=(); }

fill() { # fill DATABASE MILLIONS
  [ "$(sql postgres -c "SELECT count(*) FROM pg_database WHERE datname = '$1'")" = 0 ] || return 0
  sql postgres -c "CREATE DATABASE $1"
  DATABASE_URL="$(url "$1")" "$work/service/WebhookService.Api" migrate
  local million indexes
  indexes=$(sql "$1" -c "SELECT indexdef || ';' FROM pg_indexes
    WHERE indexname ~ '^ix_transactions_(source|destination|finished)$'")
  sql "$1" -c 'DROP INDEX ix_transactions_source, ix_transactions_destination, ix_transactions_finished'
  for million in $(seq 0 $(($2 - 1))); do
    sql "$1" -c "
      INSERT INTO transactions (transaction_id, source_account, destination_account, amount, currency, status, created_at,
        processed_at, attempts, claimed_by, succeeded_start, succeeded_status)
      SELECT 'txn_scale_' || i, 'acc_user_' || (hashint8(i)::bigint & 1048575), 'acc_merchant_' || i % 5000, 150.50, 'INR',
        'PROCESSED', t, t + interval '1 s', 1, 1, t + interval '900 ms', 200
      FROM (SELECT i, timestamptz '2026-01-01' + i * interval '50 ms' AS t
        FROM generate_series(${million}000001, ${million}000000 + 1000000) i) rows"
  done
  sql "$1" -c "SET maintenance_work_mem = '1GB'; $indexes
    UPDATE totals SET accepted = ${2}000000, processed = ${2}000000 WHERE instance_id = 0"
  sql "$1" -c 'VACUUM (ANALYZE) transactions' -c 'CHECKPOINT'
}

load() { # load PORT SCRIPT [NAME=VALUE…]: requests per second
  env "${@:3}" wrk -t1 -c64 -d"$seconds" -s "$scripts/$2" "http://127.0.0.1:$1" \
    | awk '/RESULT/ { printf "%.0f", $2 / $3 * 1e6 }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
milliseconds() { # milliseconds URL: median of 100
  printf 'url = "%s"\noutput = /dev/null\n' $(yes "$1" | head -100) \
    | curl -sf -w '%{time_total}\n' -K - | awk '{ printf "%.2f\n", $1 * 1000 }' | median
}

page_10000() { # page_10000 PORT: its URL; follows the links, in pages of 200
  local path="/v1/transactions?limit=200" page
  for page in $(seq 2499); do
    path=$(curl -sfD - -o /dev/null "http://127.0.0.1:$1$path" | sed -n 's/^[Ll]ink: <\([^>]*\)>.*/\1/p')
  done
  echo "http://127.0.0.1:$1${path/limit=200/limit=50}"
}

backlog() { # backlog DATABASE PORT: adds 20,000 rows that no instance claimed; rows processed per second from the start on
  sql "$1" -c "
    INSERT INTO transactions (transaction_id, source_account, destination_account, amount, currency, status, created_at, attempts)
    SELECT 'txn_backlog_' || extract(epoch FROM now()) || '_' || i, 'a', 'b', 1, 'INR', 'PROCESSING', now(), 0
    FROM generate_series(1, 20000) i" -c "UPDATE totals SET accepted = accepted + 20000 WHERE instance_id = 0"
  local begun=$EPOCHREALTIME now
  service "$1" "$2"
  until [ "$(sql "$1" -c "SELECT count(*) FROM (SELECT 1 FROM transactions
    WHERE status = 'PROCESSING' AND next_attempt_at IS NULL LIMIT 1) waiting")" = 0 ]; do
    read -rt 0.05 -u 9 || true
  done
  now=$EPOCHREALTIME
  stop
  echo $((20000 * 1000000 / (${now/./} - ${begun/./})))
}

pruned() { # pruned DATABASE PORT: rows pruned per second
  local count="SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'transactions'" before
  service "$1" "$2" Retention__ContentAge=1.00:00:00 Retention__Interval=00:00:01 Retention__Batch=1000
  before=$(sql "$1" -c "$count")
  read -rt 20 -u 9 || true
  echo $((($(sql "$1" -c "$count") - before) / 20))
  stop
}

row() { printf '%-44s %12s %12s   %s\n' "$1" "$2" "$3" "$(awk -v a="$2" -v b="$3" 'BEGIN { printf "%.2f", b / a }')"; }

mkfifo "$work/never"
exec 9<> "$work/never"
few=webhooks_1 many=webhooks_$millions
fill "$few" 1
fill "$many" "$millions"
printf '%-44s %12s %12s   %s\n' "" "1 million" "$millions million" ratio

service "$few" 8801
service "$many" 8802
for port in 8801 8802; do
  seconds=8 load $port post.lua RUN="warm$EPOCHSECONDS" > "$work/warm"
  seconds=8 load $port get.lua RUN=scale ROWS=1000000 KIND=find > "$work/warm"
done
for kind in post find list; do
  for round in $(seq "$rounds"); do
    ports=(8801 8802)
    [ $((round % 2)) = 1 ] || ports=(8802 8801)
    for port in "${ports[@]}"; do
      rows=1000000
      [ $port = 8801 ] || rows=${millions}000000
      case $kind in
        post) load $port post.lua RUN="r$round$EPOCHSECONDS" ;;
        *) load $port get.lua RUN=scale ROWS=$rows KIND=$kind ;;
      esac >> "$work/$kind-$port"
      echo >> "$work/$kind-$port"
    done
  done
done
row "POST, per second" "$(median < "$work/post-8801")" "$(median < "$work/post-8802")"
row "GET by id, at random, per second" "$(median < "$work/find-8801")" "$(median < "$work/find-8802")"
row "list, first page of 50, per second" "$(median < "$work/list-8801")" "$(median < "$work/list-8802")"
row "list, page 1, ms" "$(milliseconds http://127.0.0.1:8801/v1/transactions)" "$(milliseconds http://127.0.0.1:8802/v1/transactions)"
row "list, page 10,000, ms" "$(milliseconds "$(page_10000 8801)")" "$(milliseconds "$(page_10000 8802)")"
row "stats, ms" "$(milliseconds http://127.0.0.1:8801/v1/stats)" "$(milliseconds http://127.0.0.1:8802/v1/stats)"
stop
row "20,000 unclaimed rows processed, per second" "$(backlog "$few" 8801)" "$(backlog "$many" 8802)"
row "pruned, per second" "$(pruned "$few" 8801)" "$(pruned "$many" 8802)"
