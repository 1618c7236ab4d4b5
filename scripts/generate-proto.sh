#!/usr/bin/env bash
# Generates shared/proto-gen from proto/: run it after every change of a contract and commit the result.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"
buf lint proto
rm -rf shared/proto-gen/src
mkdir -p shared/proto-gen/src
(cd proto && buf generate --template buf.gen.yaml)
