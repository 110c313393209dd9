"""Ansible playbooks, roles and task files → users and keys."""
