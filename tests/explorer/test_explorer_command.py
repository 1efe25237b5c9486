# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab explore`, from the command line to the page."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from analysis.explore.traced import COLUMNS
from campaign.build import Build
from campaign.cli import main
from made_up_explorations import random_run, with_metrics
from run_tables import RunTable

ROOT = Path(__file__).resolve().parents[2]
BUILD = Build(ROOT / "build")


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    for seed in (1, 2):
        with_metrics(random_run(seed), tmp_path / "runs" / f"seed-{seed}")
    return tmp_path


def data_of(page: Path) -> dict:
    text = page.read_text("utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_it_writes_a_page_of_the_first_run_beside_it(campaign: Path) -> None:
    assert main(["explore", str(campaign)], BUILD) == 0
    (run,) = data_of(campaign / "explore-seed-1.html")["runs"]
    assert run["views"]["step_ms"] == 1


def test_it_writes_the_named_runs_side_by_side_where_it_is_told(campaign: Path) -> None:
    out = campaign / "two.html"
    words = ["explore", str(campaign), "seed-2", "--with", str(campaign), "seed-1"]
    assert main([*words, "--out", str(out)], BUILD) == 0
    assert len(data_of(out)["runs"]) == 2


@pytest.mark.parametrize(
    "words, message",
    [
        (["{}", "seed-9"], "has no run seed-9; there are seed-1, seed-2"),
        (["{}/nothing"], "there is no such folder"),
        (["{}", "--with", "{}", "seed-1", "more"], "--with takes a folder"),
        (["{}/runs"], "/runs/seed-1, "),
        (["{}/runs/seed-1", "seed-2"], "is the folder of one run, so there is no run seed-2"),
        (["{}/runs/seed-1/events.csv"], "is a file; the folder of a campaign or of a run is meant"),
        (["{}", "--out", "{}"], "is a folder; --out takes the name of the page's file"),
        (["{}", "--out", "{}/runs/seed-1/run.json/x.html"], "run.json"),
        (["{}", "--out", "/proc/x.html"], "/proc/x.html: cannot be written"),
    ],
)
def test_what_is_not_there_is_named(
    words: list[str], message: str, campaign: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", *(word.format(campaign) for word in words)], BUILD) == 2
    assert message in capfd.readouterr().err


def test_a_folder_without_runs_says_what_is_near(
    campaign: Path, tmp_path_factory: pytest.TempPathFactory, capfd: pytest.CaptureFixture[str]
) -> None:
    around = tmp_path_factory.mktemp("around")
    shutil.copytree(campaign, around / "mine")
    assert main(["explore", str(around)], BUILD) == 2
    said = capfd.readouterr().err
    assert "is no campaign, which has a folder runs" in said and str(around / "mine") in said


def test_the_folder_of_the_page_is_made(campaign: Path) -> None:
    out = campaign / "new" / "pages" / "one.html"
    assert main(["explore", str(campaign), "--out", str(out)], BUILD) == 0
    assert out.exists() and not list(out.parent.glob(".*"))


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("run.json", None, "run.json: no such file; each run describes itself there"),
        ("events.csv", None, "events.csv: "),
        ("events.csv", b"", "events.csv: "),
        ("trace.csv", b"", "trace.csv: sha256 is"),
        ("trace.csv", b"time_s,event\n1.5,mes", "trace.csv: sha256 is"),
        ("trace.json", b"{", "trace.json: sha256 is"),
        ("trace.json", None, "trace.json: no such file, and a record has its sum"),
    ],
)
def test_what_is_damaged_is_named_and_nothing_is_told_of_it(
    name: str,
    content: bytes | None,
    message: str,
    campaign: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    run = campaign / "runs" / "seed-1"
    with_trace(run)
    if content is None:
        (run / name).unlink()
    else:
        (run / name).write_bytes(content)
    assert main(["explore", str(run)], BUILD) == 2
    said = capfd.readouterr().err
    assert message in said and "Traceback" not in said
    assert not list(run.glob("*.html"))


def with_trace(run: Path) -> None:
    """A trace of nothing, with its sums in run.json."""
    trace = {"trace.csv": (",".join(COLUMNS) + "\n").encode(), "trace.json": b'{"from_s": 0}'}
    for name, content in trace.items():
        (run / name).write_bytes(content)
    raw = json.loads((run / "run.json").read_bytes())
    raw["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in trace.items()}
    (run / "run.json").write_text(json.dumps(raw))


def test_a_trace_that_is_whole_is_read(campaign: Path) -> None:
    with_trace(campaign / "runs" / "seed-1")
    assert main(["explore", str(campaign)], BUILD) == 0


def test_of_many_members_it_says_how_many_are_shown(tmp_path: Path) -> None:
    run = RunTable(1500, 30).truth(3, "crash", "m1499").says(5, "m7", "suspect", "m1499")
    run.says(9, "m7 m1498", "dead", "m1499", 1, "m7")
    with_metrics(run, tmp_path / "seed-1")
    assert main(["explore", str(tmp_path / "seed-1")], BUILD) == 0
    (found,) = data_of(tmp_path / "seed-1" / "explore-seed-1.html")["runs"]
    assert "1,000 of 1,500 members are shown" in found["words"]
    assert found["views"]["members"]["n"] == 1000
