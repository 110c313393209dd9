"""Find IAM users with more than one active access key, and help to turn the right one off.

The rooms, and what each one knows:

- ``domain``: what is true of users and access keys: entities, rules, the one judgement. Standard library only.
- ``iac``: Checkov's graphs → users; verdicts → Checkov's vertices; edits of templates. One reader per language.
- ``runtime``: a live account → users, and changes of their keys, each in a journal. boto3, no Checkov.
- ``report``: verdicts → Checkov's Report and Record → SARIF, JUnit, JSON, GitLab, text, HTML. Checkov, no boto3.
- ``external_checks``: the directory for ``checkov --external-checks-dir``: one thin loader, nothing else.
- ``cli``: the command ``checkov-keys``: parse → collect → judge → report → exit code.

Start reading at ``domain.rules``.
"""

__version__ = "0.1.0"

# OWNER is whoever hosts the repository: docs/development.md says where to put the name in.
PROJECT_URL = "https://github.com/OWNER/checkov-keys"
