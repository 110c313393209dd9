"""What this pack's readers find in a directory by Checkov's own runners, without checks, reports or output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.common.graph.checks_infra.registry import BaseRegistry
from checkov.runner_filter import RunnerFilter
from checkov.serverless.utils import get_files_definitions, get_scannable_file_paths

from checkov_keys.domain.rules.family import TEMPLATE_RULES
from checkov_keys.iac.cloudformation.reader import CloudFormationReader
from checkov_keys.iac.common.graph_view import GraphView
from checkov_keys.iac.host.muted_log import mute_log
from checkov_keys.iac.host.registration import prepare_runner
from checkov_keys.iac.host.runners import reader_of, runner_type
from checkov_keys.iac.host.scan_runs import bound_effort, keep_to
from checkov_keys.iac.host.serverless_check import resources_graph
from checkov_keys.iac.selection.file_selection import select_directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
    from checkov.common.typing import LibraryGraph, _CheckResult

    from checkov_keys.domain.users import Unjudged
    from checkov_keys.iac.common.reading import Reading
    from checkov_keys.iac.common.template_reader import TemplateReader
    from checkov_keys.iac.selection.file_selection import Selection


class GraphReading(NamedTuple):
    """What one runner found: its framework, its graphs with what was read from them, and files that do not parse.

    `context` is what the runner knows of lines by file, section and block, if it keeps such a thing.
    """

    framework: str
    readings: tuple[tuple[GraphView, Reading], ...]
    unparsed: tuple[str, ...] = ()
    context: dict[str, Any] | None = None


class DirectoryReading(NamedTuple):
    """What Checkov's runners found in a directory, and what of it nobody reads or can look at, with the reasons."""

    graphs: tuple[GraphReading, ...]
    unlisted: tuple[Unjudged, ...] = ()


def read_directory(directory: Path, *, with_users: bool = False) -> DirectoryReading:
    """Return what each of Checkov's runners finds in a directory; `with_users` also the resources that make users.

    As in a scan, only files are read that can affect a key, or a user: Checkov's graphs grow faster than a repository.
    """
    folder = str(directory)
    selection = select_directory(folder, with_users=with_users)
    graphs = tuple(_read_framework(name, folder, selection, with_users=with_users) for name in selection.frameworks)
    return DirectoryReading(graphs, selection.unlisted)


def _read_framework(framework: str, folder: str, selection: Selection, *, with_users: bool) -> GraphReading:
    kept = None if selection.kept is None else selection.kept.files.get(framework, ())
    if framework == "serverless":
        # Its runner asks no registry.
        with keep_to(folder, kept):
            return GraphReading(framework, tuple(_read_serverless(folder, with_users=with_users)))
    prepare_runner(framework)
    with mute_log(), bound_effort(framework, kept), keep_to(folder, kept):
        runner = runner_type(framework)()
        registry = _ReadingRegistry(reader_of(framework), with_users=with_users)
        runner.graph_registry = registry  # type: ignore[assignment]  # any registry will do
        # Checkov's own checks do not run: none has the id of one of these.
        checks = [rule.text.id for rule in TEMPLATE_RULES]
        chosen = RunnerFilter(framework=[runner.check_type], checks=checks, show_progress_bar=False)
        report = runner.run(root_folder=folder, runner_filter=chosen)
    reports = report if isinstance(report, list) else [report]
    unparsed = tuple(str(path) for each in reports for path in each.parsing_errors)
    return GraphReading(runner.check_type, tuple(registry.found), unparsed, getattr(runner, "context", None))


class _ReadingRegistry(BaseRegistry):
    """Takes the place of a runner's graph checks, and reads the access keys from each graph instead."""

    def __init__(self, reader: TemplateReader, *, with_users: bool) -> None:
        self.checks = []
        self.reader = reader
        self.with_users = with_users
        self.found: list[tuple[GraphView, Reading]] = []

    def load_checks(self) -> None:
        """Load none."""

    def run_checks(
        self, graph_connector: LibraryGraph, runner_filter: RunnerFilter, report_type: str
    ) -> dict[BaseGraphCheck, list[_CheckResult]]:
        """Keep what the graph holds, and report nothing."""
        del runner_filter, report_type
        graph = GraphView(graph_connector)
        self.found.append((graph, self.reader.read(graph, with_users=self.with_users)))
        return {}


def _read_serverless(folder: str, *, with_users: bool) -> Iterator[tuple[GraphView, Reading]]:
    with mute_log():
        definitions, _ = get_files_definitions(get_scannable_file_paths(folder))
        for path, definition in definitions.items():
            resources = definition.get("resources") if isinstance(definition, dict) else None
            if isinstance(resources, dict) and isinstance(resources.get("Resources"), dict):
                graph = GraphView(resources_graph(str(path), resources))
                yield graph, CloudFormationReader().read(graph, with_users=with_users)
