"""YAML documents in which every scalar stays text and every value knows its line.

Plain YAML reads `no` as false and `01` as 1; a code list cannot afford either.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

LARGEST = 200_000
"""Values in a document, references counted as often as they are used."""
Plain = str | list["Plain"] | dict[str, "Plain"]
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class Fault:
    """Something wrong in a catalogue file, said with its place."""

    file: str
    line: int
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.place}: {self.message}" if self.place else f"{self.file}:{self.line} {self.message}"


class Document:
    """One YAML file: its data as plain text values, and the line of each."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self.faults: list[Fault] = []
        self._root: yaml.Node | None = None
        try:
            self._root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
        except yaml.YAMLError as error:
            self.faults.append(self._syntax_fault(error))
        except UnicodeDecodeError:
            self.faults.append(Fault(self.file, 1, "", "is not UTF-8 text"))
        if self._root is not None and _too_large(self._root):
            self.faults.append(Fault(self.file, 1, "", "is too large once its references are followed"))
            self._root = None
        self.data: Plain = self._plain(self._root, ()) if self._root is not None else {}

    def fault(self, place: tuple[str | int, ...], message: str) -> Fault:
        """A fault at a place given as keys and positions."""
        return Fault(self.file, self._line(place), _spelled(place), message)

    def _syntax_fault(self, error: yaml.YAMLError) -> Fault:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        problem = error.problem if isinstance(error, yaml.MarkedYAMLError) else str(error)
        return Fault(self.file, mark.line + 1 if mark else 1, "", f"is not valid YAML: {problem}")

    def _plain(self, node: yaml.Node, place: tuple[str | int, ...]) -> Plain:
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, place))
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*place, at)) for at, item in enumerate(node.value)]
        return str(node.value)

    def _pairs(self, node: yaml.MappingNode, place: tuple[str | int, ...]) -> Iterator[tuple[str, Plain]]:
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                self.faults.append(Fault(self.file, key.start_mark.line + 1, _spelled((*place, name)), "is given twice"))
            seen.add(name)
            yield name, self._plain(value, (*place, name))

    def _line(self, place: tuple[str | int, ...]) -> int:
        node, line = self._root, 1
        for step in place:
            found = _child(node, step)
            if found is None:
                break
            node = found
            line = node.start_mark.line + 1
        return line


def _too_large(root: yaml.Node) -> bool:
    """Whether a document grows beyond use, or without end, when each reference is replaced by what it refers to."""
    sizes: dict[int, float] = {}

    def size(node: yaml.Node) -> float:
        if id(node) not in sizes:
            sizes[id(node)] = math.inf
            inner = [one for pair in node.value for one in pair] if isinstance(node, yaml.MappingNode) else node.value
            sizes[id(node)] = 1 + (0 if isinstance(node, yaml.ScalarNode) else sum(map(size, inner)))
        return sizes[id(node)]

    try:
        return size(root) > LARGEST
    except RecursionError:
        return True


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    return None


def _spelled(place: tuple[str | int, ...]) -> str:
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
