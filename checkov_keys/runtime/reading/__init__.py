"""One account or many, read: users and keys, organizations, stacks, snapshots."""
