# SPDX-License-Identifier: GPL-2.0-only
"""A run's trace against its other records, and its capture against its trace.

What a run concluded must follow from what it wrote down: each verdict has its probe, each death its
suspicion that fired or its news, and a capture as many packets as the trace.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import pytest

from campaign.build import Build
from campaign.cli import main

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "swimlab-ns3"

SCENARIO = """
title = "traced"
duration = "60s"
[cluster]
members = 20
preset = "memberlist-lan"
[topology]
kind = "leaf-spine"
leaves = 2
spines = 2
[network]
model = "{model}"
loss = "2%"
[trace]
pcap = true
{trace}
[[event]]
at = "10s"
crash = [5]
[[event]]
at = "20s"
block = [17]
direction = "in"
for = "25s"
"""

Row = dict[str, str]


def run(folder: Path, model: str, trace: str = "") -> Path:
    """The folder of the run's records."""
    scenario = folder / "traced.toml"
    scenario.write_text(SCENARIO.format(model=model, trace=trace))
    out = folder / "out"
    out.mkdir()
    subprocess.run([PROGRAM, "run", scenario, "--out", out], check=True, stdout=subprocess.DEVNULL)
    return out


@pytest.fixture(scope="module", params=["path", "packet"])
def traced(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(tmp_path_factory.mktemp("traced"), request.param)


def rows_of(file: Path) -> list[Row]:
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines))


def seconds(time_ns: str) -> str:
    """A time of events.csv as trace.csv has it."""
    return f"{int(time_ns) // 10**9}.{int(time_ns) % 10**9:09}"


def packets_of(rows: list[Row], channel: str) -> list[Row]:
    """The first row of each."""
    firsts = {row["packet"]: row for row in reversed(rows) if row["event"] == "message"}
    return [row for row in firsts.values() if row["channel"] == channel]


def test_each_suspicion_and_each_death_has_the_decision_that_made_it(traced: Path) -> None:
    rows = rows_of(traced / "trace.csv")
    decisions = {
        (row["time_s"], row["event"], row["member"], row["about"])
        for row in rows
        if row["event"] != "message"
    }
    # Who hears of a suspect by a table suspects it itself, as memberlist does.
    tables = {
        (row["arrived_s"], row["peer"], row["about"])
        for row in rows
        if row["detail"] == "table=1" and row["kind"] in ("suspect", "dead")
    }
    concluded = Counter[str]()
    for event in rows_of(traced / "events.csv"):
        who = (seconds(event["time_ns"]), event["observer"], event["subject"])
        if event["event"] == "suspect":
            concluded["suspect"] += 1
            assert (who[0], "suspicion-started", *who[1:]) in decisions
            if event["source"] == event["observer"]:
                failed = (who[0], "probe-failed", *who[1:]) in decisions
                concluded["verdict"] += failed
                assert failed or who in tables
        if event["event"] == "dead":
            concluded["dead"] += 1
            ended = {(who[0], end, *who[1:]) for end in ("suspicion-fired", "suspicion-ended")}
            assert ended & decisions
        if event["event"] == "refuted":
            concluded["refuted"] += 1
            own = event["observer"] == event["subject"]
            word = "refuted" if own else "suspicion-ended"
            assert (who[0], word, *who[1:]) in decisions
    assert concluded["verdict"] > 1 and concluded["dead"] > 20 and concluded["suspect"] > 20


def test_a_false_death_can_be_followed_to_its_cause(traced: Path) -> None:
    """m17 hears nothing for 25 s: whatever told it of its accusation was stopped by the block."""
    rows = rows_of(traced / "trace.csv")
    fired = [r for r in rows if r["event"] == "suspicion-fired" and r["about"] == "m17"]
    assert fired
    first = float(fired[0]["time_s"])
    accused = [
        r
        for r in rows
        if r["peer"] == "m17"
        and r["about"] == "m17"
        and r["kind"] in ("suspect", "dead")
        and 20 < float(r["time_s"]) < first
    ]
    assert accused and {r["lost_by"] for r in accused} <= {"block", "loss"}


def test_sums_and_counts_are_those_of_the_other_records(traced: Path) -> None:
    summary = json.loads((traced / "trace.json").read_text())
    rows = rows_of(traced / "trace.csv")
    assert summary["rows"] == len(rows) and not summary["narrowed"]
    assert summary["events"] == Counter(row["event"] for row in rows)
    counts = json.loads((traced / "run.json").read_text())["counts"]
    assert summary["events"]["probe-failed"] == counts["probes_failed"]
    assert summary["events"].get("probe-saved", 0) == counts["stream_pings_answered"]
    assert summary["events"].get("refuted", 0) == counts["refutations"]
    files = json.loads((traced / "run.json").read_text())["files"]
    for name in ("trace.csv", "trace.json", "trace.pcapng"):
        assert files[name] == hashlib.sha256((traced / name).read_bytes()).hexdigest()


def test_time_never_runs_backwards(traced: Path) -> None:
    times = [float(row["time_s"]) for row in rows_of(traced / "trace.csv")]
    assert times == sorted(times)


def fields(capture: Path, shown: str, *names: str) -> list[list[str]]:
    tshark = shutil.which("tshark")
    if tshark is None:
        pytest.skip("tshark is not installed")
    command = [tshark, "-n", "-r", capture, "-Y", shown, "-T", "fields"]
    for name in names:
        command += ["-e", name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def test_the_capture_has_the_packets_of_the_trace_at_their_time(traced: Path) -> None:
    frames = fields(
        traced / "trace.pcapng",
        "udp && !icmp",
        "frame.time_epoch",
        "frame.interface_name",
        "udp.length",
        "frame.comment",
    )
    sent = packets_of(rows_of(traced / "trace.csv"), "datagram")
    assert Counter((name, int(length) - 8) for _, name, length, _ in frames) == Counter(
        (row["member"], int(re.findall(r"packet_bytes=(\d+)", row["detail"])[0])) for row in sent
    )
    lost = Counter(
        row["lost_by"] for row in sent if row["lost_by"] and row["lost_by"] not in ("end", "down")
    )
    said = Counter(comment.removeprefix("lost: ") for *_, comment in frames if comment)
    assert {why: said[why] for why in lost} == lost
    assert [float(frame[0]) for frame in frames] == sorted(float(frame[0]) for frame in frames)


def test_tshark_finds_nothing_wrong_with_the_capture(traced: Path) -> None:
    wrong = "ip.checksum.status == 0 || udp.checksum.status == 0 || _ws.malformed"
    assert fields(traced / "trace.pcapng", wrong, "frame.number") == []
    streams = fields(traced / "trace.pcapng", "tcp.len > 0", "tcp.len")
    sent = packets_of(rows_of(traced / "trace.csv"), "stream")
    assert len(streams) >= len([row for row in sent if row["arrived_s"]])


def test_a_narrowed_trace_says_so(tmp_path: Path) -> None:
    out = run(tmp_path, "path", 'from = "20s"\nto = "30s"\nmembers = [17]\nkinds = ["suspect"]')
    summary = json.loads((out / "trace.json").read_text())
    assert summary["narrowed"]
    assert (summary["from_s"], summary["to_s"]) == (20, 30)
    assert (summary["members"], summary["kinds"]) == (["m17"], ["suspect"])
    rows = rows_of(out / "trace.csv")
    assert rows and {row["kind"] for row in rows} == {"suspect"}
    assert all(20 <= float(row["time_s"]) < 30 for row in rows)


def test_netanim_gets_every_hop_between_nodes_that_it_knows(tmp_path: Path) -> None:
    out = run(tmp_path, "packet", "netanim = true")
    film = ElementTree.parse(out / "netanim.xml").getroot()
    nodes = {node.get("id") for node in film.iter("node")}
    assert len(nodes) == 20 + 4
    links = {frozenset((link.get("fromId"), link.get("toId"))) for link in film.iter("link")}
    hops = list(film.iter("p"))
    assert hops and all(frozenset((hop.get("fId"), hop.get("tId"))) in links for hop in hops)
    begins = [float(hop.attrib["fbTx"]) for hop in hops]
    assert begins == sorted(begins)
    for hop in hops:
        times = [float(hop.attrib[name]) for name in ("fbTx", "lbTx", "lbRx")]
        assert times == sorted(times) and float(hop.attrib["fbRx"]) > float(hop.attrib["fbTx"])


def test_the_command_asks_for_a_trace_and_keeps_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--trace` is a setting: it stands in the records, and the same command again finds its runs."""
    scenario = tmp_path / "plain.toml"
    scenario.write_text('duration = "5s"\n[cluster]\nmembers = 8\n[network]\nmodel = "path"\n')
    out = tmp_path / "out"
    command = ["run", str(scenario), "--out", str(out), "--trace"]

    def perform(arguments: list[str]) -> int:
        return main(arguments, Build(PROGRAM.parent), lambda out, jobs: None)

    assert perform(command) == 0
    record = out / "runs" / "seed-1"
    assert (record / "trace.csv").is_file() and (record / "trace.json").is_file()
    campaign = json.loads((out / "campaign.json").read_text())
    assert campaign["resolved"]["trace.on"] == "true"
    assert "--set trace.on=true" in campaign["command"]
    assert perform(command) == 0
    assert "in " + str(out) + " already" in capsys.readouterr().out
    assert perform(command[:-1]) == 2
    assert "trace.on is true there and not set here" in capsys.readouterr().err
