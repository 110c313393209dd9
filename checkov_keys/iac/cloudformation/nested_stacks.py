"""Parameters of a nested stack that nobody is shown: its template is here, and says NoEcho.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

from pathlib import Path

from checkov.cloudformation.parser import parse

from checkov_keys.iac.cloudformation.sections import get_entries, spell_scalar

# Where `aws cloudformation package` finds the template, by the type of the stack.
_LOCATIONS = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
_ENDINGS = (".yaml", ".yml", ".json", ".template")
# Templates are smaller. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_LARGEST = 1_000_000


class NestedStacks:
    """The templates that the stacks of one template are made from, each read once."""

    def __init__(self, path: str) -> None:
        """Take the template's own path: others are written from its folder."""
        self._folder = Path(path).parent
        self._parameters: dict[str, dict[str, object]] = {}

    def is_hidden(self, kind: str, properties: dict[str, object], argument: str) -> bool:
        """Tell whether an argument of a resource is a parameter that is known to be NoEcho."""
        location = properties.get(_LOCATIONS.get(kind, ""))
        section, _, name = argument.partition(".")
        if section != "Parameters" or not isinstance(location, str):
            return False
        if location not in self._parameters:
            self._parameters[location] = self._read(location)
        parameter = get_entries(self._parameters[location].get(name))
        return spell_scalar(parameter.get("NoEcho")).lower() == "true"

    def _read(self, location: str) -> dict[str, object]:
        path = self._folder / location
        if "://" in location or "\0" in location or path.suffix not in _ENDINGS:
            return {}
        try:
            if not path.is_file() or path.stat().st_size > _LARGEST:
                return {}
            parsed, _ = parse(str(path))
        except (OSError, ValueError, RecursionError):
            return {}
        return get_entries(parsed.get("Parameters")) if isinstance(parsed, dict) else {}
