"""Merges the files of several audits into one: results of audit in JSON, or snapshots."""
