#!/usr/bin/env bash
# The suite once more on Node-RED 5 and Node 22, without what knows neither of them nor of what runs in them: in a copy of what is
# here and built, whose node_modules have these two instead. Arguments go to mocha.
set -euo pipefail
cd "$(dirname "$0")/.."
# The longest tests run whole on Node-RED 4.1; a third of them shows that nothing is different here.
export B2B_TEST_SCALE=${B2B_TEST_SCALE:-0.34}
# What tests look up beside the repository.
export B2B_CONTRACTS=${B2B_CONTRACTS:-$(realpath -m ../shared/contracts)}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$copy"
cp -a dist "$copy"
# Hard links where the file system can: npm replaces packages as a whole, and only its own list is written in place.
cp -al node_modules "$copy" 2>/dev/null || cp -a node_modules "$copy"
cd "$copy"
rm node_modules/.package-lock.json
# The npm package `node` would fetch this one from an install script.
binary=node-$(node -p 'process.platform + "-" + process.arch')
npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error node-red@5 @node-red/util@5 "$binary@22"
export PATH="$copy/node_modules/$binary/bin:$PATH"
echo "Node-RED $(node -p 'require("node-red/package.json").version'), Node $(node --version)"
npm test --silent -- --ignore 'test/{contract,documents,http,mapping,sandbox}/**' "$@"
