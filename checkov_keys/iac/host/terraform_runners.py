"""Checkov's runners of Terraform's native and JSON syntax, as far as this pack needs more than their graphs.

Two things do not reach a graph check: which directory or files are scanned with which files of values, and what is not
in the graph: files that Checkov does not parse (`.tofu`, and syntax that its parser refuses), modules that it does not
load (those that such a file calls, those of the JSON syntax elsewhere, those in a circle). The functions here let a
runner note both on its graph before checks run, and give the second lines and skip comments in the runner's context, so
that a key there has a record like any other. `.tofu.json` files are JSON, which Checkov does parse, once it is told
that they are Terraform's.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from checkov.common.comment.enum import COMMENT_REGEX
from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.runners.base_runner import filter_ignored_paths
from checkov.common.util.consts import END_LINE, START_LINE
from checkov.terraform.modules.module_objects import TFDefinitionKey
from checkov.terraform.runner import Runner as TerraformRunner

from checkov_keys.domain.rules.family import TEMPLATE_RULES
from checkov_keys.iac.common.foreign_files import is_foreign_caller
from checkov_keys.iac.common.graph_view import note_on_graph
from checkov_keys.iac.host.kept_walk import list_kept
from checkov_keys.iac.selection.marks import JSON_SYNTAX
from checkov_keys.iac.selection.module_calls import list_installed_modules
from checkov_keys.iac.terraform.module_files import is_module_file, list_module_files
from checkov_keys.iac.terraform.module_tree import ModuleTree
from checkov_keys.iac.terraform.scan_context import ScanContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
    from checkov.common.output.report import Report
    from checkov.common.typing import LibraryGraph, _CheckResult
    from checkov.runner_filter import RunnerFilter

_Results = dict["BaseGraphCheck", "list[_CheckResult]"]
_PREPARED = "checkov_keys_prepared"
_OURS = frozenset(rule.text.id for rule in TEMPLATE_RULES)


def prepare_native_runner() -> None:
    """Have the runner of the native syntax tell the checks what they need; once, however often this is called."""
    if not getattr(TerraformRunner, _PREPARED, False):
        setattr(TerraformRunner, _PREPARED, True)
        _prepare(TerraformRunner, is_json=False)
        _note_targets()


def prepare_json_runner() -> None:
    """Have the runner of the JSON syntax tell the checks what they need; once, however often this is called."""
    # For those who scan it: it takes a while to import.
    from checkov.terraform_json import runner, utils  # noqa: PLC0415

    if not getattr(runner.TerraformJsonRunner, _PREPARED, False):
        setattr(runner.TerraformJsonRunner, _PREPARED, True)
        _prepare(runner.TerraformJsonRunner, is_json=True)
        utils.TF_JSON_POSSIBLE_FILE_ENDINGS = JSON_SYNTAX  # type: ignore[assignment]  # any tuple
        _find_kept_json(runner)


def _find_kept_json(runner: Any) -> None:  # noqa: ANN401  # a module
    """Have the runner of the JSON syntax find kept files only, which the others walk to."""
    find = runner.get_scannable_file_paths

    def find_kept(
        root_folder: str | None = None, files: list[str] | None = None, excluded_paths: list[str] | None = None
    ) -> set[Path]:
        kept = list_kept(root_folder) if root_folder else None
        if kept is None:
            return set(find(root_folder=root_folder, files=files, excluded_paths=excluded_paths))
        called = _find_called_elsewhere({os.path.dirname(os.path.abspath(path)) for path in kept}, ModuleTree())  # noqa: PTH100, PTH120
        return {Path(path) for path in (*kept, *called) if path.endswith(JSON_SYNTAX)}

    runner.get_scannable_file_paths = find_kept


def _note_targets() -> None:
    """Have the runner take `.tofu` files, and note the directory or the files that somebody has named."""
    parse_files = TerraformRunner._parse_files  # noqa: SLF001
    should_scan_file = TerraformRunner.should_scan_file
    make_report = TerraformRunner.get_graph_checks_report

    def note_files(self: Any, files: list[str], parsing_errors: dict[str, Exception]) -> None:  # noqa: ANN401
        self.named_files = files
        parse_files(self, files, parsing_errors)

    def should_scan(self: Any, filename: str) -> bool:  # noqa: ANN401
        # The runner of plans has the methods of this one.
        return should_scan_file(self, filename) or (filename.endswith(".tofu") and ".tf" in self.file_extensions)

    def note_root(self: Any, root_folder: str | None, *args: Any, **kwargs: Any) -> Report:  # noqa: ANN401
        self.root_folder = root_folder
        return make_report(self, root_folder, *args, **kwargs)

    TerraformRunner._parse_files = note_files  # type: ignore[method-assign]  # noqa: SLF001
    TerraformRunner.should_scan_file = should_scan  # type: ignore[method-assign]
    TerraformRunner.get_graph_checks_report = note_root  # type: ignore[method-assign]


def _prepare(runner_type: Any, *, is_json: bool) -> None:  # noqa: ANN401  # either class
    run_checks: Callable[..., _Results] = runner_type.run_graph_checks_results

    def run_graph_checks_results(
        self: Any,  # noqa: ANN401  # either runner
        runner_filter: RunnerFilter,
        report_type: str,
        graph: LibraryGraph | None = None,
    ) -> _Results:
        if graph is None and self.graph_manager:
            graph = self.graph_manager.get_reader_endpoint()
        if graph is None:
            return run_checks(self, runner_filter, report_type, graph)
        with note_on_graph(graph, "terraform", _describe_scan(self, runner_filter, is_json=is_json)):
            results = run_checks(self, runner_filter, report_type, graph)
        for check, found in results.items():
            if check.id in _OURS:
                for result in found:
                    (_complete_json if is_json else _complete_native)(self, result["entity"])
        return results

    runner_type.run_graph_checks_results = run_graph_checks_results


def _describe_scan(runner: Any, runner_filter: RunnerFilter, *, is_json: bool) -> ScanContext:  # noqa: ANN401
    definitions = runner.definitions or {}
    parsed = {os.path.abspath(_path_of(key)) for key in definitions}  # noqa: PTH100  # as Checkov
    root = getattr(runner, "root_folder", None)
    # What the runner of the JSON syntax is given of modules elsewhere does not make these modules to be scanned.
    is_given = is_json and root and list_kept(root) is not None
    directories = set() if is_given else {os.path.dirname(path) for path in parsed}  # noqa: PTH120
    reported = {path for path in parsed if path.endswith(".json") is is_json}
    foreign: list[str] = []
    tree = ModuleTree()
    if root:
        root = os.path.abspath(root)  # noqa: PTH100
        named = getattr(runner, "named_files", None)
        paths = filter(_is_read, named) if named else _walk(root, list(runner_filter.excluded_paths or []))
        for path in paths:
            if is_foreign_caller(os.path.basename(path)):  # noqa: PTH119
                foreign.append(path)
                continue
            directories.add(os.path.dirname(path))  # noqa: PTH120
            reported.update([path] if path.endswith(".json") is is_json else [])
        elsewhere = [*_find_installed(directories), *([] if named else _find_called_elsewhere(directories, tree))]
        reported.update(path for path in elsewhere if path.endswith(".json") is is_json)
    if not root:
        root = os.path.commonpath(directories) if directories else ""
    value_files = tuple(os.path.abspath(path) for path in runner_filter.var_files or [])  # noqa: PTH100
    return ScanContext(
        tuple(sorted(directories)), root, value_files, is_json, frozenset(reported), tuple(foreign), tree
    )


def _path_of(key: object) -> str:
    return str(key.file_path if isinstance(key, TFDefinitionKey) else key)


def _walk(root: str, excluded: list[str]) -> Iterator[str]:
    """Yield the files of modules below a directory that Checkov would walk into."""
    for folder, directories, names in os.walk(root):
        filter_ignored_paths(folder, directories, excluded)
        filter_ignored_paths(folder, names, excluded)
        for name in names:
            if _is_read(name):
                yield os.path.join(folder, name)  # noqa: PTH118


def _is_read(path: str) -> bool:
    name = os.path.basename(path)  # noqa: PTH119
    return is_module_file(name) or is_foreign_caller(name)


def _find_installed(directories: Iterable[str]) -> Iterator[str]:
    """Yield the files of modules that `terraform init` has put there: Checkov does not look at them."""
    for directory in directories:
        for module in list_installed_modules(directory):
            yield from (file.path for file in list_module_files(module))


def _find_called_elsewhere(directories: Iterable[str], tree: ModuleTree) -> Iterator[str]:
    """Yield the files of modules that are called and that nobody walks to: hidden, skipped, or elsewhere.

    Checkov loads one of these only if it parses the file that calls it, and never for the JSON syntax.
    """
    waiting = list(directories)
    seen = set(waiting)
    while waiting:
        for called in tree.list_called(waiting.pop()) - seen:
            seen.add(called)
            waiting.append(called)
            yield from tree.module(called).paths


def _complete_native(runner: Any, entity: dict[str, Any]) -> None:  # noqa: ANN401
    """Give the runner the lines of a block, from which it makes a record, if it does not have them."""
    path = entity[CustomAttributes.FILE_PATH]
    key = TFDefinitionKey(path, entity.get(CustomAttributes.SOURCE_MODULE_OBJECT))
    if runner.context is None:
        # Checkov parses nothing in the directory.
        runner.context = {}
    place = runner.context.setdefault(key, {})
    *words, last = [str(entity[CustomAttributes.BLOCK_TYPE]), *map(str, entity[CustomAttributes.BLOCK_NAME].split("."))]
    for word in words:
        place = place.setdefault(word, {})
    if last not in place:
        first, end = entity.get(START_LINE, 1), entity.get(END_LINE, 1)
        lines = [(number, text) for number, text in _read_lines(path) if first <= number <= end]
        place[last] = {
            "start_line": first,
            "end_line": end,
            "code_lines": lines,
            "skipped_checks": _read_skips(lines[1:-1]),
        }


def _complete_json(runner: Any, entity: dict[str, Any]) -> None:  # noqa: ANN401
    path = entity[CustomAttributes.FILE_PATH]
    if path not in runner.definitions_raw:
        runner.definitions_raw[path] = _read_lines(path)


def _read_lines(path: str) -> list[tuple[int, str]]:
    with open(path, encoding="utf-8-sig") as file:  # noqa: PTH123
        return list(enumerate(file, start=1))


def _read_skips(lines: list[tuple[int, str]]) -> list[dict[str, str]]:
    """Return the skip comments in some lines, as Checkov keeps them."""
    return [
        {"id": identifier.strip(), "suppress_comment": found[3][1:] if found[3] else "No comment provided"}
        for _, text in lines
        for found in [COMMENT_REGEX.search(text)]
        if found and found[2]
        for identifier in found[2].split(",")
    ]
