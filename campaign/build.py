# SPDX-License-Identifier: GPL-2.0-only
"""Configures with CMake, compiles with Ninja, shows how far it is; silent when nothing is to do."""

import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.processors import cores as cores
from campaign import surroundings
from campaign.errors import Failure, Interrupted, UserError
from campaign.progress import Progress

ROOT = Path(__file__).resolve().parent.parent

_NINJA_CHATTER = ("ninja: Entering directory", "ninja: no work to do", "ninja: build stopped")
# What CMake, Ninja or a compiler's list of dependencies takes for something else in a path.
_UNBUILDABLE = ';:|"#[]*?\\\n'
_STATUS = re.compile(r"\[(\d+)/(\d+)\] ")


@dataclass(frozen=True)
class Build:
    """One build folder and the CMake cache entries that it is configured with."""

    folder: Path
    options: dict[str, str] = field(default_factory=dict)
    source: Path = ROOT

    def program(self, name: str) -> Path:
        """A program that this build makes."""
        return self.folder / name

    def make(self, jobs: int, targets: Sequence[str] = ()) -> None:
        """Bring the targets (none: everything) up to date.

        Raises Failure when it does not configure or compile, with the output already shown.
        """
        if unfit := [character for character in _UNBUILDABLE if character in str(self.folder)]:
            raise UserError(
                f"{self.folder}: CMake and Ninja cannot build in a folder whose path has "
                f"{' and '.join(map(repr, unfit))}; rename it, or clone to another place"
            )
        try:
            self.folder.mkdir(exist_ok=True)
            lock = open(self.folder / ".lock", "w")
        except OSError as error:
            raise UserError(
                f"{self.folder}: {error.strerror}; Swimlab builds in its own folder and must be "
                "able to write there"
            ) from error
        # Two builds in one folder would spoil each other: the second waits.
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._is_configured():
                self._configure()
            self._compile(jobs, targets)

    def cache(self) -> dict[str, str]:
        """The entries of CMakeCache.txt; empty before the first configuration."""
        try:
            text = (self.folder / "CMakeCache.txt").read_text("utf-8", "surrogateescape")
        except FileNotFoundError:
            return {}
        return dict(re.findall(r"^([\w-]+):\w+=(.*)$", text, re.MULTILINE))

    def _is_configured(self) -> bool:
        """Ninja itself configures again when a CMake file changed; this is about all else: a build
        that never was, was interrupted, has other options, or came along when its folder was
        copied."""
        cache = self.cache()
        wanted = self.options | {"CMAKE_HOME_DIRECTORY": str(self.source)}
        return (self.folder / "build.ninja").exists() and all(
            cache.get(key) == value for key, value in wanted.items()
        )

    def _configure(self) -> None:
        command = ["cmake", "-G", "Ninja", "-S", str(self.source), "-B", str(self.folder)]
        if self.cache().get("CMAKE_HOME_DIRECTORY", str(self.source)) != str(self.source):
            command.append("--fresh")
        command += [f"-D{key}={value}" for key, value in self.options.items()]
        print(f"Configuring {self.folder.name}/", flush=True)
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="surrogateescape",
            env=surroundings.cleaned(os.environ),
        )
        if done.returncode != 0:
            sys.stdout.write(done.stdout)
            raise Failure(f"CMake could not configure {self.folder.name}/, see above")

    def _compile(self, jobs: int, targets: Sequence[str]) -> None:
        command = ["ninja", "-C", str(self.folder), "-j", str(jobs), *targets]
        progress = Progress(f"Building {self.folder.name}/", sys.stdout)
        environment = surroundings.cleaned(os.environ) | {"NINJA_STATUS": "[%f/%t] "}
        # In a session of its own: Ninja would end by a terminal that closes, even where nohup says no.
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="surrogateescape",
            env=environment,
            start_new_session=True,
        ) as ninja:
            assert ninja.stdout is not None
            try:
                for line in ninja.stdout:
                    if status := _STATUS.match(line):
                        done, total = int(status[1]), int(status[2])
                        progress.update(done / total, f"{done} of {total} steps")
                    elif not line.startswith(_NINJA_CHATTER):
                        progress.say(line.rstrip("\n"))
            except (KeyboardInterrupt, Interrupted):
                ninja.terminate()
                raise
        progress.close()
        if ninja.returncode != 0:
            raise Failure(f"{self.folder.name}/ does not build, see above")


def default_build(with_tests: bool = False) -> Build:
    """The build in build/. Once it has the tests it keeps them, so that commands can take turns."""
    build = Build(ROOT / "build", {"CMAKE_BUILD_TYPE": "Release"})
    with_tests = with_tests or build.cache().get("BUILD_TESTING") == "ON"
    build.options["BUILD_TESTING"] = "ON" if with_tests else "OFF"
    return build
