# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab calibrate`: one scenario run by several systems, and the report of where they part.

Each system is one `./swimlab run` into a folder of its own, so all that holds for campaigns (resuming,
never mixing) holds here.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.errors import Failure, Refused, UserError
from campaign.words import one_line, path_text

GO_MEMBERLIST = Path("/usr/share/gocode/src/github.com/hashicorp/memberlist")

RunCommand = Callable[[list[str]], None]
"""Does `./swimlab run` with these arguments; raises what that raises."""
Compare = Callable[[Path, Sequence[str], Mapping[str, str]], None]


def _nothing_missing() -> str:
    return ""


def memberlist_missing() -> str:
    """Why real memberlist cannot run here; empty where it can."""
    if shutil.which("go") and GO_MEMBERLIST.is_dir():
        return ""
    return (
        "Go's memberlist is not installed; to have it:"
        " apt-get install golang-go golang-github-hashicorp-memberlist-dev"
    )


def _serf_missing() -> str:
    return "" if shutil.which("serf") else "Serf is not installed; to have it: apt-get install serf"


def _emulation_missing() -> str:
    return "" if os.geteuid() == 0 else "an emulated network takes root"


@dataclass(frozen=True)
class System:
    """One way to run a scenario: options of `./swimlab run`, and what it lacks on this machine."""

    options: tuple[str, ...]
    missing: Callable[[], str] = _nothing_missing
    """In words; empty where it can run."""


SYSTEMS = {
    "ns3": System(("--backend", "ns3")),
    "sockets": System(("--backend", "sockets")),
    "memberlist": System(("--backend", "sockets", "--members", "memberlist"), memberlist_missing),
    "serf": System(("--backend", "sockets", "--members", "serf"), _serf_missing),
    "emulation": System(("--backend", "emulation"), _emulation_missing),
}
DEFAULT = ("ns3", "sockets", "memberlist", "serf")

_ADAPTER = re.compile(r"(?:(sockets|emulation):)?([^:]+\.toml)")
"""A program by the file of its adapter; under emulation, unless it says otherwise."""


def names_of(text: str) -> list[str]:
    """The systems of a list such as "ns3,serf" or "ns3,adapters/redis.toml"; raises ValueError with
    what is wrong."""
    names = text.split(",")
    for name in names:
        if name not in SYSTEMS and not _ADAPTER.fullmatch(name):
            raise ValueError(
                f"there is no '{name}'; there are {', '.join(SYSTEMS)}, and any adapter's file"
            )
    if len(set(map(_folder_of, names))) < max(2, len(names)):
        raise ValueError(f"'{text}' must name two or more, each once, such as ns3,sockets")
    return names


def _system_of(name: str) -> System:
    adapter = _ADAPTER.fullmatch(name)
    if adapter is None:
        return SYSTEMS[name]
    backend = adapter[1] or "emulation"
    missing = _emulation_missing if backend == "emulation" else _nothing_missing
    return System(("--backend", backend, "--members", adapter[2]), missing)


def _folder_of(name: str) -> str:
    """Where its runs are, below the calibration's folder: its name, a program's by an adapter the
    file's, "redis" or "redis-sockets"."""
    adapter = _ADAPTER.fullmatch(name)
    if adapter is None:
        return name
    stem = Path(adapter[2]).stem
    apart = adapter[1] == "sockets" or stem in SYSTEMS
    return f"{stem}-{adapter[1] or 'emulation'}" if apart else stem


def calibrate(
    scenario: Path,
    options: Sequence[str],
    names: Sequence[str],
    out: Path,
    run: RunCommand,
    compare: Compare,
    text: bytes | None = None,
) -> None:
    """Run the scenario, with these further options of `run`, by each system into `out`/NAME; then
    compare them, the first being the reference. A system that is not on this machine, or cannot do
    what the scenario asks for, is left out with a message."""
    _refuse_sweep(scenario, scenario.read_bytes() if text is None else text, options)
    done: list[str] = []
    left_out: dict[str, str] = {}
    for asked in names:
        name, system = _folder_of(asked), _system_of(asked)
        left_out[name] = system.missing()
        if not left_out[name]:
            try:
                run([str(scenario), *system.options, *options, "--out", str(out / name)])
                del left_out[name]
                done.append(name)
                continue
            except Refused as error:
                # What the reference refuses is a mistake in the scenario.
                if not done:
                    raise
                left_out[name] = one_line(str(error))
        print(f"{name} is left out: {left_out[name]}", flush=True)
    if len(done) < 2:
        raise UserError(
            f"it takes two systems to compare, and {' and '.join(done) or 'none'} could run; see"
            " above"
        )
    compare(out, done, left_out)
    print(f"\nReport: {path_text(out / 'calibration.html')}")


def compare_in_child(out: Path, names: Sequence[str], left_out: Mapping[str, str]) -> None:
    """calibration.json and calibration.html by analysis/, in a process of its own."""
    command = [sys.executable, "-m", "analysis", "calibrate", str(out), *names]
    for name, reason in left_out.items():
        command += ["--left-out", f"{name}={reason}"]
    code = subprocess.run(command).returncode
    if code != 0:
        raise (UserError if code == 2 else Failure)(
            f"the comparison ended with {code}, see above. The runs are kept in {out}; the same"
            " command again repeats the comparison only"
        )


def _refuse_sweep(scenario: Path, text: bytes, options: Sequence[str]) -> None:
    """Before hours of runs; other mistakes are the simulator's to find."""
    try:
        swept = tomllib.loads(text.decode("utf-8")).get("sweep", {})
    except (ValueError, RecursionError):
        return
    if not isinstance(swept, dict):
        return
    settled = {setting.partition("=")[0] for setting in options}
    open_keys = [key for key in swept if key not in settled]
    if open_keys:
        raise UserError(
            f"{path_text(scenario)}: [sweep] asks for many answers, and systems are compared at one; choose"
            f" it with {' '.join(f'--set {key}=VALUE' for key in open_keys)}"
        )
