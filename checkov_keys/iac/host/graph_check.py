"""A rule as a Checkov graph check: read the graph, judge every user, hand the vertices back."""

from __future__ import annotations

import itertools
import logging
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from checkov.common.bridgecrew.severities import Severities
from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.util.consts import START_LINE

from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.templates import KeyEvidence, KeyPlace
from checkov_keys.domain.users import KeyStatus, Unjudged, User
from checkov_keys.iac.common.graph_view import GraphView, Vertex
from checkov_keys.iac.host.gc_pause import garbage_pause
from checkov_keys.iac.host.scan_notes import is_noting, note_evidence, note_unjudged, note_users

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov.common.typing import LibraryGraph

    from checkov_keys.domain.rules.judging import TemplateRule
    from checkov_keys.domain.rules.rule import Rule
    from checkov_keys.iac.common.reading import DeclaredKey, UserIdentity
    from checkov_keys.iac.common.template_reader import TemplateReader

logger = logging.getLogger(__name__)

# Terraform's blocks have it under another name than everything else.
_START_LINE_OF_HCL = "__start_line__"
# How many other keys of a user a finding names.
_OTHERS = 5

# A key is judged in every situation that its template allows: the worst verdict counts.


class _Finding(NamedTuple):
    """A verdict on a declared key, with the user and the keys that it is based on."""

    verdict: Verdict
    user: User
    declared: DeclaredKey
    group: tuple[DeclaredKey, ...]


class AccessKeyGraphCheck(BaseGraphCheck):
    """Judge the users of one graph by one rule, through one reader.

    Severity, guideline and benchmarks are set on the instance: Checkov copies them into its records from there.
    """

    def __init__(self, rule: TemplateRule, reader: TemplateReader) -> None:
        """Copy the rule's texts to Checkov's attributes."""
        super().__init__()
        self.rule = rule
        self.reader = reader
        copy_texts(self, rule.text)
        self.resource_types = list(reader.key_types)
        self.frameworks = [reader.framework]
        self.sub_checks = [_connection(reader)]

    def run(self, graph_connector: LibraryGraph) -> tuple[list[Vertex], list[Vertex], list[Vertex]]:
        """Return the passed, failed and unknown vertices.

        Checkov drops an exception raised here and reports a clean scan, so any error is logged and makes
        every access key of the graph FAILED.
        """
        try:
            with garbage_pause():
                return self._judge(graph_connector)
        except Exception as error:
            reason = f"the check {self.id} broke: {type(error).__name__}: {error}"
            logger.exception("%s; every access key of this scan is reported as FAILED", reason)
            note_unjudged(Unjudged(f"every {' or '.join(self.reader.key_types)}", reason))
            return [], self._all_keys(graph_connector), []

    def _judge(self, graph: LibraryGraph) -> tuple[list[Vertex], list[Vertex], list[Vertex]]:
        reading = self.reader.read(GraphView(graph))
        vertices: dict[int, Vertex] = {}
        findings: dict[int, _Finding] = {}
        identities: set[UserIdentity] = set()
        for user, group in reading.users():
            over_user = self.rule.judge(user)
            for declared in group:
                if declared.vertex is None:
                    continue
                vertices[id(declared.vertex)] = declared.vertex
                verdict = self.rule.judge_key(declared.key, over_user)
                if verdict is not Verdict.UNKNOWN:
                    identities.add(declared.user)
                if verdict is not Verdict.PASSED:
                    finding = _Finding(verdict, user, declared, group)
                    before = findings.setdefault(id(declared.vertex), finding)
                    if verdict is Verdict.FAILED is not before.verdict:
                        findings[id(declared.vertex)] = finding
        for finding in findings.values():
            if finding.verdict is Verdict.UNKNOWN:
                warn_unknown(self.id, _unknown_status(finding.declared, finding.user))
        for unjudged in dict.fromkeys(reading.unjudged):
            warn_unknown(self.id, unjudged)
        failed = [self._evidenced(finding) for finding in findings.values() if finding.verdict is Verdict.FAILED]
        note_users(identities)
        note_evidence(_explain([finding for finding in findings.values() if finding.verdict is Verdict.FAILED]))
        unknown = [vertices[key] for key, finding in findings.items() if finding.verdict is Verdict.UNKNOWN]
        return [vertex for key, vertex in vertices.items() if key not in findings], failed, unknown

    def _evidenced(self, finding: _Finding) -> Vertex:
        """Return a copy of a failing key's vertex whose connected node is another active key of the user, if any."""
        vertex = finding.declared.vertex or {}
        others = (
            other.vertex
            for other in finding.group
            if other.key.status is KeyStatus.ACTIVE and other.vertex is not None and other.vertex is not vertex
        )
        other = next(others, None)
        return vertex if other is None else {**vertex, CustomAttributes.CONNECTED_NODE: {self.reader.key_types: other}}

    def _all_keys(self, graph: LibraryGraph) -> list[Vertex]:
        return [
            v for v in GraphView(graph).vertices() if v.get(CustomAttributes.RESOURCE_TYPE) in self.reader.key_types
        ]


def copy_texts(check: BaseGraphCheck, rule: Rule) -> None:
    """Copy a rule's texts to the attributes of a check from which Checkov makes records."""
    check.id = rule.id
    check.name = rule.name
    check.category = rule.category
    check.severity = Severities[rule.severity]
    check.guideline = rule.guideline
    check.benchmarks = rule.encode_benchmarks()  # type: ignore[assignment]  # as Checkov's platform nests them


def _connection(reader: TemplateReader) -> BaseGraphCheck:
    """Return what tells Checkov that a key is connected to other keys, and which attribute was looked at."""
    connection = BaseGraphCheck()
    connection.connected_resources_types = list(reader.key_types)
    connection.attribute = reader.status_attribute
    return connection


def _explain(findings: list[_Finding]) -> Iterator[KeyEvidence]:
    """Yield why keys fail: a user may have thousands, of which each finding names a few."""
    active: dict[int, list[DeclaredKey]] = {}
    for finding in findings:
        if id(finding.group) not in active:
            active[id(finding.group)] = [other for other in finding.group if other.key.status is KeyStatus.ACTIVE]
        group = active[id(finding.group)]
        # A resource that makes several keys is another one beside itself.
        others = (other for other in group if other is not finding.declared or other.copies > 1)
        named = tuple(_place(other) for other in itertools.islice(others, _OTHERS))
        key = _place(finding.declared)
        yield KeyEvidence(key.address, key.path, finding.user.address, named, max(0, len(group) - 1 - len(named)))


def _place(declared: DeclaredKey) -> KeyPlace:
    vertex = declared.vertex or {}
    path = str(vertex.get(CustomAttributes.FILE_PATH) or "")
    line = vertex.get(START_LINE, vertex.get(_START_LINE_OF_HCL))
    return KeyPlace(declared.key.address, os.path.abspath(path) if path else "", line if isinstance(line, int) else 0)  # noqa: PTH100


def _unknown_status(declared: DeclaredKey, user: User) -> Unjudged:
    reason = declared.reason or "whether it is active cannot be resolved"
    path = (declared.vertex or {}).get(CustomAttributes.FILE_PATH)
    return Unjudged(declared.key.address, f"it is a key of user {user.address}, and {reason}, in {path}")


def warn_unknown(rule_id: str, unjudged: Unjudged) -> None:
    """Say that something could not be judged by a rule, and note it."""
    note_unjudged(unjudged)
    if not is_noting() or not sys.stderr.isatty():
        # At a terminal, the report of `checkov-keys scan` says it, and nobody needs to be told twice.
        logger.warning("%s UNKNOWN for %s: %s", rule_id, unjudged.address, unjudged.reason)
