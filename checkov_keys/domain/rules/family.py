"""All rules, in the order of their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.domain.rules.console_users import CONSOLE_USERS
from checkov_keys.domain.rules.exposed_secrets import EXPOSED_SECRETS
from checkov_keys.domain.rules.left_over_keys import LEFT_OVER_KEYS, LEFT_OVER_KEYS_IN_TEMPLATES
from checkov_keys.domain.rules.old_keys import OLD_KEYS
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY, ONE_ACTIVE_KEY_IN_TEMPLATES
from checkov_keys.domain.rules.quarantined_users import QUARANTINED_USERS
from checkov_keys.domain.rules.root_key import ROOT_KEY
from checkov_keys.domain.rules.unused_keys import UNUSED_KEYS

if TYPE_CHECKING:
    from checkov_keys.domain.rules.judging import LiveRule, SinkRule, TemplateRule
    from checkov_keys.domain.rules.rule import Rule

# The rules for live accounts.
LIVE_RULES: tuple[LiveRule, ...] = (
    ONE_ACTIVE_KEY,
    UNUSED_KEYS,
    OLD_KEYS,
    ROOT_KEY,
    QUARANTINED_USERS,
    LEFT_OVER_KEYS,
    CONSOLE_USERS,
)
# Those of them that run if nobody names one.
DEFAULT_LIVE_RULES: tuple[LiveRule, ...] = tuple(rule for rule in LIVE_RULES if not rule.text.if_named)
# The rules for templates.
TEMPLATE_RULES: tuple[TemplateRule | SinkRule, ...] = (
    ONE_ACTIVE_KEY_IN_TEMPLATES,
    EXPOSED_SECRETS,
    LEFT_OVER_KEYS_IN_TEMPLATES,
)
# What each rule is called, by its id.
_TEXTS = {rule.text.id: rule.text for rule in (*LIVE_RULES, *TEMPLATE_RULES)}
RULES: dict[str, Rule] = {number: _TEXTS[number] for number in sorted(_TEXTS)}
