# SPDX-License-Identifier: GPL-2.0-only
"""A study is the same whoever does its runs, and what it hands on holds what its checklist says.

Run by ctest with the label long, and not with the other Python tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import slurm_cluster
from campaign import surroundings
from campaign.build import Build
from campaign.cli import main
from campaign.study.publish.archive import archive
from campaign.study.publish.checklist import steps_of
from crate_rules import check_crate
from engine_jobs import SCENARIO

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "swimlab-ns3"

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists(), reason="build/swimlab-ns3 is not built; ./swimlab test builds it"
)

STUDY = """
title = "Probing and loss"
question = "Does the answer depend on who gives it?"
authors = [{name = "Ada Lovelace", orcid = "0000-0002-1825-0097"}]
license = "CC-BY-4.0"
[[scenario]]
file = "one.toml"
[[scenario]]
file = "one.toml"
name = "lossy"
set = {"network.loss" = "10%"}
[[variant]]
name = "basic"
set = {"cluster.preset" = "swim-basic"}
[[variant]]
name = "lan"
set = {"cluster.preset" = "memberlist-lan"}
[axes]
"protocol.probe_interval" = ["1s", "1500ms"]
[replicate]
at_least = 4
at_most = 12
until = {"first_dead_s.median" = "±5 %"}
[measure]
measures = ["first_dead_s.median", "full_dissemination_s.median"]
"""


@pytest.fixture(name="study", scope="module")
def _study() -> Iterator[Path]:
    """A study file with its scenario, and the folder of the local engine."""
    with tempfile.TemporaryDirectory(prefix="study-") as name:
        folder = Path(name)
        (folder / "one.toml").write_text(SCENARIO, encoding="utf-8")
        (folder / "study.toml").write_text(STUDY, encoding="utf-8")
        perform(folder / "study.toml", folder / "local", "--jobs", "1")
        yield folder


def perform(study: Path, out: Path, *options: str) -> None:
    """./swimlab study."""
    assert main(["study", str(study), "--out", str(out), *options], Build(ROOT / "build")) == 0


def table(folder: Path) -> bytes:
    """A row a run."""
    content = (folder / "results.csv").read_bytes()
    assert content.count(b"\n") > 8 * 4, "eight cells have four runs at least"
    return content


def test_two_processes_give_the_table_of_one(study: Path) -> None:
    perform(study / "study.toml", study / "two", "--jobs", "2")
    assert table(study / "two") == table(study / "local")


def test_snakemake_gives_the_table_of_this_machine(study: Path) -> None:
    if shutil.which("snakemake") is None:
        pytest.skip("there is no snakemake: apt-get install snakemake")
    perform(study / "study.toml", study / "snakemake", "--engine", "snakemake", "--jobs", "2")
    assert table(study / "snakemake") == table(study / "local")


def test_slurm_gives_the_table_of_this_machine(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if reason := slurm_cluster.missing():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="slurm-") as folder:
        with slurm_cluster.cluster(Path(folder)) as cluster:
            monkeypatch.setattr(surroundings, "of_user", cluster.environment)
            perform(study / "study.toml", study / "slurm", "--engine", "slurm", "--jobs", "2")
    assert table(study / "slurm") == table(study / "local")


def test_every_step_of_the_checklist_holds(study: Path, tmp_path: Path) -> None:
    with tarfile.open(archive(study / "local", tmp_path / "study.tar.gz")) as tar:
        tar.extractall(tmp_path)
    unpacked = tmp_path / "local"
    check_crate(unpacked)
    steps = steps_of((unpacked / "CHECKLIST.md").read_text(encoding="utf-8"))
    for step in steps:
        done = subprocess.run(
            ["bash", "-ec", step],
            cwd=unpacked,
            env=os.environ | {"SWIMLAB": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{step}\n{done.stdout}\n{done.stderr}"


def test_an_unpacked_archive_is_packed_the_same_and_goes_on_as_the_page_says(
    study: Path, tmp_path: Path
) -> None:
    packed = archive(study / "local", tmp_path / "local.tar.gz")
    with tarfile.open(packed) as tar:
        tar.extractall(tmp_path)
    folder = tmp_path / "local"
    assert archive(folder, tmp_path / "again.tar.gz").read_bytes() == packed.read_bytes()
    copy = (folder / "inputs" / "study.toml").read_text(encoding="utf-8")
    paths = ("one", 'file = "one.toml"'), ("lossy", 'file = "one.toml"\nname = "lossy"')
    for name, before in reversed(paths):
        after = f'file = "local/inputs/{name}/scenario.toml"\nname = "{name}"'
        assert before in copy
        copy = copy.replace(before, after, 1)
    more = tmp_path / "more.toml"
    more.write_text(copy.replace("at_least = 4", "at_least = 5"), encoding="utf-8")
    journal = (folder / "runs.jsonl").read_bytes()
    perform(more, folder)
    grown = (folder / "runs.jsonl").read_bytes()
    assert grown.startswith(journal) and grown.count(b"\n") >= 8 * 5
    assert main(["reproduce", str(folder), "--runs", "2"], Build(ROOT / "build")) == 0
    with tarfile.open(archive(folder, tmp_path / "grown.tar.gz")) as tar:
        tar.extractall(tmp_path / "final")
    final = tmp_path / "final" / "local"
    first = steps_of((final / "CHECKLIST.md").read_text(encoding="utf-8"))[0]
    subprocess.run(["bash", "-ec", first], cwd=final, check=True)
