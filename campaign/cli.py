# SPDX-License-Identifier: GPL-2.0-only
"""The command line: reads arguments, calls what they ask for, turns errors into words and exit
codes.

The help texts are in help/, where ./swimlab shows them before anything is installed.
"""

import argparse
import contextlib
import os
import re
import signal
import stat
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from campaign.advise import command as advice
from campaign.backends import BACKENDS, NS3
from campaign.bench import command as benchmarks
from campaign.bench import table
from campaign.build import Build, cores, default_build
from campaign.calibrate import DEFAULT, Compare, calibrate, compare_in_child, names_of
from campaign.checks.command import run_tests
from campaign.checks.coverage import measure_coverage
from campaign.docs.command import DEFAULT_OUT, build_docs
from campaign.errors import Failure, Interrupted, UserError
from campaign import explore, heartbeats, surroundings, wireshark
from campaign.papers import command as papers
from campaign.playground import command as playground
from campaign.parser import EXIT_USER_ERROR, Parser, plain
from campaign.plan import Request
from campaign.presets import preset_build
from campaign.study import command as studies
from campaign.study.file import is_study
from campaign.tune import command as tunes
from campaign.theory import FORMATS, PRESETS_ONLY, Wanted, losses_of, members_of, theory
from campaign.words import command_text, path_text
from campaign.run import Analyse, analyse_in_child, run_campaign

Read = TypeVar("Read")

AGENT = "swim-agent"
AGENT_TARGET = "swim-agent-program"

MOST_SCENARIO_BYTES = 4 << 20

TRACES = {"trace": "trace.on=true", "netanim": "trace.netanim=true"}
"""Options of `run` that are short for a setting."""

EXIT_FAILURE = 1
EXIT_INTERRUPTED = 130


def main(
    arguments: Sequence[str],
    build: Build | None = None,
    analyse: Analyse | None = None,
    compare: Compare | None = None,
) -> int:
    """Run one command and return its exit code.

    `build` is taken as it is, instead of making the one in build/; `analyse` replaces the analysis
    of a campaign, `compare` that of a calibration. All let the tests drive campaigns without
    compiling a simulator.
    """
    options = parsed(arguments)
    command = command_text(["./swimlab", *arguments])
    analysis: Analyse = analyse or analyse_in_child
    try:
        match options.command:
            case "agent":
                build = build or default_build()
                build.make(cores(), [AGENT_TARGET])
                program = build.program(AGENT)
                signal.signal(signal.SIGPIPE, signal.SIG_DFL)
                os.execve(program, [AGENT, *options.arguments], surroundings.of_user)
            case "run":
                _run(options, command, build, analysis)
            case "calibrate":
                text = read_scenario(options.scenario)
                calibrate(
                    options.scenario,
                    _run_options(options),
                    options.backends,
                    options.out or Path("out") / f"{options.scenario.stem}-calibration",
                    lambda run: _run(parsed(["run", *run]), command, build, analysis, text),
                    compare or compare_in_child,
                    text,
                )
            case "advise":
                return advice.perform(options)
            case "heartbeats":
                return heartbeats.perform(options)
            case "wireshark":
                return wireshark.perform(options)
            case "theory":
                _theory(options, build)
            case "bench":
                return _bench(options, build)
            case command_of_study if command_of_study in studies.COMMANDS:
                return studies.perform(options, command, build, read_study_file)
            case "paper":
                papers.perform(options, command, build)
            case "playground":
                playground.perform(options, build)
            case "tune":
                tunes.perform(options, build, lambda file: read_scenario(file, "tune"))
            case "explore":
                explore.perform(options, build)
            case "docs":
                build_docs(options.out, build)
            case "build":
                build = preset_build("library") if options.library else default_build()
                build.make(options.jobs)
            case "test":
                if options.extent == "coverage":
                    return measure_coverage(options.jobs)
                return run_tests(options.extent, options.jobs)
        return 0
    except UserError as error:
        print(error, file=sys.stderr)
        return EXIT_USER_ERROR
    except Failure as error:
        print(error, file=sys.stderr)
        return EXIT_FAILURE
    except (Interrupted, KeyboardInterrupt) as error:
        print(str(error) or "Interrupted.", file=sys.stderr)
        return EXIT_INTERRUPTED


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """What the words after ./swimlab ask for; exits with a message where they are wrong."""
    options, unknown = _parser().parse_known_args(arguments)
    if unknown:
        Parser(prog=f"./swimlab {options.command}").error(f"there is no {' '.join(unknown)}")
    return options


def _run(
    options: argparse.Namespace,
    command: str,
    build: Build | None,
    analyse: Analyse,
    text: bytes | None = None,
) -> None:
    """`./swimlab run`; `command` is what the user typed, `text` the scenario's where it was read."""
    text = read_scenario(options.scenario) if text is None else text
    if is_study(text):
        name = path_text(options.scenario)
        raise UserError(f"{name}: is a study, not a scenario; ./swimlab study {name} runs it")
    request = Request(
        options.scenario,
        tuple(options.set),
        options.seed,
        options.runs,
        BACKENDS[options.backend],
        options.members,
        text,
    )
    _check_members(request)
    if build is None:
        build = default_build()
        build.make(cores(), request.backend.targets)
    out = options.out or _default_folder(request)
    run_campaign(request, out, options.jobs, command, build, analyse)


def _theory(options: argparse.Namespace, build: Build | None) -> None:
    """`./swimlab theory`; what a build says must not come between the rows of a table."""
    scenario = options.scenario
    text = PRESETS_ONLY if scenario is None else read_scenario(scenario)
    settings = options.set
    if options.preset is not None:
        settings = [f"cluster.preset={options.preset}", *settings]
    wanted = Wanted(scenario, text, tuple(settings), options.members, options.loss)
    if build is None:
        build = default_build()
        with contextlib.redirect_stdout(sys.stderr):
            build.make(cores(), [NS3.program])
    print(theory(wanted, build, options.format, options.out))
    if options.out is not None:
        print(f"Curves: {path_text(options.out)}", file=sys.stderr)


def _bench(options: argparse.Namespace, build: Build | None) -> int:
    """`./swimlab bench`; a promise that is not met is a failure only with --check."""

    def make(targets: Sequence[str]) -> Build:
        made = build or default_build(with_tests=True)
        if build is None:
            made.make(cores(), targets)
        return made

    measured = benchmarks.bench(options.only, options.sizes, options.out, make)
    return EXIT_FAILURE if options.check and table.broken(measured) else 0


def _run_options(options: argparse.Namespace) -> list[str]:
    """Those of `calibrate` that it hands on to each `run`, as they are typed."""
    found = [word for setting in options.set for word in ("--set", setting)]
    for name in ("seed", "runs", "jobs"):
        value = getattr(options, name)
        if value is not None:
            found += [f"--{name}", str(value)]
    return found


def _parser() -> argparse.ArgumentParser:
    parser = Parser(**plain("./swimlab"))
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    run = commands.add_parser("run", **plain("./swimlab run"))
    run.add_argument("--backend", choices=BACKENDS, default=NS3.name)
    run.add_argument("--members")
    for name, setting in TRACES.items():
        run.add_argument(f"--{name}", dest="set", action="append_const", const=setting, default=[])
    calibration = commands.add_parser("calibrate", **plain("./swimlab calibrate"))
    calibration.add_argument("--backends", type=_values(names_of), default=list(DEFAULT))
    for command in (run, calibration):
        command.add_argument("scenario", type=Path, metavar="SCENARIO")
        command.add_argument("--out", type=Path)
        command.add_argument("--seed", type=_at_least(0))
        command.add_argument("--runs", type=_at_least(1))
    formulas = commands.add_parser("theory", **plain("./swimlab theory"))
    _add_theory(formulas)
    for command in (run, calibration, formulas):
        command.add_argument(
            "--set", type=_setting, action="append", default=[], metavar="KEY=VALUE"
        )
    studies.add_to(lambda name: commands.add_parser(name, **plain(f"./swimlab {name}")))
    papers.add_to(lambda name: commands.add_parser(name, **plain(f"./swimlab {name}")))
    tunes.add_to(lambda name: commands.add_parser(name, **plain(f"./swimlab {name}")))
    advice.add_to(lambda name: commands.add_parser(name, **plain(f"./swimlab {name}")))
    heartbeats.add_to(lambda name: commands.add_parser(name, **plain(f"./swimlab {name}")))
    explore.add_to(lambda name: commands.add_parser(name, **plain(f"./swimlab {name}")))
    playground.add_to(lambda name: commands.add_parser(name, **plain(f"./swimlab {name}")))
    wireshark.add_to(lambda name: commands.add_parser(name, **plain(f"./swimlab {name}")))
    agent = commands.add_parser("agent", **plain("./swimlab agent"))
    agent.add_argument("arguments", nargs=argparse.REMAINDER)
    bench = commands.add_parser("bench", **plain("./swimlab bench"))
    bench.set_defaults(sizes=benchmarks.DEFAULT)
    sizes = bench.add_mutually_exclusive_group()
    for name, value in (("--quick", benchmarks.QUICK), ("--full", benchmarks.FULL)):
        sizes.add_argument(name, dest="sizes", action="store_const", const=value)
    bench.add_argument(
        "--only", type=_values(benchmarks.sections_of), default=list(benchmarks.TARGETS)
    )
    bench.add_argument("--out", type=Path, default=Path("out/bench"))
    bench.add_argument("--check", action="store_true")
    docs = commands.add_parser("docs", **plain("./swimlab docs"))
    docs.add_argument("--out", type=Path, default=DEFAULT_OUT)
    build = commands.add_parser("build", **plain("./swimlab build"))
    build.add_argument("--library", action="store_true")
    test = commands.add_parser("test", **plain("./swimlab test"))
    test.set_defaults(extent="quick")
    extents = test.add_mutually_exclusive_group()
    for name in ("all", "nightly", "coverage"):
        extents.add_argument(f"--{name}", dest="extent", action="store_const", const=name)
    for command in (run, calibration):
        # How many runs fit at a time is each backend's own matter unless the user says.
        command.add_argument("--jobs", type=_at_least(1))
    for command in (build, test):
        command.add_argument("--jobs", type=_at_least(1), default=cores())
    return parser


def _add_theory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", type=Path, nargs="?")
    parser.add_argument("--preset")
    parser.add_argument("--members", type=_values(members_of), default=())
    parser.add_argument("--loss", type=_values(losses_of), default=())
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0])
    parser.add_argument("--out", type=Path)


def _values(read: Callable[[str], Read]) -> Callable[[str], Read]:
    """What reads a list and raises ValueError, as argparse wants it."""

    def checked(text: str) -> Read:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return checked


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not re.fullmatch(r"\d+", text) or int(text) < least:
            raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {least} up")
        return int(text)

    return number


def _setting(text: str) -> str:
    if not re.fullmatch(r"[^=\s]+=.*", text, re.DOTALL):
        raise argparse.ArgumentTypeError(
            f"'{text}' is not KEY=VALUE, such as protocol.probe_interval=2s"
        )
    return text


def _default_folder(request: Request) -> Path:
    """out/ and the scenario's name, with what performs it where that is not the simulator."""
    # Of a pipe, /dev/fd/63 is no name to keep.
    name = request.scenario.stem if request.scenario.is_file() else "scenario"
    if request.backend is not NS3:
        name += f"-{request.backend.name}"
    if request.member_kinds is not None:
        name += "-" + request.member_kinds.replace(":", "").replace(",", "-")
    return Path("out") / name


def _check_members(request: Request) -> None:
    if request.member_kinds is not None and not request.backend.real_time:
        raise UserError(
            "--members is about real processes; add --backend sockets or --backend emulation"
        )


def read_study_file(study: Path) -> bytes:
    """The text of a study file."""
    return read_scenario(study, "study")


def read_scenario(scenario: Path, kind: str = "scenario") -> bytes:
    """Its text, before a build of minutes; what is in it is the simulator's to judge."""
    name = path_text(scenario)
    try:
        mode = scenario.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UserError(f"{name}: is a folder; a {kind} is a TOML file, {_scenarios(scenario)}")
        with open(scenario, "rb") as file:
            text = file.read(MOST_SCENARIO_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        there = _scenarios(scenario.parent)
        raise UserError(f"{name}: there is no such {kind} file; {there}") from None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = error.strerror if isinstance(error, OSError) else error
        raise UserError(f"{name}: cannot be read: {reason}") from None
    if len(text) > MOST_SCENARIO_BYTES:
        raise UserError(f"{name}: is larger than 4 MiB; a {kind} is a few lines of TOML")
    return text


def _scenarios(folder: Path) -> str:
    """What there is to choose from, in words."""
    known = ", ".join(sorted(path_text(Path(path.name)) for path in folder.glob("*.toml")))
    return f"its folder has {known}" if known else "scenarios/ has some to start from"
