#!/bin/sh
# Creates the bucket of the shop's pictures (everybody may read a picture whose address they know, nobody may list them)
# and two private ones: what uploads arrive in, and what recommendation-service puts away.
set -eu

mc alias set vici "$MINIO_URL" "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD" > /dev/null
mc mb --ignore-existing "vici/$MEDIA_BUCKET"
mc mb --ignore-existing "vici/$STAGING_BUCKET"
mc mb --ignore-existing "vici/$SNAPSHOT_BUCKET"
cat > /tmp/read-objects.json <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "AWS": ["*"] }, "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::$MEDIA_BUCKET/*"] }
  ]
}
POLICY
mc anonymous set-json /tmp/read-objects.json "vici/$MEDIA_BUCKET"
