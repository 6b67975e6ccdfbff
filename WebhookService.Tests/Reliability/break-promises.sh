#!/usr/bin/env bash
# Breaks each promise on purpose, one at a time, in a copy of the last commit, and runs the tests that must fail.
# A test that passes despite its broken promise is an error. Takes about ten minutes on two cores. Needs PostgreSQL and
# strace, as the tests do.
# Usage: break-promises.sh [NAME …], names of files in BrokenPromises/; without a name, all of them.
set -euo pipefail
patches=$(cd "$(dirname "$0")/BrokenPromises" && pwd)
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- $(cd "$patches" && ls -- *.patch | sed 's/\.patch$//')
copy=$(mktemp -d)
tree=$copy/tree
bin=$tree/artifacts/bin/WebhookService.Tests/debug
trap 'git worktree remove --force "$tree"; rm -rf "$copy"' EXIT
git worktree add -q --detach "$tree"
unnoticed=0

# Builds without analyzers, since a patch may leave a field unused.
build() {
  dotnet build "$tree/$1" -v quiet -m:1 -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false \
    -p:GenerateDocumentationFile=false "${@:2}" > "$copy/log" 2>&1 || { cat "$copy/log"; exit 2; }
}

# Rebuilds the projects that this patch and the previous one changed. Patches change method bodies and not signatures,
# so no other project needs a build.
rebuild() {
  local changed project
  changed=$(git -C "$tree" diff --name-only)
  git -C "$tree" checkout -q -- .
  git -C "$tree" apply "$1"
  changed+=" $(git -C "$tree" diff --name-only)"
  for project in $(printf '%s\n' $changed | cut -d/ -f1 | sort -u); do
    build "$project" --no-restore -p:BuildProjectReferences=false
    cp "$tree/artifacts/bin/$project/debug/$project.dll" "$bin"
  done
}

# Succeeds when the test fails, and prints the failed tests. A run without a result is an error of this script.
notices() {
  ! dotnet test "$bin/WebhookService.Tests.dll" --filter "FullyQualifiedName~.$1" > "$copy/log" 2>&1 || return 1
  grep -oE '^ *Failed [A-Za-z_0-9]+' "$copy/log" | sort -u | sed "s/^ *Failed /  noticed by ${1%%.*}./" ||
    { cat "$copy/log"; exit 2; }
}

build WebhookService.Tests
for name in "$@"; do
  patch=$patches/$name.patch
  sed -n 's/^Broken: /\n/p' "$patch"
  rebuild "$patch"
  isNoticed=1
  while read -r test; do
    notices "$test" || { echo "  NOT noticed by $test"; isNoticed=0; }
  done < <(sed -n 's/^Fails: //p' "$patch")
  unnoticed=$((unnoticed + 1 - isNoticed))
done

printf '\n%d broken, %d not noticed, in %d min %d s\n' $# "$unnoticed" $((SECONDS / 60)) $((SECONDS % 60))
[ "$unnoticed" -eq 0 ]
