# SPDX-License-Identifier: GPL-2.0-only
"""One campaign is one folder (docs/records.md); this keeps it whole.

Four promises: a run's folder exists only when the run is complete, the runs in one folder answer
one question (same scenario, same maps, same settings, same program), all of them read the copies of
scenario and maps in the folder, and one command at a time works in it.
"""

import errno
import hashlib
import itertools
import json
import os
import re
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from analysis.run import seal
from campaign.errors import Failure, UserError
from campaign.lock import locked
from campaign.plan import Plan, Request, Run
from campaign.words import one_line, path_text

FORMAT = 1
INPUTS = "inputs"
"""The folder of copies in a campaign's folder."""
SCENARIO_COPY = "scenario.toml"
RUN_FILES = ("events.csv", "traffic.csv", "run.json")
SUMMARIZED_RUN_FILES = ("metrics.json", "truth.csv", "traffic.csv", "run.json")
"""Of a run with record = "summary"."""
TRACE_FILES = {
    "trace.on": ("trace.csv", "trace.json"),
    "trace.pcap": ("trace.pcapng",),
    "trace.netanim": ("netanim.xml",),
}
"""Of a run with [trace], by the key that asks for them."""


def sha256_of(*paths: Path) -> str:
    """The sha256 of the bytes of these files, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def describe(
    plan: Plan, request: Request, command: str, programs: Sequence[Path], build: dict[str, str]
) -> dict[str, Any]:
    """The content of campaign.json: what was asked for, how to ask for it again, and who answered.

    `command` repeats the campaign; `programs` are all that take part in a run; `build` names their
    version and commit.
    """
    chosen = {} if request.member_kinds is None else {"member_kinds": request.member_kinds}
    return {
        "format": FORMAT,
        "title": plan.title,
        "question": plan.question,
        "command": command,
        "scenario_file": path_text(request.scenario),
        "scenario_sha256": plan.inputs[SCENARIO_COPY],
        "scenario_text": (request.text or b"").decode("utf-8", "backslashreplace"),
        "inputs": plan.inputs,
        "backend": plan.backend,
        "members": plan.members,
        **chosen,
        "duration_s": plan.duration_s,
        "seeds": plan.seeds,
        "resolved": plan.resolved,
        "points": [{"key": point.key, "settings": point.settings} for point in plan.points],
        "verdict": plan.verdict,
        "runs": [run.key for run in plan.runs()],
        "build": build | {"program_sha256": sha256_of(*programs), "made_with": plan.made_with},
    }


def trace_files(resolved: dict[str, Any]) -> tuple[str, ...]:
    """What a run writes of its messages; nothing without [trace]."""
    if resolved.get("trace.on") != "true":
        return ()
    asked = (files for key, files in TRACE_FILES.items() if resolved.get(key) == "true")
    return tuple(itertools.chain.from_iterable(asked))


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What keeps the runs of two campaign.json from being mixed, in words; empty when they may be.

    More seeds than before are no difference: they make the same answer sharper.
    """
    found = []
    for key, name in (("backend", "the backend"), ("member_kinds", "--members")):
        before, after = (each.get(key, "the default") for each in (old, new))
        if before != after:
            found.append(f"{name} is {before} there and {after} here")
    resolved = (old["resolved"], new["resolved"])
    for key in sorted(resolved[0].keys() | resolved[1].keys()):
        before, after = (each.get(key, "not set") for each in resolved)
        if before != after and key != "runs":
            found.append(f"{key} is {before} there and {after} here")
    if old["points"] != new["points"]:
        found.append("the sweep has other points there")
    if new["seeds"][: len(old["seeds"])] != old["seeds"]:
        found.append(f"the seeds are {old['seeds']} there and {new['seeds']} here")
    if not found and old["scenario_sha256"] != new["scenario_sha256"]:
        found.append(f"the text of {new['scenario_file']} was another")
    old_inputs = old.get("inputs", {})
    for name, sha256 in new["inputs"].items():
        if name != SCENARIO_COPY and old_inputs.get(name, sha256) != sha256:
            found.append(f"{one_line(name)} was another file")
    if not same_program(old["build"], new["build"]):
        commits = [each["build"]["commit"] for each in (old, new)]
        same = "the same commit with other changes" if commits[0] == commits[1] else commits[0]
        found.append(f"the simulator was built from {same}, and is now from {commits[1]}")
    return found


def same_program(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """The same bytes; or the same commit, without changes, by the same compiler for the same
    libraries, in another place: programs hold the paths of their sources."""
    if old["program_sha256"] == new["program_sha256"]:
        return True
    keys = ("version", "commit", "made_with")
    return (
        all(old.get(key) == new.get(key) for key in keys)
        and bool(new["made_with"])
        and re.fullmatch(r"[0-9a-f]{40}", new["commit"]) is not None
    )


class CampaignFolder:
    """The folder, locked for as long as the `with` block lasts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._run_files: tuple[str, ...] = RUN_FILES
        self._lock = ExitStack()

    def __enter__(self) -> Self:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.enter_context(locked(self.path))
        except OSError as error:
            raise cannot_write(self.path, error) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    @property
    def inputs(self) -> Path:
        """The copies that runs read."""
        return self.path / INPUTS

    def admit(self, campaign: dict[str, Any], copies: Path) -> None:
        """Write campaign.json, and take the copies of what it was planned from; if the folder holds
        something else, a UserError and no change."""
        if campaign["resolved"].get("record") == "summary":
            self._run_files = SUMMARIZED_RUN_FILES
        self._run_files += trace_files(campaign["resolved"])
        old = self._recorded()
        if old is not None:
            found = differences(old, campaign)
            if found:
                raise UserError(
                    f"{path_text(self.path)} holds another campaign, which must not be mixed with "
                    "this:\n"
                    + "".join(f"    {line}\n" for line in found)
                    + f"choose another folder with --out, or remove {path_text(self.path)}"
                )
        text = seal.sealed(json.dumps(campaign, indent=2, ensure_ascii=False))
        partial_file = self.path / ".campaign.json.partial"
        try:
            partial_file.write_text(text, encoding="utf-8")
            partial_file.replace(self.path / "campaign.json")
            self._take(copies)
            (self.path / "runs").mkdir(exist_ok=True)
            # What a killed command left behind.
            for partial in self.path.glob("runs/.*.partial"):
                shutil.rmtree(partial)
        except OSError as error:
            partial_file.unlink(missing_ok=True)
            raise cannot_write(self.path, error) from error

    def _take(self, copies: Path) -> None:
        """The folder's copies are those of the plan, also where a hand or a disk has changed them."""
        sums = sums_of(copies)
        if sums_of(self.inputs) == sums:
            return
        partial = self.path / f".{INPUTS}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        for name in sums:
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(copies / name, partial / name)
        if self.inputs.exists():
            print(f"{path_text(self.inputs)} was changed since; it is as planned again", flush=True)
            shutil.rmtree(self.inputs)
        partial.replace(self.inputs)

    def is_complete(self, run: Run) -> bool:
        """Whether this run is done already."""
        return (self.path / "runs" / run.key).is_dir()

    def begin(self, run: Run) -> Path:
        """An empty folder for the simulator to write to."""
        partial = self._partial(run)
        try:
            partial.mkdir()
        except OSError as error:
            raise cannot_write(self.path, error) from error
        return partial

    def finish(self, run: Run) -> None:
        """Make the run count: from here on it is complete."""
        partial = self._partial(run)
        for name in self._run_files:
            if not (partial / name).is_file():
                raise Failure(f"run {run.key} ended well but wrote no {name}")
        try:
            partial.replace(self.path / "runs" / run.key)
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def abandon(self, run: Run) -> None:
        """Remove what an unfinished run wrote."""
        shutil.rmtree(self._partial(run), ignore_errors=True)

    def _partial(self, run: Run) -> Path:
        return self.path / "runs" / f".{run.key}.partial"

    def _recorded(self) -> dict[str, Any] | None:
        """The campaign.json that is there; None in a new folder."""
        file = self.path / "campaign.json"
        try:
            content = file.read_bytes()
            recorded = json.loads(content)
            if seal.is_broken(content):
                raise ValueError("it was changed after it was written")
            if recorded["format"] != FORMAT:
                raise ValueError(f"format {recorded['format']} instead of {FORMAT}")
            return recorded
        except FileNotFoundError:
            if any(not entry.name.startswith(".") for entry in self.path.iterdir()):
                raise UserError(
                    f"{path_text(self.path)} is not empty and holds no campaign.json, so it is no "
                    "campaign's folder; choose another one with --out"
                ) from None
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(
                f"{path_text(file)} cannot be read ({error}); choose another folder with --out, "
                f"or remove {path_text(self.path)}"
            ) from error


def sums_of(folder: Path) -> dict[str, str]:
    """Of all files of a folder; empty where there is none."""
    return {
        str(path.relative_to(folder)): sha256_of(path)
        for path in folder.rglob("*")
        if path.is_file()
    }


def cannot_write(path: Path, error: OSError) -> UserError:
    """What to tell who cannot, in words."""
    remedy = (
        "free some space and run the same command again"
        if error.errno in (errno.ENOSPC, errno.EDQUOT)
        else "choose a folder that you can write to with --out"
    )
    named = os.fsdecode(error.filename) if error.filename else str(path)
    return UserError(f"{one_line(named)}: {error.strerror or error}; {remedy}")
