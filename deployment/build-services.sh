#!/usr/bin/env bash
# Builds the images: deployment/build-services.sh [service…]; all eleven without arguments. TAG and REGISTRY name them,
# e.g. REGISTRY=registry.example.com/vici TAG=1.4.0; PUSH=1 pushes each one.
set -euo pipefail
cd "$(dirname "$0")/.."

tag=${TAG:-$(git rev-parse --short HEAD)}
registry=${REGISTRY:-vici}
if (($# > 0)); then
  services=("$@")
else
  services=(api-gateway)
  for folder in services/*-service; do services+=("${folder#services/}"); done
fi

for service in "${services[@]}"; do
  if [[ $service != api-gateway && ! -d services/$service ]]; then
    echo "There is no service \"$service\"." >&2
    exit 1
  fi
  echo "$service → $registry/$service:$tag"
  docker build --file deployment/Dockerfile --build-arg "SERVICE=$service" --tag "$registry/$service:$tag" .
  if [[ ${PUSH:-0} == 1 ]]; then docker push "$registry/$service:$tag"; fi
done
