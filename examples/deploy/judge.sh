#!/bin/sh
# Judges what the shards have read, and keeps the reports in S3. A shard without a snapshot is named in them, and ends this
# with 2. From the environment:
#   RUN        where the files of this run are: s3://bucket/name
set -eu
folder="$(mktemp -d)"
mkdir "$folder/shards"
aws s3 cp --only-show-errors --recursive "$RUN/shards/" "$folder/shards/"
# 2 without a shard: the merged snapshot says so, and so does whatever judges it.
checkov-keys merge "$folder"/shards/*.json -o "$folder/merged.json" || [ -s "$folder/merged.json" ] || exit 2
code=0
checkov-keys audit --from-snapshot "$folder/merged.json" --quiet -o cli -o json -o csv \
  --output-file-path "console,$folder/report/results.json,$folder/report/results.csv" || code=$?
[ -s "$folder/report/results.json" ] || exit 2
checkov-keys dashboard "$folder/report/results.json" -o "$folder/report/report.html"
aws s3 cp --only-show-errors "$folder/merged.json" "$RUN/merged.json"
aws s3 cp --only-show-errors --recursive "$folder/report/" "$RUN/report/"
exit "$code"
