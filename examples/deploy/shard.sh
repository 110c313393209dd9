#!/bin/sh
# Reads one shard of the organization, and keeps its snapshot in S3. From the environment:
#   SHARD      which one: 3/10
#   ROLE_NAME  the role in each account
#   RUN        where the files of this run are: s3://bucket/name
set -eu
folder="$(mktemp -d)"
# Findings are for judge.sh. What could not be read is in the snapshot too, which is written all the same.
checkov-keys audit --organization --role-name "$ROLE_NAME" --soft-fail --quiet \
  --shard "$SHARD" --save-snapshot "$folder/snapshot.json" || [ -s "$folder/snapshot.json" ]
aws s3 cp --only-show-errors "$folder/snapshot.json" "$RUN/shards/$(echo "$SHARD" | tr / -).json"
