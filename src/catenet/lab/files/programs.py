"""Loads the function that ``"module:function"`` names.

A module is searched beside the scenario first, then among the installed modules.  A module beside the scenario is
executed once per scenario, so that two runs in one process do not share its globals.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from catenet.errors import LabError, did_you_mean


class ProgramLoader:
    """Loads programs for one scenario; each module once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._modules: dict[str, ModuleType] = {}

    def function(self, path: str) -> Callable[..., Any]:
        """The function at ``"module:function"``.  Raises :class:`LabError` if either is missing."""
        module_name, _, name = path.partition(":")
        module = self._module(module_name)
        function = getattr(module, name, None)
        if function is None:
            here = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
            raise LabError(f"the module {module_name} has no function {name!r}{did_you_mean(name, here)}")
        if not callable(function):
            raise LabError(f"{path} is {type(function).__name__}, not a function")
        return function  # type: ignore[no-any-return]

    def _module(self, name: str) -> ModuleType:
        module = self._modules.get(name)
        if module is None:
            with self._folder_first():
                module = self._load(name)
            self._modules[name] = module
        return module

    def _load(self, name: str) -> ModuleType:
        file = self._file(name)
        try:
            return importlib.import_module(name) if file is None else _run_file(name, file)
        except ModuleNotFoundError as error:
            if error.name == name or (error.name and name.startswith(error.name + ".")):
                beside = sorted(path.stem for path in self._folder.glob("*.py"))
                raise LabError(
                    f"there is no module {name!r}, neither {self._folder / name}.py nor installed"
                    f"{did_you_mean(name, beside)}"
                ) from None
            raise LabError(f"the module {name!r} needs {error.name!r}, which is not installed") from error
        except SyntaxError as error:
            raise LabError(
                f"the module {name!r} is not Python: {error.msg} ({error.filename}:{error.lineno})"
            ) from error
        except Exception as error:  # the module's own code may raise anything during import
            raise LabError(f"the module {name!r} cannot be imported: {type(error).__name__}: {error}") from error

    def _file(self, name: str) -> Path | None:
        base = self._folder.joinpath(*name.split("."))
        for file in (base.with_name(base.name + ".py"), base / "__init__.py"):
            if file.is_file():
                return file
        return None

    @contextmanager
    def _folder_first(self) -> Iterator[None]:
        sys.path.insert(0, str(self._folder))
        try:
            yield
        finally:
            sys.path.remove(str(self._folder))


def _run_file(name: str, file: Path) -> ModuleType:
    where = [str(file.parent)] if file.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=where)
    if spec is None or spec.loader is None:
        raise LabError(f"{file} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
