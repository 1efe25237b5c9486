# SPDX-License-Identifier: GPL-2.0-only
"""The page of one run or two: everything in one HTML file that loads nothing.

Room is shared out: the code first, then what happened (with as many sequence diagrams as fit into
DETAILS_ROOM), and all the rest for the views, whose times are as fine as it allows.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.explore import incidents as happened
from analysis.explore.bundle import EXPLORER, bundle, without_comments
from analysis.explore.evidence import Why
from analysis.explore.incidents import Incident, Number
from analysis.explore.material import Material
from analysis.explore.packing import pack_json
from analysis.explore.plain import plain_html, plain_script, plain_style
from analysis.explore.sequence import sequence
from analysis.explore.views import pack_views
from analysis.explore.why import why
from analysis.run.records import RecordError

MOST_BYTES = 3_000_000
"""Of the whole page: what a mail or an issue takes along."""
DETAILS_ROOM = 400_000
"""Of all runs together."""
_DETAILS_OF_A_KIND = (80, 40, 20, 10, 5)
_MARGIN = 10_000
_DATA_MARK = "@DATA@"

_HEADLINES = (
    ("crashes.length", "crashes", ""),
    ("false_positives.incidents.count", "buried alive", ""),
    ("false_positives.events", "false deaths told", ""),
    ("false_positives.during_partition", "deaths across a cut", ""),
    ("refuted_suspicions", "refuted suspicions", ""),
    ("agreement.missing_pairs", "missing pairs at the end", ""),
    ("agreement.stale_pairs", "stale pairs at the end", ""),
    ("agreement.settled_at_s", "last change of a view", "s"),
)
_KIND_ORDER = (
    happened.FALSE_DEATH,
    happened.CRASH,
    happened.DISTURBANCE,
    happened.PARTITION,
    happened.CUT_OFF,
    happened.REFUTATION,
    happened.FLAP,
    happened.JOIN,
    happened.LEAVE,
)


def write_page(materials: Sequence[Material], path: Path) -> Path:
    """One run, or two side by side. Gives the path. Raises RecordError where it cannot be written."""
    frame = _frame(materials)
    details_room = DETAILS_ROOM // len(materials)
    abouts = [_about(material, details_room) for material in materials]
    taken = len(frame) + sum(len(about) for about, _ in abouts) + _MARGIN
    room = (MOST_BYTES - taken) // len(materials)
    runs = []
    for material, (about, interesting) in zip(materials, abouts):
        views = pack_views(material.rows, len(material.names), interesting, room)
        runs.append({"about": about, "words": views.words, "views": views.packed})
    data = _elements({"format": 2, "runs": runs})
    partial = path.with_name(f".{path.name}.partial")
    before, _, after = frame.rpartition(_DATA_MARK)
    try:
        partial.write_text(before + data + after, encoding="ascii")
        return partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise RecordError(f"{path}: cannot be written: {error.strerror}") from None


def _elements(data: dict[str, Any]) -> str:
    """What is packed stands in elements of its own, and its number in its place: so a browser has each
    letter once, and reads it where it is."""
    packed: list[str] = []

    def number(text: str) -> int:
        packed.append(f'<script type="text/plain" id="packed-{len(packed)}">{text}</script>')
        return len(packed) - 1

    for run in data["runs"]:
        run["about"] = number(run["about"])
        run["views"] = {
            name: column | {"data": number(column["data"])} if isinstance(column, dict) else column
            for name, column in run["views"].items()
        }
    text = json.dumps(data, separators=(",", ":"))
    return "\n".join([*packed, f'<script type="application/json" id="data">{text}</script>'])


def _frame(materials: Sequence[Material]) -> str:
    """The page without its data."""
    page = (EXPLORER / "page.html").read_text("utf-8")
    title = materials[0].info.raw["scenario"].get("title") or materials[0].info.name
    parts = {
        "TITLE": plain_html(html.escape(title)),
        "STYLE": plain_style((EXPLORER / "style.css").read_text("utf-8")),
        "SCRIPT": plain_script(without_comments(bundle(EXPLORER / "main.js"))),
    }
    # In one pass: a title may be any text, marks too.
    return re.sub(r"@(TITLE|STYLE|SCRIPT)@", lambda mark: parts[mark[1]], plain_html(page))


def _about(material: Material, room: int) -> tuple[str, list[int]]:
    """All of a run but its views, packed; and the members that the views must show."""
    found = happened.find(material)
    explained = {id(each): why(material, each) for each in _explained(found.incidents)}
    for most in _DETAILS_OF_A_KIND:
        about = pack_json(_content(material, found, explained, most))
        if len(about) <= room:
            break
    interesting = [each.subject for each in _by_kind(found.incidents) if each.subject >= 0]
    return about, interesting


def _by_kind(incidents: Sequence[Incident]) -> list[Incident]:
    return sorted(incidents, key=lambda each: _KIND_ORDER.index(each.kind))


def _explained(incidents: Sequence[Incident], most: int = _DETAILS_OF_A_KIND[0]) -> list[Incident]:
    """The first of each kind."""
    chosen, counts = [], dict.fromkeys(_KIND_ORDER, 0)
    for incident in incidents:
        counts[incident.kind] += 1
        if counts[incident.kind] <= most:
            chosen.append(incident)
    return chosen


def _content(
    material: Material, found: happened.Found, explained: dict[int, Why], most: int
) -> dict[str, Any]:
    raw = material.info.raw
    detailed = {id(each) for each in _explained(found.incidents, most)}
    return {
        "name": material.info.name,
        "title": raw["scenario"].get("title", ""),
        "question": raw["scenario"].get("question", ""),
        "facts": _facts(material),
        "names": list(material.names),
        "simulated_s": material.info.simulated_s,
        "converged": material.settings.get("cluster.start", "converged") == "converged",
        "groups": _groups(material),
        "initial": material.health.initial,
        "health": [list(change) for change in material.health.changes],
        "restarts": [list(restart) for restart in material.health.restarts],
        "faults": [vars(fault) for fault in material.faults],
        "topology": _topology(raw.get("topology")),
        "numbers": [_number(each) for each in headlines(material)],
        "counts": found.counts,
        "traced": material.trace is not None,
        "incidents": [
            _incident(material, each, explained.get(id(each)) if id(each) in detailed else None)
            for each in found.incidents
        ],
    }


def headlines(material: Material) -> list[Number]:
    """What stands at the top, each with its place in metrics.json."""
    numbers = []
    for path, name, unit in _HEADLINES:
        value: Any = material.raw_metrics
        for key in path.split("."):
            value = len(value) if key == "length" else value[key]
        numbers.append(Number(name, value, unit, path))
    return numbers


def _facts(material: Material) -> list[str]:
    raw, settings = material.info.raw, material.settings
    facts = [
        f"{material.info.members:,} members",
        f"{material.info.simulated_s:g} s",
        f"seed {material.info.seed}",
        settings.get("cluster.preset", "") or raw.get("backend", ""),
        *(f"{key.partition('.')[2]} = {value}" for key, value in material.info.point.items()),
    ]
    for key in ("network.loss", "network.datagram_loss"):
        if settings.get(key, "0%") not in ("0%", "0 %", "none"):
            facts.append(f"{key.partition('.')[2].replace('_', ' ')} {settings[key]}")
    facts.append("with trace" if material.trace is not None else "without trace")
    return [fact for fact in facts if fact]


def _groups(material: Material) -> list[int]:
    """The cluster of each member; members in no group are one more."""
    groups = material.info.raw.get("groups", [])
    group_of = {name: index for index, names in enumerate(groups) for name in names}
    return [group_of.get(name, len(groups)) for name in material.names] if groups else []


def _topology(raw: dict[str, Any] | None) -> dict[str, Any] | None:
    if raw is None:
        return None
    index = {router["id"]: place for place, router in enumerate(raw["routers"])}
    known = [r["latitude"] is not None and r["longitude"] is not None for r in raw["routers"]]
    is_map = bool(known) and all(known)
    return {
        "kind": raw["kind"],
        "map": is_map,
        "routers": [
            [
                router["label"],
                router["longitude"] if is_map else router["x"],
                router["latitude"] if is_map else router["y"],
                router.get("region", ""),
            ]
            for router in raw["routers"]
        ],
        "links": [[index[each["a"]], index[each["b"]], each["delay_ns"]] for each in raw["links"]],
        "of_member": [index[router] for router in raw["router_of_member"]],
    }


def _number(number: Number) -> list[Any]:
    return [number.name, number.value, number.unit, number.path]


def _incident(material: Material, incident: Incident, reason: Why | None) -> dict[str, Any]:
    content: dict[str, Any] = {
        "kind": incident.kind,
        "t": incident.time_s,
        "end": incident.end_s,
        "subject": incident.subject,
        "incarnation": incident.incarnation,
        "title": incident.title,
        "numbers": [_number(each) for each in incident.numbers],
        "rows": incident.rows,
    }
    if reason is not None:
        drawn = sequence(material, incident, reason)
        content["why"] = {
            "headline": reason.headline,
            "causes": {key: cause.name for key, cause in reason.causes.items()},
            "traced": reason.traced,
            "steps": [
                [step.text, lines, step.sure] for step, lines in zip(reason.steps, drawn.step_lines)
            ],
        }
        content["members"] = drawn.members
        content["lines"] = drawn.lines
        content["words"] = drawn.words
    return content
