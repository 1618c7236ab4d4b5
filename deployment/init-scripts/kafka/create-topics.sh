#!/bin/bash
# Creates every topic with its partitions and retention; those that are there already stay as they are.
set -euo pipefail

topics=$(command -v kafka-topics || command -v kafka-topics.sh || echo /opt/kafka/bin/kafka-topics.sh)
while read -r topic partitions retention_ms; do
  "$topics" --bootstrap-server "${KAFKA_BOOTSTRAP:?}" --create --if-not-exists --topic "$topic" \
    --partitions "$partitions" --replication-factor "${KAFKA_REPLICATION:-1}" --config "retention.ms=$retention_ms"
done < "$(dirname "${BASH_SOURCE[0]}")/topics.txt"
