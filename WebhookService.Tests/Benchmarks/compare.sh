#!/usr/bin/env bash
# Measures the service and its peers in turn, in one run. Needs wrk; PostgreSQL for Hangfire; perf and root to count
# fsyncs and statements:  apt-get install wrk postgresql linux-perf
# Usage: compare.sh [--rounds 3] [--seconds 5] [--sustain 60] [--rows 10000000] [--report docs] [--only effects|sustained|reads]
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v wrk > /dev/null || { echo "compare.sh needs wrk" >&2; exit 2; }
dotnet build -c Release -v quiet
exec dotnet artifacts/bin/WebhookService.Benchmarks/release/WebhookService.Benchmarks.dll compare "$@"
