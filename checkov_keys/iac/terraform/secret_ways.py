"""The way that a secret took, found backwards: from the argument that holds it to the key, by what refers to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.domain.exposures import SecretStep
from checkov_keys.iac.hcl.references import references
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.terraform.arguments import ALONE
from checkov_keys.iac.terraform.secret_sources import Holder, Source, find_source, make_holder

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.blocks import Attribute
    from checkov_keys.iac.terraform.module_instance import ModuleInstance
    from checkov_keys.iac.terraform.secret_texts import Secret

# A longer way is told by its key and its last steps, with a gap: nobody reads more, and every sink on it has one.
_MOST_STEPS = 100
_GAP = SecretStep("…")


class WayFinder:
    """Finds the ways of the secrets of one root module, and remembers what it found."""

    def __init__(self) -> None:
        """Start with nothing found."""
        self._back: dict[tuple[object, Secret], Holder | None] = {}
        self._listed: dict[object, list[Source]] = {}
        self._sources: dict[object, Source] = {}
        self._steps: dict[object, SecretStep] = {}

    def find_way(self, holder: Holder, secret: Secret) -> tuple[SecretStep, ...]:
        """Return the steps from a key to an argument that holds its secret, without the argument itself."""
        steps: list[SecretStep] = []
        seen: set[object] = set()
        current: Holder | None = holder
        while current is not None and current.mark not in seen and len(steps) < _MOST_STEPS:
            seen.add(current.mark)
            current = self._go_back(current, secret)
            if current is not None and current.step:
                steps.append(self._locate(current))
        last = f"{secret.key}.{secret.attribute}"
        if len(steps) == _MOST_STEPS and steps[-1].text != last:
            steps.append(_GAP)
        if not steps or steps[-1].text != last:
            steps.append(SecretStep(last))
        return tuple(reversed(steps))

    def _go_back(self, holder: Holder, secret: Secret) -> Holder | None:
        """Return what a value has the secret from, None if nothing says that."""
        mark = (holder.mark, secret)
        if mark not in self._back:
            self._back[mark] = self._find_before(holder, secret)
        return self._back[mark]

    def _find_before(self, holder: Holder, secret: Secret) -> Holder | None:
        sources = self._list_sources(holder)
        for source in sources:
            if source.key and (secret.key == source.key or secret.key.startswith(f"{source.key}[")):
                return _end_at_key(holder, source, secret)
        for by_text in (True, False):
            for source in sources:
                found = source.find(secret, by_text=by_text)
                if found is not None:
                    return found
        # Whatever was not found is a turn of a loop.
        return make_holder(holder.owner, holder.loops[0])._replace(loops=holder.loops[1:]) if holder.loops else None

    def _list_sources(self, holder: Holder) -> list[Source]:
        if holder.mark not in self._listed:
            found: dict[object, Source] = {}
            for reference in (each for node in holder.nodes for each in references(node)):
                mark: tuple[object, ...] = (id(holder.owner), reference.root, reference.steps)
                if reference.root == "self":
                    mark = (*mark, holder.mark)
                if mark not in self._sources:
                    self._sources[mark] = find_source(holder, reference)
                found[mark] = self._sources[mark]
            self._listed[holder.mark] = list(found.values())
        return self._listed[holder.mark]

    def _locate(self, holder: Holder) -> SecretStep:
        if holder.mark not in self._steps:
            self._steps[holder.mark] = _make_step(holder)
        return self._steps[holder.mark]


def find_file(owner: ModuleInstance, attribute: Attribute) -> str:
    """Return the path of the file that holds an argument in a module, "" if it is not known."""
    return owner.root.tree.files.find_path(attribute.range.source.text)


def _make_step(holder: Holder) -> SecretStep:
    if holder.attribute is None:
        return SecretStep(holder.step)
    return SecretStep(holder.step, find_file(holder.owner, holder.attribute), holder.attribute.range.line)


def _end_at_key(holder: Holder, source: Source, secret: Secret) -> Holder:
    """Return the end of the way: the key, at the argument that says whose it is."""
    try:
        user = source.section.attribute("user") if source.section else None
    except SyntaxProblem:
        user = None
    return Holder(holder.owner, ALONE, (), user, (), f"{secret.key}.{secret.attribute}")
