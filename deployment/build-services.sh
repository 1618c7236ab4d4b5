#!/usr/bin/env bash
# Builds the images: deployment/build-services.sh [service…]; all eleven without arguments. TAG and REGISTRY name them,
# e.g. REGISTRY=registry.example.com/vici TAG=1.4.0; PUSH=1 pushes each one. BUILDER is docker, podman or buildah;
# NODE_IMAGE takes the place of the official Node image, for machines that may only pull from a registry of their own.
set -euo pipefail
cd "$(dirname "$0")/.."

tag=${TAG:-$(git rev-parse --short HEAD)}
registry=${REGISTRY:-vici}
builder=${BUILDER:-docker}
options=()
# Only Docker's own format keeps the health check; buildah and podman write another unless told.
if [[ $builder != docker ]]; then options+=(--format docker); fi
if [[ -n ${NODE_IMAGE:-} ]]; then options+=(--build-arg "NODE_IMAGE=$NODE_IMAGE"); fi
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
  "$builder" build ${options[@]+"${options[@]}"} --file deployment/Dockerfile --build-arg "SERVICE=$service" \
    --tag "$registry/$service:$tag" .
  if [[ ${PUSH:-0} == 1 ]]; then "$builder" push "$registry/$service:$tag"; fi
done
