"""`docs/api.md`: what `import catenet` offers, from its signatures and docstrings.

``python tests/sim/documents/api.py`` writes the page; a test compares it.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import catenet
from catenet.lab.options import switch_types
from catenet.lab.options import types as options

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "api.md"
WIDTH = 110

HEAD = """\
# The public interface

What `import catenet` offers: signatures, and what their docstrings say. `python tests/sim/documents/api.py` writes this
page from the program, and a test compares the two. [From Python](python.md) is the page to begin with.
"""

MADE = ("Internet",)
"""What a program makes itself; all else is given by methods."""
WHOLE = ("Internet", "At", "Link", "Run", "sweep")
"""Of whose methods the whole docstrings are shown."""
SECTIONS = {
    "An internet": ("Internet", "At", "Run"),
    "What it is made of": ("Host", "Router", "Switch", "Segment", "Link", "Attachment", "Process"),
    "Sweeps": ("sweep", "SweepResult"),
    "Answers of probes": ("PingResult", "Hop", "RouteExplanation"),
    "In programs": ("measure", "count", "note", "history", "new_event_loop"),
    "Errors": ("LabError", "ScenarioError", "TopologyError", "QuantityError", "ProgramFailed", "Deadlock"),
}


def markdown(text: str) -> str:
    """What a docstring says, in Markdown, its references by their last names."""
    text = re.sub(r":\w+:`~[\w.]*?((?:[A-Z]\w*\.)?\w+)`", r"``\1``", text)
    return re.sub(r":\w+:`([^`]+)`", r"``\1``", text).replace("``", "`")


def docstring(documented: Any) -> str:
    """What is written at it in the source: a class that is compiled does not know."""
    if not isinstance(documented, type):
        return inspect.getdoc(documented) or ""
    source = (ROOT / "src" / Path(*documented.__module__.split("."))).with_suffix(".py")
    (node,) = [
        each
        for each in ast.parse(source.read_text(encoding="utf-8")).body
        if isinstance(each, ast.ClassDef) and each.name == documented.__name__
    ]
    return ast.get_docstring(node) or ""


def first_paragraph(documented: object) -> str:
    return markdown(" ".join(docstring(documented).split("\n\n")[0].split()))


def parameter_text(parameter: inspect.Parameter) -> str:
    """A parameter as it stands in the source."""
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    annotation = "" if parameter.annotation is parameter.empty else f": {parameter.annotation}"
    default = "" if parameter.default is parameter.empty else f" = {default_text(parameter.default)}"
    return f"{stars}{parameter.name}{annotation}{default}"


def default_text(default: object) -> str:
    return f'"{default}"' if isinstance(default, str) else repr(default).replace("'", '"')


def signature_text(name: str, function: Callable[..., Any], *, makes: bool = False) -> str:
    """A signature as it stands in the source, a parameter a line if it is long."""
    signature = inspect.signature(function)
    shown: list[str] = []
    kinds = {each.kind for each in signature.parameters.values()}
    for each in signature.parameters.values():
        if each.name == "self":
            continue
        if each.kind is each.KEYWORD_ONLY and each.VAR_POSITIONAL not in kinds and "*" not in shown:
            shown.append("*")
        shown.append(parameter_text(each))
    if inspect.Parameter.POSITIONAL_ONLY in kinds:
        shown.append("/")
    returns = signature.return_annotation
    returned = "" if makes or returns is inspect.Signature.empty else f" -> {returns}"
    line = f"{name}({', '.join(shown)}){returned}"
    return line if len(line) <= WIDTH else "\n".join([f"{name}(", *(f"    {each}," for each in shown), f"){returned}"])


def members(kind: type) -> Iterator[tuple[str, object]]:
    """The public methods and properties of a class that are Catenet's own, in order of declaration."""
    seen = set()
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("catenet."):
            for name, member in vars(base).items():
                function = isinstance(member, types.FunctionType | classmethod | property)
                if function and not name.startswith("_") and name not in seen:
                    seen.add(name)
                    yield name, member


def class_text(name: str, kind: type) -> Iterator[str]:
    yield f"### {name}\n"
    if name in MADE:
        yield f"```python\n{signature_text(f'catenet.{name}', kind.__init__, makes=True)}\n```\n"
    yield f"{markdown(docstring(kind))}\n"
    if issubclass(kind, tuple):
        yield f"Fields: {', '.join(f'`{field}`' for field in kind._fields)}.\n"  # type: ignore[attr-defined]
    found = dict(members(kind))
    properties = {each: member for each, member in found.items() if isinstance(member, property)}
    if properties:
        yield f"| of `{name}` | what |\n|---|---|"
        yield from (f"| `{each}` | {first_paragraph(member)} |" for each, member in properties.items())
        yield ""
    for each in [each for each in found if each not in properties]:
        function = getattr(kind, each)
        forms = typing.get_overloads(function) or [function]
        yield "```python\n" + "\n".join(signature_text(f"{name}.{each}", form) for form in forms) + "\n```\n"
        yield f"{markdown(docstring(function)) if name in WHOLE else first_paragraph(function)}\n"


def types_text() -> Iterator[str]:
    """The types of options: aliases with what is said of them, tables with their keys."""
    yield "## Types of options\n"
    yield "For annotations of your own: those of switches are in `catenet.lab.options.switch_types`, all others in"
    yield "`catenet.lab.options.types`.\n"
    yield "| type | is, or has | |\n|---|---|---|"
    for module in (options, switch_types):
        yield from type_rows(module)


def type_rows(module: types.ModuleType) -> Iterator[str]:
    """The rows of the types of one file."""
    body = ast.parse(inspect.getsource(module)).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            told = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
            yield row(node.targets[0].id, ast.unparse(node.value).replace("'", '"').split(" | "), str(told))
        elif isinstance(node, ast.ClassDef):
            keys = options.options_of(getattr(module, node.name))
            yield row(node.name, list(keys), ast.get_docstring(node) or "")


def row(name: str, words: list[str], told: str) -> str:
    return f"| `{name}` | {', '.join(f'`{word}`' for word in words)} | {markdown(' '.join(told.split()))} |"


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for heading, names in SECTIONS.items():
        parts.append(f"## {heading}\n")
        for name in names:
            value = getattr(catenet, name)
            if inspect.isclass(value):
                parts += class_text(name, value)
            else:
                parts.append(
                    f"```python\n{signature_text(f'catenet.{name}', value)}\n```\n\n{first_paragraph(value)}\n"
                )
    parts += types_text()
    return "\n".join(parts).rstrip() + "\n"


def main() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
