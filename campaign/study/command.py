# SPDX-License-Identifier: GPL-2.0-only
"""The command lines of study, status, reproduce, compare and archive, and what they call."""

import argparse
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from analysis.run.records import RecordError
from campaign.backends import NS3
from campaign.build import Build, cores, default_build
from campaign.errors import UserError
from campaign.folder import INPUTS, SCENARIO_COPY
from campaign.study.engines import ENGINES, LOCAL
from campaign.study.file import budget_of
from campaign.words import path_text

COMMANDS = ("study", "status", "reproduce", "compare", "archive")

AddCommand = Callable[[str], argparse.ArgumentParser]


def add_to(add: AddCommand) -> None:
    """Their parsers."""
    study = add("study")
    study.add_argument("file", type=Path, metavar="FILE")
    study.add_argument("--out", type=Path)
    study.add_argument("--engine", choices=ENGINES, default=LOCAL)
    study.add_argument("--engine-option", action="append", default=[])
    study.add_argument("--only", type=_only, action="append", default=[])
    study.add_argument("--runs", type=from_one)
    study.add_argument("--budget", type=_budget)
    study.add_argument("--dry-run", action="store_true")
    status = add("status")
    status.add_argument("folder", type=Path, metavar="DIR")
    reproduce = add("reproduce")
    reproduce.add_argument("folder", type=Path, metavar="DIR")
    reproduce.add_argument("--runs", type=from_one)
    compare = add("compare")
    compare.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    compare.add_argument("--variants", type=_two)
    compare.add_argument("--out", type=Path)
    archive = add("archive")
    archive.add_argument("folder", type=Path, metavar="DIR")
    archive.add_argument("--out", type=Path)
    for parser in (study, reproduce):
        parser.add_argument("--jobs", type=from_one, default=cores())


def _perform(
    options: argparse.Namespace,
    command: str,
    build: Build | None,
    read: Callable[[Path], bytes],
) -> int:
    """The exit code. `command` is what the user typed; `read` gives a file's text."""
    folder = getattr(options, "folder", None)
    if folder is not None and not folder.is_dir():
        raise UserError(f"{path_text(folder)}: there is no such folder")
    if options.command == "status":
        from campaign.study.status import status

        print(status(options.folder))
        return 0
    if options.command == "archive":
        from campaign.study.publish.archive import archive

        print(archive(options.folder, options.out))
        return 0
    if options.command == "compare":
        return _compare(options)
    if options.command == "study":
        return _study(options, command, build, read)
    return _reproduce(options, build)


def perform(
    options: argparse.Namespace,
    command: str,
    build: Build | None,
    read: Callable[[Path], bytes],
) -> int:
    """The exit code. `command` is what the user typed; `read` gives a file's text."""
    try:
        return _perform(options, command, build, read)
    except RecordError as error:
        raise UserError(str(error)) from error


def _study(
    options: argparse.Namespace,
    command: str,
    build: Build | None,
    read: Callable[[Path], bytes],
) -> int:
    from campaign.study.run import Wanted, run_study

    text = read(options.file)
    build = _made(build)
    wanted = Wanted(
        options.file,
        text,
        options.out or Path("out") / options.file.stem,
        options.jobs,
        options.engine,
        tuple(options.engine_option),
        tuple(options.only),
        options.budget,
        options.dry_run,
        options.runs,
    )
    return run_study(wanted, build, build.program(NS3.program), command)


def _reproduce(options: argparse.Namespace, build: Build | None) -> int:
    from campaign.study.reproduce import reproduce
    from campaign.study.run import identity_of

    build = _made(build)
    program = build.program(NS3.program)
    scenarios = sorted((options.folder / INPUTS).glob(f"*/{SCENARIO_COPY}"))
    if not scenarios:
        raise UserError(f"{options.folder}: holds no {INPUTS}/, so it is no study's folder")
    identity = identity_of(build, program, scenarios[0])
    same = reproduce(options.folder, options.runs, options.jobs, program, identity)
    return 0 if same else 1


def _compare(options: argparse.Namespace) -> int:
    """By a process of its own, which needs what draws."""
    folders, variants = options.folders, options.variants
    if len(folders) != (1 if variants else 2):
        raise UserError("compare takes two folders, or one folder and --variants A,B")
    names = variants or [folder.resolve().name for folder in folders]
    start = f"{folders[0].resolve().name}-" if variants else ""
    out = options.out or Path("out") / f"{start}{names[0]}-against-{names[1]}"
    words = [sys.executable, "-m", "analysis", "compare", *map(str, folders), "--out", str(out)]
    return subprocess.run([*words, *(["--variants", *variants] if variants else [])]).returncode


def _two(text: str) -> list[str]:
    names = text.split(",")
    if len(names) != 2 or not all(names):
        raise argparse.ArgumentTypeError(f"'{text}' is not two variants, such as swim,lifeguard")
    return names


def _made(build: Build | None) -> Build:
    if build is None:
        build = default_build()
        build.make(cores(), list(NS3.targets))
    return build


def _only(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError(f"'{text}' is not KEY=VALUE, such as variant=lifeguard")
    return key, value


def _budget(text: str) -> float:
    found = budget_of(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"'{text}' is no time, such as 90s, 30min or 2h")
    return found


def from_one(text: str) -> int:
    """A whole number of an option. Raises argparse.ArgumentTypeError."""
    if not re.fullmatch(r"\d+", text) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1 up")
    return int(text)
