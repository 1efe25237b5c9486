# SPDX-License-Identifier: GPL-2.0-only
"""The folder from which worker machines do batches: all that they need, and nothing else.

    swimlab-ns3            the simulator, which needs libns3 and no other file of ours
    batch.sh               does one batch and packs what it made
    inputs/sN/             the copies of scenario number N and of its maps
    batches/NAME.jsonl     the runs of a batch, as `swimlab-ns3 work` takes them
    results/NAME.tar       what came of it
    stamp                  what the results were made with

It is on a file system that the workers share, or is copied to them and back. Results that an earlier
command did not read any more are taken up by the next one, where they were made with the same things.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from campaign.children import why
from campaign.errors import Failure, UserError
from campaign.folder import cannot_write
from campaign.study.engine import Job, Outcome
from campaign.words import one_line, path_text

PROGRAM_NAME = "swimlab-ns3"
SCRIPT_NAME = "batch.sh"
_SCRIPT = Path(__file__).with_name(SCRIPT_NAME)


@dataclass(frozen=True)
class Batch:
    """Runs of one scenario that travel together."""

    name: str
    """"s0-00007-1": scenario, number, attempt."""
    jobs: tuple[Job, ...]
    seconds: float
    """What they will take, as far as is known."""


@dataclass(frozen=True)
class Returned:
    """What a worker sent back."""

    outcomes: list[Outcome]
    seconds: dict[str, float]
    """Of each run that ended well, by its name, how long it took."""


class WorkFolder:
    """Everything about the files; when which batch is done is for others to say."""

    def __init__(self, program: Path, inputs: Path, scratch: Path) -> None:
        """inputs: holds a folder of copies for each scenario; scratch: becomes the work folder."""
        self.path = scratch
        self._program = program
        self._inputs = inputs
        self._scenarios: dict[str, str] = {}

    def prepare(self, jobs: Sequence[Job]) -> None:
        """Make the folder hold what workers need for these jobs. Raises UserError, Failure."""
        names = list(dict.fromkeys(job.cell.scenario for job in jobs))
        self._scenarios = {name: f"s{number}" for number, name in enumerate(names)}
        try:
            about = _about(self._program)
            program_sum = hashlib.sha256(self._program.read_bytes()).hexdigest()
            inputs = {name: _sums(self._inputs / name) for name in names}
            self._renew(json.dumps([program_sum, about, inputs], sort_keys=True, indent=1))
            for name in ("batches", "out"):
                shutil.rmtree(self.path / name, ignore_errors=True)
            for name in ("batches", "out", "results"):
                (self.path / name).mkdir(exist_ok=True)
            script = _SCRIPT.read_text(encoding="utf-8")
            script = script.replace("@SUM@", program_sum).replace("@ABOUT@", about)
            (self.path / SCRIPT_NAME).write_text(script, encoding="utf-8")
            _copy(self._program, self.path / PROGRAM_NAME)
            for name, number in self._scenarios.items():
                for file in inputs[name]:
                    _copy(self._inputs / name / file, self.path / "inputs" / number / file)
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def remove(self) -> None:
        """Nothing is to be done any more."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _renew(self, stamp: str) -> None:
        """Empty the folder of what was made with anything else."""
        self.path.mkdir(parents=True, exist_ok=True)
        file = self.path / "stamp"
        if not file.is_file() or file.read_text(encoding="utf-8") != stamp:
            for name in ("results", "inputs"):
                shutil.rmtree(self.path / name, ignore_errors=True)
            file.write_text(stamp, encoding="utf-8")
        self.forget_unfit()

    def scenario_number(self, scenario: str) -> str:
        """What a scenario is called in names of batches."""
        return self._scenarios[scenario]

    def input_files(self) -> dict[str, list[str]]:
        """Of each scenario by its number the paths of its copies, within the folder."""
        return {
            number: sorted(
                str(path.relative_to(self.path))
                for path in (self.path / "inputs" / number).rglob("*")
                if path.is_file()
            )
            for number in self._scenarios.values()
        }

    def write(self, batches: Iterable[Batch]) -> None:
        """The files of these batches, and of no others. Raises UserError."""
        folder = self.path / "batches"
        try:
            for old in folder.iterdir():
                old.unlink()
            for batch in batches:
                text = "".join(job.line(Path(job.name)) for job in batch.jobs)
                (folder / f"{batch.name}.jsonl").write_text(text, encoding="utf-8")
        except OSError as error:
            raise cannot_write(folder, error) from error

    def result(self, batch: Batch) -> Path:
        """Where the result of a batch will be."""
        return self.path / "results" / f"{batch.name}.tar"

    def results(self) -> list[Path]:
        """All that are there."""
        return sorted(self.path.glob("results/*.tar"))

    def unfit(self) -> dict[str, str]:
        """Of each worker machine that cannot do runs, by its name, why."""
        found = {}
        for file in sorted(self.path.glob("results/*.unfit")):
            host, _, reason = file.read_text("utf-8", "replace").strip().partition("\n")
            found[one_line(host)] = reason
        return found

    def forget_unfit(self) -> None:
        """What unfit() found is dealt with."""
        for file in self.path.glob("results/*.unfit"):
            file.unlink()

    def read(self, result: Path, wanted: dict[str, Job]) -> Returned:
        """The outcomes of those jobs that are wanted, by name, with their records in a folder each.

        Raises UserError where they cannot be written here; a result that is no archive has none.
        """
        out = self.path / "out"
        words: dict[str, str] = {}
        answers: list[str] = []
        lines: list[str] = []
        try:
            with tarfile.open(result) as archive:
                for member in archive:
                    path = PurePosixPath(member.name)
                    source = archive.extractfile(member) if member.isfile() else None
                    if source is None:
                        if len(path.parts) == 1 and path.name in wanted:
                            (out / path.name).mkdir(exist_ok=True)
                    elif len(path.parts) == 2 and path.parts[0] in wanted:
                        (out / path.parts[0]).mkdir(exist_ok=True)
                        with open(out / path, "wb") as target:
                            shutil.copyfileobj(source, target)
                    elif len(path.parts) == 1:
                        words[path.name] = source.read().decode("utf-8", "replace")
            answers = words.get("answers", "").splitlines()
            lines = words.get("batch.jsonl", "").splitlines()
        except (tarfile.TarError, EOFError):
            return Returned([], {})
        except OSError as error:
            raise cannot_write(out, error) from error
        outcomes = []
        for number, (line, answer) in enumerate(zip(lines, answers)):
            job = wanted.get(json.loads(line)["out"])
            if job is not None and line + "\n" == job.line(Path(job.name)):
                crash = words.get(f"crashed-{number}", "")
                outcomes.append(_outcome(job, json.loads(answer), out / job.name, crash))
        seconds = {each.job.name: _seconds(each.folder) for each in outcomes if each.folder}
        return Returned(outcomes, seconds)


def _outcome(job: Job, answer: dict[str, object], folder: Path, words: str) -> Outcome:
    if "done" in answer:
        return Outcome(job, folder)
    if "failed" in answer:
        return Outcome(job, None, str(answer["failed"]), int(str(answer["code"])), folder)
    code = int(str(answer["crashed"]))
    code = 128 - code if code > 128 else code  # as a shell says by which signal
    said = "\n".join(one_line(line) for line in words.splitlines())
    return Outcome(job, None, f"the simulator ended, {why(code)}\n{said}".rstrip(), code, folder)


def _seconds(folder: Path) -> float:
    run = json.loads((folder / "run.json").read_bytes())
    return float(run["wall_s"])


def _about(program: Path) -> str:
    """What the simulator is made of, as it says. Raises Failure."""
    done = subprocess.run([program, "about"], capture_output=True, encoding="utf-8")
    if done.returncode != 0 or "'" in done.stdout:
        raise Failure(f"{program.name} about: {done.stderr.strip() or why(done.returncode)}")
    return done.stdout.rstrip("\n")


def _sums(folder: Path) -> dict[str, str]:
    """Of all files of a folder, by their paths in it."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all: workers of a killed command may be reading the old one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    shutil.copy2(source, partial)
    partial.replace(target)


def words_on(unfit: dict[str, str]) -> str:
    """What WorkFolder.unfit() found, for the user."""
    return "\n".join(f"{host} cannot do runs: {reason}" for host, reason in unfit.items())
