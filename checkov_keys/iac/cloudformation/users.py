"""Which user a CloudFormation access key belongs to. One template is one account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.cloudformation.functions import Reference, Text, Value, spell
from checkov_keys.iac.common.reading import UserIdentity

if TYPE_CHECKING:
    from checkov_keys.iac.cloudformation.sections import Sections
    from checkov_keys.iac.cloudformation.values import Values

# A value that CloudFormation takes from elsewhere when it deploys.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
_DYNAMIC_REFERENCE = "{{resolve:"


class UserIdentities:
    """Tells apart the users of one template."""

    def __init__(self, template: Sections, values: Values) -> None:
        """Take the template and its values; names of users are read when one is needed."""
        self._template = template
        self._values = values
        self._by_expression: dict[str, str] | None = None

    def identify(self, value: Value) -> UserIdentity | None:
        """Return the identity that a `UserName` names; None if it is not a text, or is empty."""
        if not isinstance(value, Text) or not value.parts:
            return None
        name = value.literal
        if name is not None and _DYNAMIC_REFERENCE not in name:
            return UserIdentity.named(self._template.path, name)
        expression = _spell_expression(value)
        resource = self._find_resource(value) or self._index_expressions().get(expression)
        if resource is not None:
            return UserIdentity(self._template.path, "resource", resource)
        return UserIdentity(self._template.path, "expression", expression)

    def _find_resource(self, value: Text) -> str | None:
        only = value.parts[0]
        is_user = len(value.parts) == 1 and isinstance(only, Reference) and only.spelling in self._template.users
        return only.spelling if is_user and isinstance(only, Reference) else None

    def _index_expressions(self) -> dict[str, str]:
        """Return the users whose names stay expressions, by their expressions."""
        if self._by_expression is None:
            self._by_expression = {}
            for resource, properties in self._template.users.items():
                for _, name in self._values.list_alternatives(properties.get("UserName")):
                    if isinstance(name, Text) and name.parts:
                        self._by_expression.setdefault(_spell_expression(name), resource)
        return self._by_expression


def _spell_expression(value: Text) -> str:
    """Return the spelling of a name that stays an expression; IAM does not tell names apart by case."""
    if value.literal is not None:
        return spell(value)
    return spell(Text(tuple(part.casefold() if isinstance(part, str) else part for part in value.parts)))
