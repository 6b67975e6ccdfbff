#!/usr/bin/env bash
# Breaks each promise on purpose, one at a time, in a copy of the last commit, and runs the tests that must notice.
# A broken promise that one of its tests does not notice is an error. Takes about ten minutes. Needs what the tests need:
# PostgreSQL and strace.
# Usage: break-promises.sh [NAME …], the names of files in BrokenPromises/; all of them without a name.
set -euo pipefail
patches=$(cd "$(dirname "$0")/BrokenPromises" && pwd)
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- $(cd "$patches" && ls -- *.patch | sed 's/\.patch$//')
copy=$(mktemp -d)
trap 'git worktree remove --force "$copy/tree"; rm -rf "$copy"' EXIT
git worktree add -q --detach "$copy/tree"
unnoticed=0

for name in "$@"; do
  patch=$patches/$name.patch
  git -C "$copy/tree" checkout -q -- .
  git -C "$copy/tree" apply "$patch"
  sed -n 's/^Broken: /\n/p' "$patch"
  dotnet build "$copy/tree/WebhookService.Tests" -v quiet > "$copy/build" || { cat "$copy/build"; exit 2; }
  while read -r test; do
    if dotnet test "$copy/tree/WebhookService.Tests" --no-build --filter "FullyQualifiedName~.$test" > "$copy/log" 2>&1; then
      echo "  NOT noticed by $test"
      unnoticed=1
    else
      grep -oE '^ *Failed [A-Za-z_]+' "$copy/log" | sort -u | sed "s/^ *Failed /  noticed by ${test%%.*}./" ||
        { cat "$copy/log"; exit 2; }
    fi
  done < <(sed -n 's/^Fails: //p' "$patch")
done
exit "$unnoticed"
