"""CKV2_KEYS_5: the secret of an access key is not in plain sight.

Every place that a template gives the secret to is known by a written-out table of the template's language. A place that
is in none of the tables, and a way that cannot be followed, is not a finding.
"""

from __future__ import annotations

from checkov_keys.domain.rules.judging import SinkRule
from checkov_keys.domain.rules.rule import Rule

EXPOSED_SECRETS = SinkRule(
    Rule(
        id="CKV2_KEYS_5",
        title="Exposed secrets",
        name="Ensure the secret of an access key is not exposed",
        severity="HIGH",
        category="SECRETS",
        guideline="https://docs.aws.amazon.com/IAM/latest/UserGuide/securing_access-keys.html",
        benchmarks=(),
        why=(
            "Whoever reads the secret of an access key can act as its user. Outputs, environments, user data and tags "
            "are read by many who may not do that."
        ),
        remedy=(
            "Hand the secret to Secrets Manager, or to an SSM parameter of type SecureString, and read it from there; "
            "better, give the workload a role, which needs no key. Then replace the key: its secret may have been seen."
        ),
    )
)
