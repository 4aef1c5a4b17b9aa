#!/usr/bin/env bash
# The Flow Library's scorecard, run on the packed palette. "Unable to parse" hides our node types: a failure here.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
npm pack --silent --ignore-scripts --pack-destination "$out" >/dev/null
tar -xzf "$out"/*.tgz -C "$out"
# node-red-dev reads the working directory as the package.
result=$(cd "$out/package" && NODE_OPTIONS="--require $OLDPWD/scripts/scorecard-offline.cjs" "$OLDPWD/node_modules/.bin/node-red-dev" validate 2>&1) || true
printf '%s\n' "$result"
if grep -qiE 'unable to parse|❌|✗|\bfail' <<<"$result"; then exit 1; fi
