# SPDX-License-Identifier: GPL-2.0-only
"""Results of tunes made by hand, for the tests of what reads them: a plain one, one that weighs two
objectives, goals that contradict each other, a goal that no run can show, and hostile texts."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

KNOWN, BURIALS, LOAD = (
    "known_to_all_s.p99",
    "false_burials_per_member_year",
    "bytes_per_member_second",
)
INTERVAL, TIMEOUT, NODES = (
    "protocol.probe_interval",
    "protocol.probe_timeout",
    "protocol.gossip_nodes",
)
HOSTILE = "<b>&amp; $x$ \"quoted\" 'single'</b>\n{{ 7 * 7 }} |cell| [a](b) `code` \u202e"
BLOCK = 'gossip_lan {{\n  probe_interval = "{}"\n  probe_timeout = "{}"\n  gossip_nodes = {}\n}}\n'


def estimate(
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    n: int = 1200,
    why: str = "",
) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "n": n, "why": why}


def measures(known: float, burials: float, load: float, spread: float = 0.02) -> dict[str, Any]:
    """Of no burials the bound of 2.1 member-years without one."""
    seen = estimate(0.0, 0.0, 1.43, 400) if burials == 0 else None
    return {
        KNOWN: estimate(known, known * (1 - spread), known * (1 + spread)),
        BURIALS: seen or estimate(burials, burials * 0.7, burials * 1.4, 400),
        LOAD: estimate(load, load * 0.995, load * 1.005, 400),
    }


def point(interval: str, timeout: str, nodes: str) -> dict[str, str]:
    return {INTERVAL: interval, TIMEOUT: timeout, NODES: nodes}


def choice(number: int, of: dict[str, str], found: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": f"s{number}",
        "point": of,
        "block": BLOCK.format(*of.values()),
        "kept": {KNOWN: True, BURIALS: True, LOAD: True},
        "path": found,
        "path_runs": 400,
        "packet": packet(found),
        "packet_runs": 64,
        "against_default": {},
        "robust": [],
        **more,
    }


def packet(path: dict[str, Any]) -> dict[str, Any]:
    """The same of fewer runs, which leave open what is rare."""
    found = copy.deepcopy(path)
    found[KNOWN] |= {"n": 640}
    found[BURIALS] = estimate(0.0, 0.0, 8.9, 64)
    found[LOAD] |= {"n": 64}
    return found


def _settings() -> list[dict[str, Any]]:
    """A smooth landscape, so that there is a front."""
    found = []
    for number in range(40):
        interval_s = 0.4 * 1.07 ** (number % 20)
        nodes = 3 + number // 20
        known = 3 + 6.4 * interval_s - 0.6 * nodes
        burials = 0 if interval_s > 0.75 else round(30 * math.exp(-8 * (interval_s - 0.4)), 2)
        load = 900 + 1100 / interval_s + 300 * nodes
        found.append(
            {
                "id": f"s{number}",
                "point": point(f"{1000 * interval_s:.0f}ms", "400ms", str(nodes)),
                "stage": "search" if number % 3 else "confirm",
                "runs": 24,
                "excluded": "",
                "measures": measures(known, burials, load, 0.06),
            }
        )
    found.append(
        {
            "id": "s99",
            "point": point("100ms", "80ms", "3"),
            "stage": "search",
            "runs": 0,
            "excluded": "bytes a member sends a second: theory gives 12,400 at least",
            "measures": {},
        }
    )
    return found


def normal() -> dict[str, Any]:
    """Something is recommended, and keeps every goal."""
    default = choice(
        0,
        point("1s", "500ms", "3"),
        measures(12.1, 0, 2400),
        robust=[
            {
                "what": "twice the loss",
                "set": {"network.loss": "4%"},
                "measures": measures(13, 3, 2420),
            }
        ],
    )
    default["kept"][KNOWN] = False
    first = choice(
        12,
        point("700ms", "400ms", "3"),
        measures(7.6, 0, 2750),
        rank=1,
        against_default={
            KNOWN: estimate(-4.5, -4.71, -4.32, 400),
            BURIALS: estimate(0.0, -1.43, 1.43, 400),
            LOAD: estimate(350.0, 344.0, 356.0, 400),
        },
        robust=[
            {
                "what": "twice the loss",
                "set": {"network.loss": "4%"},
                "measures": measures(8.6, 12, 2790),
            },
            {"what": "half the members", "set": {}, "measures": measures(7.1, 0, 2730)},
            {"what": "ten times the members", "set": {}, "measures": measures(7.95, 0, 2880)},
        ],
    )
    second = choice(
        8,
        point("650ms", "400ms", "3"),
        measures(7.4, 0.8, 2830) | {BURIALS: estimate(0.71, 0.09, 2.57, 400)},
        rank=2,
        against_default={
            KNOWN: estimate(-4.7, -4.9, -4.5, 400),
            LOAD: estimate(430.0, 420.0, 440.0),
        },
    )
    third = choice(
        13,
        point("750ms", "400ms", "4"),
        measures(7.7, 0, 2900),
        rank=3,
        against_default={
            KNOWN: estimate(-4.4, -4.6, -4.2, 400),
            LOAD: estimate(500.0, 490.0, 510.0),
        },
    )
    second["kept"][BURIALS] = False
    return {
        "format": 1,
        "title": "A LAN of 400 at 2 % loss, for Consul",
        "question": "How soon can all know of a crash, with at most one false burial a member-year?",
        "command": "./swimlab tune tunes/lan.toml --for consul --out out/lan",
        "product": {
            "name": "consul",
            "title": "Consul, the gossip pool of a datacenter (LAN)",
            "place": "a file of the agent's configuration folder",
            "version": "1.20.1",
            "sources": [
                "agent/config/default.go",
                "website/content/docs/agent/config/config-files.mdx",
            ],
            "notes": ["gossip_wan.gossip_nodes is 3 in the code and 4 in the documentation."],
        },
        "goals": [
            _goal(KNOWN, "crash to known to all, 99th percentile", "s", 8.0, "<= 8 s"),
            _goal(BURIALS, "false burials a member-year", "/y", 1.5, "<= 1.5"),
            _goal(LOAD, "bytes a member sends a second", "B/s", 3000.0, "<= 3 kB"),
        ],
        "minimise": [KNOWN],
        "axes": [
            _axis(INTERVAL, "gossip_lan.probe_interval", "s", "200ms", "5s", "1s"),
            _axis(TIMEOUT, "gossip_lan.probe_timeout", "s", "100ms", "3s", "500ms"),
            _axis(NODES, "gossip_lan.gossip_nodes", "", "1", "12", "3"),
        ],
        "fixed": [
            {
                "name": "IndirectChecks",
                "key": "protocol.indirect_probes",
                "value": "3",
                "source": "memberlist config.go, DefaultLANConfig",
            },
            {"name": "AwarenessMaxMultiplier", "key": "", "value": "8", "source": "config.go"},
        ],
        "scenarios": [{"name": "cluster", "weight": 1.0, "members": 400, "duration_s": 600.0}],
        "runs": {"search": 960, "confirm": 1600, "packet": 240, "robust": 1200, "beyond": 200},
        "settings": _settings(),
        "recommended": [first, second, third],
        "default": default,
        "front": ["s6", "s8", "s9", "s12", "s13", "s15", "s18"],
        "front_maybe": ["s7", "s10", "s30"],
        "prices": [
            _price(BURIALS, 1.5, 1.65, 7.6, 7.52),
            _price(LOAD, 3000.0, 3300.0, 7.6, 7.0),
        ],
        "sensitivity": [
            _index(KNOWN, INTERVAL, 0.71, 0.8),
            _index(KNOWN, TIMEOUT, 0.06, 0.12),
            _index(KNOWN, NODES, 0.1, 0.15),
            _index(BURIALS, INTERVAL, 0.35, 0.55),
            _index(BURIALS, TIMEOUT, 0.4, 0.6),
            _index(BURIALS, NODES, 0.01, 0.04),
            _index(LOAD, INTERVAL, 0.45, 0.47),
            _index(LOAD, TIMEOUT, 0.0, 0.01),
            _index(LOAD, NODES, 0.5, 0.53),
        ],
        "contradictions": [],
        "unshown": [],
        "beyond": [
            {
                "name": "IndirectChecks",
                "key": "protocol.indirect_probes",
                "from": "3",
                "to": "5",
                "measure": KNOWN,
                "value": -0.31,
                "low": -0.45,
                "high": -0.17,
                "n": 200,
                "says": "IndirectChecks = 5 would lower known_to_all_s.p99 by 0.17 to 0.45",
            },
            {
                "name": "IndirectChecks",
                "key": "protocol.indirect_probes",
                "from": "3",
                "to": "5",
                "measure": LOAD,
                "value": 310.0,
                "low": 300.0,
                "high": 320.0,
                "says": "IndirectChecks = 5 would raise bytes_per_member_second by 300 to 320; it breaks"
                " bytes_per_member_second",
            },
        ],
    }


def _goal(measure: str, words: str, unit: str, limit: float, text: str) -> dict[str, Any]:
    return {
        "measure": measure,
        "words": words,
        "unit": unit,
        "op": "<=",
        "limit": limit,
        "text": text,
    }


def _axis(key: str, name: str, unit: str, low: str, high: str, default: str) -> dict[str, Any]:
    return {
        "key": key,
        "name": name,
        "unit": unit,
        "low": low,
        "high": high,
        "scale": "log",
        "levels": 60,
        "default": default,
    }


def _price(goal: str, limit: float, relaxed: float, value: float, then: float) -> dict[str, Any]:
    return {
        "goal": goal,
        "limit": limit,
        "relaxed": relaxed,
        "objective": KNOWN,
        "value": value,
        "relaxed_value": then,
    }


def _index(measure: str, axis: str, first: float, total: float) -> dict[str, Any]:
    return {
        "measure": measure,
        "axis": axis,
        "first": first,
        "first_low": max(0.0, first - 0.05),
        "first_high": min(1.0, first + 0.05),
        "total": total,
        "total_low": max(0.0, total - 0.05),
        "total_high": min(1.0, total + 0.05),
    }


def several() -> dict[str, Any]:
    """Two objectives and one goal; nothing of packet fidelity, no prices, two scenarios."""
    found = normal()
    found["title"] = "As quick and as cheap as can be"
    found["goals"] = [found["goals"][1]]
    found["minimise"] = [KNOWN, LOAD]
    found["prices"], found["beyond"], found["fixed"] = [], [], []
    found["scenarios"].append(
        {"name": "rack-cut-off", "weight": 0.25, "members": 100, "duration_s": 300.0}
    )
    for each in (*found["recommended"], found["default"]):
        each["packet"], each["robust"] = {}, []
    return found


def impossible() -> dict[str, Any]:
    """Two goals that no setting keeps both, told from both sides."""
    found = normal()
    found["title"] = "Everything at once"
    found["goals"][0] |= {"limit": 6.0, "text": "<= 6 s"}
    found["recommended"], found["prices"], found["beyond"] = [], [], []
    at = found["settings"][12]
    found["contradictions"] = [
        _contradiction([KNOWN, LOAD], estimate(7.37, 6.93, 7.81), at["point"]),
        _contradiction([LOAD, KNOWN], estimate(3480.0, 3470.0, 3490.0), {}),
    ]
    return found


def out_of_reach() -> dict[str, Any]:
    """One goal that no setting keeps."""
    found = impossible()
    found["title"] = "Sooner than a probe"
    found["goals"][0] |= {"limit": 0.1, "text": "<= 100 ms"}
    found["contradictions"] = [_contradiction([KNOWN], estimate(3.15, 2.96, 3.34), {})]
    return found


def _contradiction(goals: list[str], best: dict[str, Any], at: dict[str, str]) -> dict[str, Any]:
    return {"goals": goals, "best": best, "says": f"{' and '.join(goals)} is too much", "at": at}


def unshown() -> dict[str, Any]:
    """A goal on what is so rare that the budget cannot show it."""
    found = normal()
    found["title"] = "One false burial in a hundred years"
    found["goals"][1] |= {"limit": 0.01, "text": "<= 0.01"}
    found["recommended"] = found["recommended"][:1]
    found["recommended"][0]["kept"][BURIALS] = False
    found["prices"] = []
    found["over"] = True
    found["unshown"] = [
        {"goal": BURIALS, "bound": 1.76, "needed_member_s": 375 * 365.25 * 86400, "says": "no"}
    ]
    return found


def hostile() -> dict[str, Any]:
    """Texts that would break HTML, Markdown, a formula or a template, wherever there may be any."""
    return _spoiled(normal(), "")


def _spoiled(part: Any, key: str) -> Any:
    kept = (
        "id",
        "stage",
        "measure",
        "key",
        "axis",
        "op",
        "objective",
        "goal",
        "front",
        "front_maybe",
        "minimise",
    )
    if key in kept:
        return part
    if isinstance(part, dict):
        return {name: _spoiled(value, name) for name, value in part.items()}
    if isinstance(part, list):
        return [_spoiled(value, key) for value in part]
    return f"{part} {HOSTILE}" if isinstance(part, str) and part else part


def unsettable() -> dict[str, Any]:
    """A product that lets nothing be set: its default is all that there is."""
    found = normal()
    found["product"] |= {"title": "Nomad", "unsettable": "Nothing of Nomad's gossip can be set."}
    found["axes"], found["prices"], found["sensitivity"] = [], [], []
    found["default"] |= {"point": {}, "block": "server {\n}\n"}
    found["goals"][0] |= {"limit": 15.0, "text": "<= 15 s"}
    found["default"]["kept"][KNOWN] = True
    found["recommended"] = [{**found["default"], "rank": 1}]
    return found


def asked() -> dict[str, Any]:
    """tune.json beside it."""
    return {
        "format": 1,
        "budget": "15min",
        "tune_file": "tunes/lan.toml",
        "tune_text": 'title = "A <LAN>"\n',
        "inputs": {"cluster/scenario.toml": "0123abcd"},
        "build": {"version": "0.2.0", "commit": "9c5c199e", "made_with": {"compiler": "GNU"}},
    }


def write(folder: Path, result: dict[str, Any]) -> Path:
    """A tune's folder with it."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, indent=1, allow_nan=False)
    (folder / "result.json").write_text(text, encoding="utf-8")
    return folder
