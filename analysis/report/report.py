# SPDX-License-Identifier: GPL-2.0-only
"""The report of a campaign: one HTML file that needs no other, and its figures as SVG and PNG
beside it.

It is written for someone who has not seen the code: the answer first, then what was asked, the
evidence, and the command that gives the same numbers again. The file has no script, loads nothing,
and depends on nothing but the campaign's folder, so the same folder gives the same report.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.run import seal
from analysis.campaign import summary as summaries
from analysis.report import (
    headline as report_headline,
    page as report_page,
    sweep as report_sweep,
    threats,
)
from analysis.run import metrics, records
from analysis.figures import (
    accuracy,
    detection,
    load,
    style,
    sweep,
    sweep_data,
    sweep_spread,
    topology,
    trade_off,
    views,
)
from analysis.run.metrics import RunMetrics
from analysis.run.records import RecordError, RunInfo
from analysis.report.page import Section
from analysis.campaign.clusters import variance_words
from analysis.campaign.networks import network_of
from analysis.campaign.spread import spread_table
from analysis.processors import cores
from analysis.theory.curves import undisturbed
from analysis.campaign.text import NONE, count, duration, listing, quantity, set_keys, setting_words

TEMPLATE = "report.html.j2"
REPORT_NAME = "report.html"
RECORDS = {
    "events": "events: all that members concluded",
    "summary": "summary: metrics computed during the run, events not kept",
}


@dataclass(frozen=True)
class Campaign:
    """Everything a report is made of."""

    request: dict[str, Any]
    """campaign.json"""
    summary: dict[str, Any]
    """summary.json"""
    runs: list[RunMetrics]
    infos: list[RunInfo]
    """run.json of the same runs, in the same order."""

    @property
    def first(self) -> dict[str, Any]:
        """run.json of the run that stands for all where they are alike."""
        return self.infos[0].raw

    @property
    def axes(self) -> list[sweep_data.Axis]:
        """The settings that differ between runs; none without a sweep."""
        return sweep_data.axes_of([run.point for run in self.runs])


def write_report(out_dir: Path) -> Path:
    """Writes OUT/figures/*.svg, *.png and OUT/report.html from the campaign's records and summary;
    gives its path.

    Raises records.RecordError where a record is missing or does not fit docs/records.md.
    """
    campaign = _read(out_dir)
    view_sizes, sections = _view_sizes(campaign), _sections(campaign)
    pictures = [view_sizes, *(picture for section in sections for picture in section.pictures)]
    content = _content(campaign) | {"view_sizes": view_sizes, "sections": sections}
    return report_page.write(out_dir / REPORT_NAME, TEMPLATE, content, pictures)


def _read(out_dir: Path) -> Campaign:
    runs = metrics.metrics_of_runs(out_dir, cores())
    infos = [records.read_run_info(out_dir / "runs" / run.name) for run in runs]
    summary = _of_one_point(_json(out_dir / "summary.json"))
    return Campaign(_json(out_dir / "campaign.json"), summary, runs, infos)


def _of_one_point(summary: dict[str, Any]) -> dict[str, Any]:
    """Where all axes are fixed, the summary of the only point is that of the campaign."""
    points = summary.get("points", [])
    return summary | points[0] if len(points) == 1 else summary


def _json(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        if seal.is_broken(content):
            raise RecordError(f"{path}: was changed after it was written; summarize again")
        return json.loads(content)
    except FileNotFoundError:
        raise RecordError(
            f"{path}: no such file; a report needs a campaign that was run and summarized"
        ) from None
    except ValueError as error:
        raise RecordError(f"{path}: not JSON: {error}") from None


def _view_sizes(campaign: Campaign) -> style.Picture:
    """Views over time in the first run, of a sweep in the first run of each point."""
    timelines = {info.name: info.raw["timeline"] for info in campaign.infos}
    points = []
    for settings, runs in summaries.group_by_point(campaign.runs):
        name = report_sweep.settings_text({"point": settings}, campaign.axes)
        points.append((name, runs[0], timelines[runs[0].name]))
    return views.over_time(points)


def _sections(campaign: Campaign) -> list[Section]:
    """The pictures, in the order in which they argue."""
    runs, timelines = campaign.runs, [info.raw["timeline"] for info in campaign.infos]
    network = Section("network", "The network", [topology.draw(campaign.first)])
    if campaign.axes:
        return [_sweep_section(campaign), network]
    return [
        network,
        Section(
            "detection",
            "How soon crashes are noticed",
            [detection.delays(runs, _settings_for_theory(campaign)), detection.dissemination(runs)],
        ),
        Section(
            "accuracy",
            "Living members declared dead",
            [accuracy.over_time(runs, timelines), accuracy.by_accuser(runs, timelines)],
        ),
        Section("load", "What it costs", [load.over_time(runs, timelines)]),
    ]


def _settings_for_theory(campaign: Campaign) -> dict[str, str] | None:
    """Where all runs are what closed forms speak of; a law beside others would accuse the wrong one."""
    if all(undisturbed(info.raw) for info in campaign.infos):
        return campaign.first["scenario"]["resolved"]
    return None


def _sweep_section(campaign: Campaign) -> Section:
    axes, by_point = campaign.axes, summaries.group_by_point(campaign.runs)
    points = sweep_data.points_of(campaign.summary["points"], by_point)
    pictures = [trade_off.draw(axes, points)]
    for axis in axes:
        others = [other for other in axes if other is not axis]
        pictures.append(sweep.against_axis(axis, others, points))
    if len(axes) == 2:
        pictures.append(sweep.maps(axes[0], axes[1], points))
    pictures.append(sweep_spread.draw(axes, by_point))
    return Section("sweep", "How the settings change it", pictures)


def _content(campaign: Campaign) -> dict[str, Any]:
    """What the template fills in, besides the pictures."""
    request, first, summary = campaign.request, campaign.first, campaign.summary
    return {
        "title": request["title"],
        "question": request["question"],
        "answer": _answer(campaign),
        "setup": _setup(campaign),
        "timeline": [happening(entry) for entry in first["timeline"]],
        "network": network_facts(first["topology"]),
        **_numbers(campaign),
        "variance": _variance(campaign),
        "threats": threats.threats(
            [info.raw for info in campaign.infos], _networks(campaign), _warnings(campaign)
        ),
        "command": request["command"],
        "provenance": _provenance(campaign),
        "runs": [_run_row(info) for info in campaign.infos],
        "explorable": next(
            (info.name for info in campaign.infos if info.metrics_sha256 is None), None
        ),
        "scenario_file": request["scenario_file"],
        "scenario_text": request.get("scenario_text", ""),
        "resolved": sorted(first["scenario"]["resolved"].items()),
    }


def _numbers(campaign: Campaign) -> dict[str, Any]:
    """The tables of results. Of a sweep there are those of its points only: runs of unlike settings
    have nothing in common that a number could tell."""
    summary, axes = campaign.summary, campaign.axes
    if not axes:
        times = report_headline.time_rows(summary)
        return {
            "times": times,
            "tails": {
                key: any(getattr(row, key) != NONE for row in times) for key in ("p99", "p999")
            },
            "spread": None if summary["spread"] is None else spread_table(summary["spread"]),
            "groups": report_headline.groups(summary),
            "point_tables": [],
        }
    return {
        "times": [],
        "tails": {},
        "spread": None,
        "groups": [],
        "point_tables": [
            ("points", "Times and load", report_sweep.time_table(summary["points"], axes)),
            (
                "errors",
                "Living members declared dead",
                report_sweep.error_table(summary["points"], axes, _accusers(campaign)),
            ),
        ],
    }


def _accusers(campaign: Campaign) -> list[str]:
    """On whose word false positives rest, for each point."""
    timelines = {info.name: info.raw["timeline"] for info in campaign.infos}
    return [
        accuracy.accusers_in_words(runs, [timelines[run.name] for run in runs])
        for _, runs in summaries.group_by_point(campaign.runs)
    ]


def _warnings(campaign: Campaign) -> list[str]:
    """What the metrics have to say of their window, at any point."""
    summary = campaign.summary
    measures = [point["measure"] for point in summary.get("points", [summary])]
    return list(dict.fromkeys(text for found in measures for text in found["warnings"]))


def _networks(campaign: Campaign) -> int:
    """How many different networks the runs had, where those are random."""
    return len({network_of(info.raw) for info in campaign.infos})


def _variance(campaign: Campaign) -> list[tuple[str, str]]:
    """How much of what differs is the networks', for each time; nothing where all had one network, or
    where settings differ too."""
    found = campaign.summary.get("networks")
    if found is None:
        return []
    names = {
        "first_suspect_s": "first suspicion",
        "first_dead_s": "first declared dead",
        "full_dissemination_s": "known to all",
    }
    rows = [("networks", f"{found['count']:,}")]
    return rows + [
        (name, variance_words(found[key])) for key, name in names.items() if found[key] is not None
    ]


def _answer(campaign: Campaign) -> list[str]:
    verdict = campaign.summary.get("verdict")
    sentences = [] if verdict is None else ["V" + verdict["text"][1:] + "."]
    late = sum(not info.raw.get("valid", True) for info in campaign.infos)
    if late:
        sentences.insert(
            0,
            f"Not valid: in {late} of {count(len(campaign.infos), 'run')} this machine was more than"
            " 5 ms late in one of a hundred of the moments at which it should have acted.",
        )
    if campaign.axes:
        return sentences + report_sweep.answer(campaign.summary["points"], campaign.axes)
    return sentences + report_headline.answer(campaign.summary)


def _setup(campaign: Campaign) -> list[tuple[str, str]]:
    """What was simulated, as name and value."""
    resolved = campaign.first["scenario"]["resolved"]
    starts = {
        "converged": "everybody knows everybody",
        "join": "members join one after another through given seeds",
    }
    start = resolved.get("cluster.start", "converged")
    rows = [
        ("members", f"{campaign.first['members']:,}"),
        *_performers(campaign.first),
        ("start", f"{start}: {starts[start]}"),
        ("simulated time", f"{quantity(campaign.first['simulated_s'], 's')} a run"),
        ("runs", _runs_text(campaign)),
        ("record of a run", RECORDS[resolved.get("record", "events")]),
        ("protocol preset", resolved.get("cluster.preset", "none")),
    ]
    swept = {axis.key for axis in campaign.axes}
    for key in set_keys(campaign.request):
        if key in resolved and key not in swept:
            rows.append((f"set instead of the preset's: {key.partition('.')[2]}", resolved[key]))
    for axis in campaign.axes:
        rows.append((f"swept: {axis.words}", f"{axis.key}: {', '.join(axis.values)}"))
    for key in sorted(resolved):
        if key.startswith("network.") and key not in swept:
            rows.append((key.replace(".", ": ").replace("_", " "), resolved[key]))
    return rows


def _performers(run: dict[str, Any]) -> list[tuple[str, str]]:
    """Of real processes: what they are and how exactly they tell the time."""
    kinds = run.get("member_kinds", [])
    resolution = run.get("time_resolution_ns", {})
    text = ", ".join(
        f"{kinds.count(kind)} of {kind}, times to {duration(resolution[kind] / 1e9)}"
        for kind in dict.fromkeys(kinds)
    )
    return [("real processes", text)] if kinds else []


def _runs_text(campaign: Campaign) -> str:
    seeds = list(dict.fromkeys(run.seed for run in campaign.runs))
    plural = "" if len(seeds) == 1 else "s"
    text = f"{len(campaign.runs):,}, seed{plural} {listing([str(seed) for seed in seeds])}"
    points = len({tuple(sorted(run.point.items())) for run in campaign.runs})
    return f"{text}, at each of {points} points of the sweep" if campaign.axes else text


def happening(entry: dict[str, Any]) -> dict[str, str]:
    """A moment of the timeline: when, what, to whom; random targets are those of the first run."""
    members = entry.get("members", [])
    if "sides" in entry:
        whom = " against ".join(count(len(side), "member") for side in entry["sides"])
    elif members:
        listed = f"{count(len(members), 'member')} (first run: {listing(members)})"
        whom = ", ".join(part for part in (entry.get("targets", ""), listed) if part)
    else:
        whom = "" if entry["verb"] == "heal" else "everybody"
    verb = " ".join(part for part in (entry["verb"], entry.get("value", "")) if part)
    return {"at": quantity(entry["at_s"], "s"), "verb": verb, "whom": whom}


def network_facts(facts: dict[str, Any]) -> list[tuple[str, str]]:
    labels = {router["id"]: router["label"] for router in facts["routers"]}
    weak = [labels[router] for router in facts["articulation_points"]]
    return [
        (
            "topology",
            f"{facts['kind']}, {count(len(facts['routers']), 'router')},"
            f" {count(len(facts['links']), 'link')}",
        ),
        ("diameter", count(facts["diameter_hops"], "hop")),
        ("path delay one way, mean", duration(facts["mean_path_delay_ns"] / 1e9)),
        ("path delay one way, longest", duration(facts["max_path_delay_ns"] / 1e9)),
        (
            "articulation points",
            f"{len(weak)}: {listing(weak)}"
            if weak
            else "none: no single router's loss splits the network",
        ),
    ]


def _provenance(campaign: Campaign) -> list[tuple[str, str]]:
    """Versions and machine; each distinct value once, because a campaign may have grown over
    several machines."""

    def distinct(section: str, key: str) -> str:
        return ", ".join(
            dict.fromkeys(
                str(info.raw[section][key]) for info in campaign.infos if key in info.raw[section]
            )
        )

    lags = [
        (info.raw["lag_p99_ns"], info.raw["lag_max_ns"])
        for info in campaign.infos
        if "lag_p99_ns" in info.raw
    ]
    peak = max(info.raw["peak_memory_bytes"] for info in campaign.infos)
    rows = [
        ("commit", distinct("versions", "commit")),
        ("swimlab", distinct("versions", "swimlab")),
        ("ns-3", distinct("versions", "ns3")),
        ("compiler", distinct("versions", "compiler")),
        ("backend", ", ".join(dict.fromkeys(info.raw["backend"] for info in campaign.infos))),
        (
            "machine",
            f"{distinct('machine', 'cpu')}, {distinct('machine', 'cores')} cores,"
            f" {distinct('machine', 'system')}",
        ),
        ("time for all runs", quantity(sum(run.wall_s for run in campaign.runs), "s of one core")),
        ("largest memory of a run", quantity(peak / 1e6, "MB")),
    ]
    if lags:
        worst = [duration(max(column) / 1e9) for column in zip(*lags)]
        rows.append(
            ("late by, worst run", f"{worst[0]} in 99 % of its moments, at most {worst[1]}")
        )
    return [(name, value) for name, value in rows if value]


def _run_row(info: RunInfo) -> dict[str, str]:
    return {
        "name": info.name,
        "seed": str(info.seed),
        "settings": ", ".join(f"{setting_words(key)} {value}" for key, value in info.point.items()),
        "events": f"{info.raw['events']:,}",
        "took": quantity(info.wall_s, "s"),
        "sha256": info.events_sha256,
    }
