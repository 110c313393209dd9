"""The commands over files: fix, dashboard, checks-dir, list."""
