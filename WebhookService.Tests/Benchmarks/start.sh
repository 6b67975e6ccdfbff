#!/usr/bin/env bash
# Measures the time from process start to the first 202, for the service and for an empty ASP.NET Core MVC application
# published in the same way, in turn in each round. Prints medians, and ratios taken within a round.
# Usage: start.sh [--rounds 10] [--profile framework-dependent|self-contained] [--jit true]  (--jit also: not compiled ahead)
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=10 profile=framework-dependent jit=false
while [ $# -gt 1 ]; do
  case $1 in
    --rounds) rounds=$2 ;;
    --profile) profile=$2 ;;
    --jit) jit=$2 ;;
    *) echo "start.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done

root=$PWD port=8765 work=$(mktemp -d)
process=
trap '[ -z "$process" ] || kill -9 "$process" 2> /dev/null || true; rm -rf "$work"' EXIT

# The peer of compare.sh in a project that contains only its sources, with the settings of the service.
empty_project() {
  mkdir -p "$work/source/Properties"
  cp -r WebhookService.Api/Properties/PublishProfiles "$work/source/Properties/"
  cat > "$work/source/Empty.csproj" << XML
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <ServerGarbageCollection>false</ServerGarbageCollection>
  </PropertyGroup>
  <ItemGroup>
    <Compile Include="$root/WebhookService.Tests/Benchmarks/Peers/PeerHost.cs" />
    <Compile Include="$root/WebhookService.Tests/Benchmarks/Peers/EmptyAction.cs" />
  </ItemGroup>
</Project>
XML
  echo 'return await WebhookService.Tests.Benchmarks.Peers.EmptyAction.RunAsync(args[0]);' > "$work/source/Program.cs"
}

# publish PROJECT NAME [OPTION…]
publish() {
  dotnet publish "$1" -p:PublishProfile="$profile" --artifacts-path "$work/build-$2" -o "$work/$2" \
    -v quiet -nologo -nodeReuse:false "${@:3}" > "$work/log" || { cat "$work/log" >&2; exit 1; }
}

# post ID: reads the status line of one answer; fails until a server listens and answers 202.
post() {
  local body="{\"transaction_id\":\"$1\",\"source_account\":\"a\",\"destination_account\":\"b\",\"amount\":1.50,\"currency\":\"INR\"}"
  { exec 3<> "/dev/tcp/127.0.0.1/$port"; } 2> /dev/null || return 1
  printf 'POST /v1/webhooks/transactions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' \
    "${#body}" "$body" >&3
  IFS= read -r status <&3 || status=
  exec 3>&-
  [[ $status == *" 202"* ]]
}

# measure ID COMMAND…: sets took to the time in ms.
measure() {
  local id=$1 begun=$EPOCHREALTIME
  "${@:2}" > "$work/output" 2>&1 &
  process=$!
  until post "$id"; do
    kill -0 "$process" || { cat "$work/output" >&2; exit 1; }
    read -rt 0.002 -u 9 || true
  done
  local now=$EPOCHREALTIME
  took=$(((${now/./} - ${begun/./}) / 1000))
  kill -TERM "$process"
  wait "$process" || true
  process=
}

service() { # service ID PROGRAM DATABASE
  measure "$1" env DATABASE_URL="sqlite:///$3" PORT="$port" Security__AllowAnonymous=true \
    Processing__ShutdownGrace=00:00:00 "$2/WebhookService.Api"
}

mkfifo "$work/never"
exec 9<> "$work/never"
empty_project
publish "$work/source" empty
publish WebhookService.Api service
programs=(service)
if [ "$jit" = true ]; then
  publish WebhookService.Api service-jit -p:PublishReadyToRun=false
  programs+=(service-jit)
fi

cd "$work"
printf '%-44s %s\n' "ms to the first 202, each round" "empty | $(printf '%s existing, fresh | ' "${programs[@]}")"
for program in "${programs[@]}"; do
  service "before" "$work/$program" "$work/$program.db"
done
measure warm "$work/empty/Empty" "$port"
for round in $(seq "$rounds"); do
  measure "r$round" "$work/empty/Empty" "$port"
  line=$took
  for program in "${programs[@]}"; do
    service "r$round" "$work/$program" "$work/$program.db"
    line+=" $took"
    service "f$round" "$work/$program" "$work/$program-fresh-$round.db"
    line+=" $took"
  done
  echo "$line" | tee -a "$work/rounds"
done

median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.2f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
column=1
for name in empty-MVC-application $(for p in "${programs[@]}"; do echo "$p,existing-database $p,fresh-database"; done); do
  ms=$(awk -v c=$column '{ print $c }' "$work/rounds" | median)
  ratio=$(awk -v c=$column '{ print $c / $1 }' "$work/rounds" | median)
  printf '%-44s %7.0f ms  %s of the empty one\n' "$name" "$ms" "$ratio"
  column=$((column + 1))
done
