"""Builds the compiled rooms with mypyc.

``CATENET_BUILD`` says how:

- ``auto`` (the default): compiled where there is a C compiler, else Python only;
- ``compiled``: compiled, and an error where that cannot be done;
- ``pure``: Python only, the same files, interpreted, with the same results.

``CATENET_OPT_LEVEL`` is the C compiler's (3 for release, 0 for quick work).
"""

from __future__ import annotations

import os
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import ExecError

HERE = Path(__file__).parent
BUILD = os.environ.get("CATENET_BUILD", "auto")
OPT_LEVEL = os.environ.get("CATENET_OPT_LEVEL", "3")
COMPILED = (
    "kernel/*.py",
    "physical/*.py",
    "link/**/*.py",
    "network/**/*.py",
    "transport/**/*.py",
    "application/placement/*.py",
    "application/consensus/**/*.py",
    "session/loop/ready_queue.py",
    "session/loop/timers.py",
    "session/names/*.py",
    "session/sockets/inet.py",
    "session/sockets/socket_base.py",
    "session/sockets/stream_options.py",
    "session/sockets/tcp_socket.py",
    "session/sockets/watch.py",
    "session/environment.py",
    "host/routing/daemon.py",
    "host/routing/ospf.py",
    "host/routing/redistribution.py",
    "tap/gso.py",
    "tap/station.py",
    "tap/vnet.py",
    "bench/hot_loops.py",
    "bench/traffic.py",
    "check/linearizability.py",
)

# A control plane's work is rare: -O1 compiles it in two thirds of -O3's time.  What each packet passes is not here.
CONTROL_PLANE = (
    "application/consensus/**/invariants.py",
    "host/routing/*.py",
    "link/aggregation/*.py",
    "link/lldp/*.py",
    "link/ppp/negotiation.py",
    "link/switching/snooping/*.py",
    "link/switching/spanning_tree/*.py",
    "network/multicast/*.py",
    "network/router_discovery/*.py",
    "network/routing/ospf/**/*.py",
    "network/routing/rip/**/*.py",
    "session/names/*.py",
    "session/sockets/inet.py",
    "session/sockets/stream_options.py",
)

FILES_IN_A_BATCH = 12
QUICK_BATCH = "quick_batch_"


def compiled_files() -> list[str]:
    """The files of the compiled rooms, relative to this folder, in a stable order."""
    root = HERE / "src" / "catenet"
    return sorted(str(path.relative_to(HERE)) for pattern in COMPILED for path in root.glob(pattern))


def c_names(patterns: tuple[str, ...]) -> frozenset[str]:
    """The names of the C files that mypyc writes for the modules of ``patterns``."""
    root = HERE / "src"
    paths = [path.relative_to(root) for pattern in patterns for path in (root / "catenet").glob(pattern)]
    modules = [path.parent if path.name == "__init__.py" else path.with_suffix("") for path in paths]
    return frozenset(f"__native_{'___'.join(module.parts)}.c" for module in modules)


def extensions() -> list[Extension]:
    """The extension modules: one unit, so that calls between rooms are plain C calls."""
    if BUILD == "pure":
        return []
    from mypyc.build import mypycify

    modules: list[Any] = mypycify(
        ["--follow-imports=silent", *compiled_files()],
        opt_level=OPT_LEVEL,
        debug_level="0",
        multi_file=True,
        group_name="catenet_compiled",
    )
    for module in modules:
        module.optional = BUILD == "auto"
    return modules


class ParallelBuild(build_ext):
    """Builds with all processors: the compiled rooms' one extension in batches of C files, then a stub for each module.

    mypyc writes a C file for each module, and each needs the declarations of all: to read them takes the compiler as
    long as to compile a small one.  A batch includes the files of some neighbouring modules, and reads them once.
    """

    def build_extensions(self) -> None:
        self.check_extensions_list(self.extensions)
        processors = os.cpu_count() or 1
        stubs: list[Any] = [extension for extension in self.extensions if len(extension.sources) == 1]
        with ThreadPoolExecutor(processors) as pool:
            for extension in self.extensions:
                if len(extension.sources) > 1:
                    extension.sources[:] = _batches([*extension.sources], Path(self.build_temp))
                    self.compiler.compile = partial(self._compile, pool)
                    self._build(extension)
                    del self.compiler.compile
            if stubs:
                self._precompile_python_h(stubs)
            for _ in pool.map(self._build, stubs):
                pass

    def _precompile_python_h(self, stubs: list[Any]) -> None:
        """Read Python.h once for all stubs: it is most of what their compilation costs.  GCC finds it by its name."""
        compiler: Any = self.compiler
        folder = Path(self.build_temp) / "precompiled"
        folder.mkdir(parents=True, exist_ok=True)
        header = ["-x", "c-header", f"{sysconfig.get_path('include')}/Python.h", "-o", str(folder / "Python.h.gch")]
        includes = [f"-I{path}" for path in compiler.include_dirs]
        command = [*compiler.compiler_so, *includes, *header, *stubs[0].extra_compile_args]
        try:
            compiler.spawn(command)
        except ExecError:
            return
        for stub in stubs:
            stub.include_dirs.insert(0, str(folder))

    def _build(self, extension: Any) -> None:
        command: Any = self
        with command._filter_build_errors(extension):
            self.build_extension(extension)

    def _compile(
        self,
        pool: ThreadPoolExecutor,
        sources: list[str],
        output_dir: str | None = None,
        macros: Any = None,
        include_dirs: Any = None,
        debug: bool = False,
        extra_preargs: list[str] | None = None,
        extra_postargs: list[str] | None = None,
        depends: list[str] | None = None,
    ) -> list[str]:
        compiler: Any = self.compiler
        _, objects, postargs, options, build = compiler._setup_compile(
            output_dir, macros, include_dirs, sources, depends, extra_postargs
        )
        arguments = compiler._get_cc_args(options, debug, extra_preargs)

        def one(target: str) -> None:
            source, extension = build[target]
            quick = ["-O1"] if Path(source).name.startswith(QUICK_BATCH) and OPT_LEVEL == "3" else []
            compiler._compile(target, source, extension, arguments, [*postargs, *quick], options)

        for _ in pool.map(one, [target for target in objects if target in build]):
            pass
        made: list[str] = objects
        return made


def _batches(sources: list[str], folder: Path) -> list[str]:
    """C files that include those of ``sources`` that mypyc wrote for modules, some in each; and the other sources."""
    modules = sorted(source for source in sources if Path(source).name.startswith("__native_"))
    control_plane = c_names(CONTROL_PLANE)
    rare = [source for source in modules if Path(source).name in control_plane]
    often = [source for source in modules if source not in rare]
    folder.mkdir(parents=True, exist_ok=True)
    others = [source for source in sources if source not in modules]
    return [*others, *_included(often, folder, "batch_"), *_included(rare, folder, QUICK_BATCH)]


def _included(modules: list[str], folder: Path, name: str) -> list[str]:
    batches = []
    for number, start in enumerate(range(0, len(modules), FILES_IN_A_BATCH)):
        batch = folder / f"{name}{number}.c"
        files = modules[start : start + FILES_IN_A_BATCH]
        batch.write_text("".join(f'#include "{Path(file).resolve()}"\n' for file in files))
        batches.append(str(batch))
    return batches


if BUILD not in ("auto", "compiled", "pure"):
    raise SystemExit(f"CATENET_BUILD={BUILD!r}: must be auto, compiled or pure")
setup(ext_modules=extensions(), cmdclass={"build_ext": ParallelBuild})
