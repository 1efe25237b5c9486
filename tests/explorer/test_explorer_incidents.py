# SPDX-License-Identifier: GPL-2.0-only
"""Ten incidents whose cause is known, as it was planted: the page names it, of each of them.

Each scenario in incidents/ does one thing to a few members. It is simulated with a trace, by which the
why must find what was done, and nothing else.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from analysis.explore import incidents as kinds
from analysis.explore.evidence import Cause, Why
from analysis.explore.incidents import Incident, find
from analysis.explore.material import Material, read_material
from analysis.explore.sequence import sequence
from analysis.explore.traced import NOTE_NAME, TRACE_NAME, read_trace
from analysis.explore.why import why
from analysis.run.metrics import PROGRAM

ROOT = Path(__file__).resolve().parents[2]
SIMULATOR = ROOT / "build" / "swimlab-ns3"
SCENARIOS = Path(__file__).parent / "incidents"

pytestmark = pytest.mark.skipif(
    not (SIMULATOR.exists() and PROGRAM.exists()),
    reason="build/swimlab-ns3 and build/swimlab-metrics are not built; ./swimlab test builds them",
)


@dataclass(frozen=True)
class Planted:
    scenario: str
    kind: str
    member: str
    causes: dict[str, Cause]
    told: tuple[str, ...]
    """What a step must say."""


PLANTED = [
    Planted(
        "lost-ping", kinds.REFUTATION, "m8", {"accused": Cause.LOST_PING}, ("lost at the sender",)
    ),
    Planted(
        "slow-relay",
        kinds.REFUTATION,
        "m1",
        {"accused": Cause.SLOW_RELAY},
        ("too late", "firewall"),
    ),
    Planted(
        "blocked-udp",
        kinds.DISTURBANCE,
        "m3",
        {"accused": Cause.BLOCKED_UDP, "buried": Cause.BLOCKED_UDP},
        ("dropped by a firewall", "did not hear of its accusation"),
    ),
    Planted(
        "lost-refutation",
        kinds.DISTURBANCE,
        "m5",
        {"accused": Cause.LOST_PING, "buried": Cause.LOST_REFUTATION},
        ("It answered at", "0 members had heard that"),
    ),
    Planted(
        "stalled-prober", kinds.REFUTATION, "m5", {"accused": Cause.STALLED_PROBER}, ("too late",)
    ),
    Planted(
        "partition",
        kinds.CUT_OFF,
        "m2",
        {"accused": Cause.PARTITION, "buried": Cause.PARTITION},
        ("stopped by the partition",),
    ),
    Planted(
        "reused-address",
        kinds.JOIN,
        "m5",
        {"late": Cause.REUSED_ADDRESS},
        ("another address, that of m7",),
    ),
    Planted("old-news", kinds.FALSE_DEATH, "m6", {"buried": Cause.OLD_NEWS}, ("nobody sent",)),
    Planted(
        "late-suspicion",
        kinds.DISTURBANCE,
        "m4",
        {"accused": Cause.LATE_ANSWER, "buried": Cause.LATE_SUSPICION},
        ("heard of its accusation only at", "after it was buried"),
    ),
    Planted(
        "pulled-cable",
        kinds.DISTURBANCE,
        "m8",
        {"accused": Cause.PULLED_CABLE, "buried": Cause.PULLED_CABLE},
        ("dropped at the pulled cable",),
    ),
]


@pytest.fixture(scope="session", params=PLANTED, ids=lambda planted: planted.scenario)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Planted, Material]:
    planted = request.param
    return planted, read_material(simulated(planted.scenario, tmp_path_factory.mktemp("run")))


def simulated(scenario: str, folder: Path) -> Path:
    command = [SIMULATOR, "run", SCENARIOS / f"{scenario}.toml", "--out", folder]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def incident_of(planted: Planted, material: Material) -> Incident:
    return next(
        each
        for each in find(material).incidents
        if each.kind == planted.kind and material.names[each.subject] == planted.member
    )


def explained(planted: Planted, material: Material) -> Why:
    return why(material, incident_of(planted, material))


def test_the_why_names_the_cause(case: tuple[Planted, Material]) -> None:
    planted, material = case
    found = explained(planted, material)
    assert found.causes == planted.causes
    assert found.traced
    for cause in planted.causes.values():
        assert cause.value in found.headline
    text = " ".join(step.text for step in found.steps)
    for words in planted.told:
        assert words in text


def test_no_incident_of_the_run_is_put_down_to_what_was_not_done(
    case: tuple[Planted, Material]
) -> None:
    planted, material = case
    possible = {
        "lost-ping": {Cause.LOST_PING},
        "slow-relay": {Cause.SLOW_RELAY, Cause.LATE_ANSWER},
        "blocked-udp": {Cause.BLOCKED_UDP},
        "lost-refutation": {Cause.LOST_PING},
        "stalled-prober": {Cause.STALLED_PROBER, Cause.STALLED_SUBJECT},
        "partition": {Cause.PARTITION},
        "reused-address": {Cause.CRASH},
        "old-news": set(),
        "late-suspicion": {Cause.LATE_ANSWER},
        "pulled-cable": {Cause.PULLED_CABLE},
    }[planted.scenario]
    for incident in find(material).incidents:
        accused = why(material, incident).causes.get("accused")
        assert accused is None or accused in possible, incident.title


def test_every_step_is_linked_to_its_row(case: tuple[Planted, Material]) -> None:
    planted, material = case
    incident = incident_of(planted, material)
    found = why(material, incident)
    drawn = sequence(material, incident, found)
    times = [line["t"] for line in drawn.lines]
    assert times == sorted(times)
    for step, lines in zip(found.steps, drawn.step_lines):
        assert len(lines) == len(step.refs)
        assert step.refs or not step.sure, f"rests on nothing: {step.text}"


def test_without_a_trace_it_says_what_is_not_told(case: tuple[Planted, Material]) -> None:
    planted, material = case
    (material.folder / TRACE_NAME).rename(material.folder / "kept.csv")
    try:
        bare = read_material(material.folder)
    finally:
        (material.folder / "kept.csv").rename(material.folder / TRACE_NAME)
    found = explained(planted, bare)
    assert not found.traced
    truth_tells = {Cause.PARTITION, Cause.PULLED_CABLE, Cause.OLD_NEWS, Cause.REUSED_ADDRESS}
    if not set(planted.causes.values()) <= truth_tells:
        # Another cause than the one that was planted would be a lie.
        known = set(planted.causes.values()) | {Cause.NOT_TOLD, Cause.LATE_REFUTATION}
        assert set(found.causes.values()) <= known
        assert any("no trace covers it" in step.text for step in found.steps if not step.sure)
    drawn = sequence(bare, incident_of(planted, bare), found)
    assert "The run has no trace" in drawn.words
    assert not any(line["k"] in ("message", "timer") for line in drawn.lines)


def test_a_trace_of_another_time_tells_nothing_of_this_one(tmp_path: Path) -> None:
    folder = simulated("lost-ping", tmp_path)
    whole = read_material(folder)
    (folder / NOTE_NAME).write_text(
        '{"from_s": 40.0, "to_s": 45.0, "members": null, "kinds": null}'
    )
    material = replace(whole, trace=read_trace(folder, whole.names))
    found = explained(PLANTED[0], material)
    assert found.causes == {"accused": Cause.NOT_TOLD} and not found.traced
