#!/usr/bin/env bash
# Starts Vici on this machine with nothing but Node and npm. "./quick-start.sh help" lists what else it does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

for tool in node npm; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    echo "Vici needs $tool, which is not on this machine: install Node.js 20.19 or newer (it brings npm) from https://nodejs.org and start again." >&2
    exit 1
  fi
done

node_path=$(node scripts/prepare.mjs)
# Tracing has to be there before what it traces is loaded.
tracing=()
if [[ -n ${OTEL_EXPORTER_OTLP_ENDPOINT:-} ]]; then tracing=(--import @vici/utils/tracing-register); fi
# Small young generation: half the memory at rest, for a little more work under load. As many threads collect garbage as
# there are cores beside the main thread's (0), not four: those would take the cores from PostgreSQL.
exec "$node_path" --enable-source-maps --max-semi-space-size=8 --v8-pool-size=0 --max-old-space-size=2048 ${tracing[@]+"${tracing[@]}"} deployment/local/dist/cli/main.js "$@"
