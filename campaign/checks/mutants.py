# SPDX-License-Identifier: GPL-2.0-only
"""Shows that cluster-check would notice a broken protocol: plants bugs in a copy of the core, one
at a time, and demands that random clusters find each.

The bugs are data (tests/mutants/mutants.toml). What is compiled and linked here is the core and
cluster-check alone, so that a bug costs one source file and one link, and one in a header the core.
"""

import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from campaign.build import ROOT
from campaign.checks.tally import Tally
from campaign.errors import Failure

LIST = ROOT / "tests" / "mutants" / "mutants.toml"
SEEDS = "1-600"
TIMEOUT_S = 120

_CORE = "protocol/swim"
_FOLDERS = (_CORE, "include/swim", "tests/cluster", "tests/protocol", "virtual")
_INCLUDED = (".", "include", "protocol")
_SOURCES = (
    "protocol/swim/*.cc",
    "tests/cluster/*.cc",
    "tests/protocol/agreement.cc",
    "virtual/virtual-network*.cc",
)


@dataclass(frozen=True)
class Mutant:
    """One bug: what to replace in which file, and which rule that breaks."""

    name: str
    why: str
    file: str
    original: str
    mutated: str

    def apply(self, source: Path) -> str:
        """The file's text with the bug. Raises Failure unless the original stands there once."""
        text = (source / self.file).read_text()
        if (found := text.count(self.original)) != 1:
            raise Failure(
                f"{LIST.name}: {self.name}: 'original' stands in {self.file} {found} times, and "
                "must once; the code has changed, so write the bug anew"
            )
        return text.replace(self.original, self.mutated)


def mutants() -> list[Mutant]:
    """The list, each name once."""
    listed = [Mutant(**entry) for entry in tomllib.loads(LIST.read_text())["mutant"]]
    names = [mutant.name for mutant in listed]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise Failure(f"{LIST.name}: {', '.join(sorted(repeated))}: each name must stand once")
    return listed


class Workshop:
    """A copy of the sources with their object files, where bugs are planted."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self._folder = folder
        self._source = folder / "source"
        for name in _FOLDERS:
            shutil.copytree(ROOT / name, self._source / name)
        found = [file for pattern in _SOURCES for file in sorted(self._source.glob(pattern))]
        names = [str(file.relative_to(self._source)) for file in found]
        with ThreadPoolExecutor(jobs) as pool:
            objects = pool.map(lambda name: self._compile(self._source, name), names)
            self._objects = dict(zip(names, objects))

    def verdict_of_unchanged(self) -> str | None:
        """What cluster-check finds in the core as it is; None: nothing, as it must be."""
        return self._run(self._folder / "unchanged", self._objects)

    def verdict(self, mutant: Mutant) -> str | None:
        """What cluster-check finds in the core with this bug; None: nothing, the bug survives."""
        folder = self._folder / mutant.name
        # The whole core, since a file finds the headers beside it before all others.
        shutil.copytree(self._source / _CORE, folder / _CORE)
        (folder / mutant.file).write_text(mutant.apply(self._source))
        changed = [mutant.file]
        if mutant.file.endswith(".h"):
            changed = [name for name in self._objects if name.startswith(_CORE)]
        objects = {name: self._compile(folder, name) for name in changed}
        return self._run(folder / "program", self._objects | objects)

    def _compile(self, tree: Path, name: str) -> Path:
        """The object file of a source file in that tree; what the tree lacks is the original."""
        target = tree / (name + ".o")
        includes = [f"-I{place / folder}" for place in (tree, self._source) for folder in _INCLUDED]
        self._build(
            ["-std=c++20", "-O1", "-w", *includes, "-c", str(tree / name), "-o", str(target)]
        )
        return target

    def _run(self, program: Path, objects: dict[str, Path]) -> str | None:
        self._build([*map(str, objects.values()), "-lz", "-o", str(program)])
        try:
            done = subprocess.run(
                [program, "--seeds", SEEDS], capture_output=True, text=True, timeout=TIMEOUT_S
            )
        except subprocess.TimeoutExpired:
            return f"it does not end within {TIMEOUT_S} s"
        if done.returncode == 0:
            return None
        if broken := re.search(r"VIOLATED at (.*)\n(seed \d+)", done.stdout):
            return f"{broken[2]}, {broken[1]}"
        return done.stderr.strip() or f"it ends with {done.returncode}"

    @staticmethod
    def _build(arguments: Sequence[str]) -> None:
        compiler = os.environ.get("CXX", "c++")
        done = subprocess.run([compiler, *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"a mutant does not build:\n{done.stderr}")


def check_mutants(jobs: int) -> Tally:
    """Plant every bug; each is a test. The first test is that the core as it is passes the same
    seeds."""
    print("Planting bugs that random clusters must find", flush=True)
    try:
        listed = mutants()
        with tempfile.TemporaryDirectory(prefix="swimlab-mutants-") as folder:
            workshop = Workshop(Path(folder), jobs)
            if (found := workshop.verdict_of_unchanged()) is not None:
                return Tally.failure("mutants", f"the core as it is breaks a rule: {found}")
            tally = Tally(passed=1)
            with ThreadPoolExecutor(jobs) as pool:
                for done in pool.map(lambda mutant: _is_found(workshop, mutant), listed):
                    tally += done
    except Failure as failure:
        return Tally.failure("mutants", str(failure))
    return tally


def _is_found(workshop: Workshop, mutant: Mutant) -> Tally:
    try:
        found = workshop.verdict(mutant)
    except Failure as failure:
        return Tally.failure(mutant.name, str(failure))
    if found is None:
        return Tally.failure(mutant.name, f"survives seeds {SEEDS}; it breaks: {mutant.why}")
    print(f"  {mutant.name}: {found.splitlines()[0]}", flush=True)
    return Tally(passed=1)
