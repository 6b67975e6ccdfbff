#!/usr/bin/env bash
# Breaks each promise on purpose, one at a time, in a copy of the last commit, and runs the tests that must notice.
# A broken promise that one of its tests does not notice is an error. Takes about ten minutes on two cores. Needs what
# the tests need: PostgreSQL and strace.
# Usage: break-promises.sh [NAME …], the names of files in BrokenPromises/; all of them without a name.
set -euo pipefail
patches=$(cd "$(dirname "$0")/BrokenPromises" && pwd)
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- $(cd "$patches" && ls -- *.patch | sed 's/\.patch$//')
copy=$(mktemp -d)
tree=$copy/tree
trap 'git worktree remove --force "$tree"; rm -rf "$copy"' EXIT
git worktree add -q --detach "$tree"
unnoticed=0

# A patch may leave a field unused, and nobody reads this code: nothing but the compiler looks at it.
build() {
  dotnet build "$tree/WebhookService.Tests" -v quiet -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false \
    -p:GenerateDocumentationFile=false "$@" > "$copy/log" 2>&1 || { cat "$copy/log"; exit 2; }
}

# Succeeds when a test failed, and prints which; a run without any result is an error of this script.
notices() {
  ! dotnet test "$tree/artifacts/bin/WebhookService.Tests/debug/WebhookService.Tests.dll" \
    --filter "FullyQualifiedName~.$1" > "$copy/log" 2>&1 || return 1
  grep -oE '^ *Failed [A-Za-z_]+' "$copy/log" | sort -u | sed "s/^ *Failed /  noticed by ${1%%.*}./" ||
    { cat "$copy/log"; exit 2; }
}

build
for name in "$@"; do
  git -C "$tree" checkout -q -- .
  git -C "$tree" apply "$patches/$name.patch"
  sed -n 's/^Broken: /\n/p' "$patches/$name.patch"
  build --no-restore
  isNoticed=1
  while read -r test; do
    notices "$test" || { echo "  NOT noticed by $test"; isNoticed=0; }
  done < <(sed -n 's/^Fails: //p' "$patches/$name.patch")
  unnoticed=$((unnoticed + 1 - isNoticed))
done

printf '\n%d broken, %d not noticed, in %d min %d s\n' $# "$unnoticed" $((SECONDS / 60)) $((SECONDS % 60))
[ "$unnoticed" -eq 0 ]
