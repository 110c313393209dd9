"""Where templates declare users and keys: for `audit -d`, drift, owners of keys, and edits."""
