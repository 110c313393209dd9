"""Sessions with AWS: credentials, roles, whose they are, answers, faults, worker threads."""
