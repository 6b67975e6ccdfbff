#!/usr/bin/env bash
# Measures the service beside its peers, in turn, in one run. Needs wrk, strace and, for Hangfire, PostgreSQL:
#   apt-get install wrk strace postgresql
# Usage: compare.sh [--rounds 3] [--seconds 5] [--sustain 60] [--rows 10000000] [--report docs]
set -euo pipefail
cd "$(dirname "$0")/../.."
for tool in wrk strace; do
  command -v "$tool" > /dev/null || { echo "compare.sh needs $tool" >&2; exit 2; }
done
dotnet build -c Release -v quiet
exec dotnet artifacts/bin/WebhookService.Benchmarks/release/WebhookService.Benchmarks.dll compare "$@"
