# SPDX-License-Identifier: GPL-2.0-only
"""The same scenario in a plain and in a hostile place: same bytes, same figures, and always a report.

The map's labels are what figures and pages must take for text: formulas, line breaks, escapes, scripts.
"""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from analysis.run import seal
from campaign.build import ROOT, Build
from campaign.cli import main

PROGRAM = ROOT / "build" / "swimlab-ns3"
LABELS = (
    "US$ hub $2",
    "{$x^}$ \\frac",
    "東京 центр مركز 😀",
    "&lt;b&gt; &amp; &quot;q&quot;&#10;two\u0085",
)
SCENARIO = """
title = "Any $text$: \\u001b[31m <b>\\n東京"
duration = "12s"
[cluster]
members = 8
[topology]
kind = "file"
file = "a map.graphml"
[[event]]
at = "2s"
crash = 3
"""
HOSTILE = {
    "LC_ALL": "de_DE.ISO-8859-1",
    "TZ": "Pacific/Kiritimati",
    "NS_LOG": "*=all",
    "NS_GLOBAL_VALUE": "SchedulerType=ns3::ListScheduler;RngRun=99",
    "NS_ATTRIBUTE_DEFAULT": "ns3::DropTailQueue<Packet>::MaxSize=1p",
    "GIT_DIR": "/nowhere",
    "MPLBACKEND": "nonsense",
    "MPLCONFIGDIR": "/proc/nowhere",
    "HOME": "/proc/nowhere",
    "CXXFLAGS": "-Ofast",
    "PYTHONPATH": "/nowhere",
    "PYTHONOPTIMIZE": "2",
    "PYTHONHASHSEED": "4",
    "PYTHONIOENCODING": "ascii",
    "LD_PRELOAD": "",
}

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists(), reason="build/swimlab-ns3 is not built; ./swimlab test builds it"
)


def world_map() -> str:
    nodes = "".join(
        f'<node id="{i}"><data key="l">{label}</data><data key="y">{9 * i}</data>'
        f'<data key="x">{5 * i}</data></node>\n'
        for i, label in enumerate(LABELS)
    )
    edges = "".join(f'<edge source="0" target="{i}"/>' for i in range(1, len(LABELS)))
    return (
        '<graphml><key id="l" for="node" attr.name="label"/>'
        '<key id="x" for="node" attr.name="Longitude"/><key id="y" for="node" attr.name="Latitude"/>'
        f'\n<graph edgedefault="undirected">{nodes}{edges}</graph></graphml>'
    )


def place(folder: Path) -> Path:
    folder.mkdir()
    (folder / "s.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "a map.graphml").write_text(world_map(), encoding="utf-8")
    return folder


def swimlab(folder: Path, line: str, **environment: str) -> subprocess.CompletedProcess:
    """A line of bash in which $S is ./swimlab."""
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=os.environ | {"S": str(ROOT / "swimlab")} | environment,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
    )


def sums(out: Path) -> dict[str, str]:
    """Of every file that must be the same: run.json alone tells of the machine."""
    names = [*out.glob("runs/*/*.csv"), *out.glob("figures/*"), *out.glob("inputs/*")]
    return {str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in names}


def test_a_hostile_place_gives_the_bytes_of_a_plain_one(tmp_path: Path) -> None:
    plain = place(tmp_path / "plain")
    done = swimlab(plain, '"$S" run s.toml --out out')
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout

    hostile = place(tmp_path / os.fsdecode(b"it's (a) & $HOME \n\xff"))
    (hostile / "matplotlibrc").write_bytes(b"text.usetex: True\nlines.marker: o\n\xff\xfe")
    (hostile / "json.py").write_text("raise SystemExit('the module of the folder')")
    done = swimlab(hostile, 'umask 0277; "$S" run s.toml --out out >&-', **HOSTILE)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr

    found = sums(plain / "out")
    assert found == sums(hostile / "out") and len(found) > 8
    summaries = [json.loads((at / "out/summary.json").read_text()) for at in (plain, hostile)]
    for summary in summaries:
        del summary["wall_s"], summary["seal"]
    assert summaries[0] == summaries[1]
    records = [json.loads((at / "out/runs/seed-1/run.json").read_text()) for at in (plain, hostile)]
    for key in ("versions", "libraries", "files", "inputs", "topology", "events_sha256"):
        assert records[0][key] == records[1][key], key
    page = (hostile / "out/report.html").read_text(encoding="utf-8")
    assert "US$ hub $2" in page or "US$ hub $2" in json.dumps(records[1]["topology"])
    assert "<b>" not in page.split("<body", 1)[1].split("</h1>", 1)[0]


def test_a_report_is_written_for_nobody_who_reads(tmp_path: Path) -> None:
    folder = place(tmp_path / "place")
    done = swimlab(folder, '"$S" run <(cat s.toml) --out out | head -1; echo ${PIPESTATUS[0]}')
    assert done.stdout.splitlines()[-1] == "0", done.stderr
    assert (folder / "out/report.html").exists() and done.stderr == ""
    (folder / "out/report.html").unlink()
    done = swimlab(folder, '"$S" run s.toml --out out > /dev/full')
    assert "No space left on device" in done.stderr and "Traceback" not in done.stderr
    assert (folder / "out/report.html").exists()


def campaign(scenario: Path, out: Path, *options: str, jobs: str = "1") -> int:
    """The real simulator without an analysis."""
    arguments = ["run", str(scenario), "--out", str(out), "--jobs", jobs, *options]
    return main(arguments, Build(PROGRAM.parent), lambda out, jobs: None)


def test_a_map_that_was_replaced_is_another_campaign(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    folder = place(tmp_path / "place")
    assert campaign(folder / "s.toml", folder / "out") == 0
    before = sums(folder / "out")
    (folder / "a map.graphml").write_text(world_map().replace("US$", "EU$"), encoding="utf-8")
    for runs in ("1", "2"):
        assert campaign(folder / "s.toml", folder / "out", "--runs", runs) == 2
        assert "a map.graphml was another file" in capsys.readouterr().err
    assert sums(folder / "out") == before
    record = json.loads((folder / "out/runs/seed-1/run.json").read_text())
    copies = folder / "out/inputs"
    assert record["inputs"] == {
        name: hashlib.sha256((copies / name).read_bytes()).hexdigest()
        for name in ("a map.graphml", "scenario.toml")
    }


def test_a_campaign_that_was_moved_gives_its_bytes_again(tmp_path: Path) -> None:
    """The folder is all that is needed: its copies are a scenario with its map."""
    folder = place(tmp_path / "here")
    assert campaign(folder / "s.toml", folder / "out", "--runs", "2") == 0
    moved = tmp_path / "there" / "moved"
    shutil.copytree(folder / "out", moved)
    shutil.rmtree(folder)
    shutil.rmtree(moved / "runs/seed-2")
    assert campaign(moved / "inputs/scenario.toml", moved, "--runs", "3") == 0
    again = tmp_path / "again"
    assert campaign(moved / "inputs/scenario.toml", again, "--runs", "3") == 0
    assert sums(moved) == sums(again) and len(sums(again)) == 11
    for run in again.glob("runs/*"):
        record = json.loads((run / "run.json").read_text())
        assert set(record["files"]) >= {"events.csv", "traffic.csv"}
        for name, sha256 in record["files"].items():
            assert hashlib.sha256((run / name).read_bytes()).hexdigest() == sha256, name


@pytest.mark.parametrize("name", ["traffic.csv", "events.csv", "run.json"])
def test_a_record_that_was_edited_is_noticed(tmp_path: Path, name: str) -> None:
    folder = place(tmp_path / "place")
    assert campaign(folder / "s.toml", folder / "out") == 0
    file = folder / "out/runs/seed-1" / name
    content = file.read_bytes()
    at = content.rindex(b"1" if name != "run.json" else b'"seed": 1') + (
        len(b'"seed": ') if name == "run.json" else 0
    )
    file.write_bytes(content[:at] + b"7" + content[at + 1 :])
    done = subprocess.run(
        ["/usr/bin/python3", "-m", "analysis", "summarize", str(folder / "out")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2 and name in done.stderr and "changed" in done.stderr
    assert seal.is_broken(file.read_bytes()) == (name == "run.json")


def test_the_simulator_alone_keeps_its_records_apart_from_what_it_prints(tmp_path: Path) -> None:
    folder = place(tmp_path / "place")
    found = []
    for line in ("", ">&-", "<&- >&- 2>&-"):
        out = folder / f"out{len(found)}"
        out.mkdir()
        done = swimlab(folder, f'"{PROGRAM}" run s.toml --out {out.name} {line}', **HOSTILE)
        assert done.returncode == 0, done.stderr
        found.append({file.name: file.read_bytes() for file in out.glob("*.csv")})
    assert found[0] == found[1] == found[2] and found[0]["events.csv"]
