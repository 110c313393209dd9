"""The rule on exposed secrets as a Checkov graph check: each place that the reader finds fails, and nothing passes.

What a reader cannot follow is not known to be safe, so there are no passed records.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.common.graph_view import GraphView, Vertex
from checkov_keys.iac.host.gc_pause import garbage_pause
from checkov_keys.iac.host.graph_check import copy_texts, warn_unknown
from checkov_keys.iac.host.scan_notes import note_exposures, note_followed, note_unjudged

if TYPE_CHECKING:
    from checkov.common.typing import LibraryGraph

    from checkov_keys.domain.rules.judging import SinkRule
    from checkov_keys.iac.common.exposed_secrets import SecretReader

logger = logging.getLogger(__name__)


class ExposedSecretGraphCheck(BaseGraphCheck):
    """Report where the secrets of one graph's access keys are in plain sight, through one reader."""

    def __init__(self, rule: SinkRule, reader: SecretReader) -> None:
        """Copy the rule's texts to Checkov's attributes."""
        super().__init__()
        self.rule = rule
        self.reader = reader
        copy_texts(self, rule.text)
        self.resource_types = list(reader.key_types)
        self.frameworks = [reader.framework]

    def run(self, graph_connector: LibraryGraph) -> tuple[list[Vertex], list[Vertex], list[Vertex]]:
        """Return the failed vertices, as the second of three lists: the sinks.

        Checkov drops an exception raised here and reports a clean scan, so any error is logged and makes every access
        key of the graph FAILED.
        """
        graph = GraphView(graph_connector)
        try:
            with garbage_pause():
                found = self.reader.find_exposures(graph)
        except Exception as error:
            reason = f"the check {self.id} broke: {type(error).__name__}: {error}"
            logger.exception("%s; every access key of this scan is reported as FAILED", reason)
            kinds = self.reader.key_types
            note_unjudged(Unjudged(f"the secret of every {' or '.join(kinds)}", reason))
            return [], [v for v in graph.vertices() if v.get(CustomAttributes.RESOURCE_TYPE) in kinds], []
        for unjudged in dict.fromkeys(found.unjudged):
            warn_unknown(self.id, unjudged)
        note_followed(found.keys)
        note_exposures(each.exposure for each in found.exposures)
        return [], [each.vertex for each in found.exposures], []
