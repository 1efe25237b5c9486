# SPDX-License-Identifier: GPL-2.0-only
"""What a study can ask of its runs, by name: `full_dissemination_s.p99`, `wrong_deaths`, `runs_agreed`.

A name is a base, or a base and a statistic. The base alone is the median of times and loads, the mean
a run of counts; but what the verdict has a word for (campaign/measures.py) means under this name what
it means there, so `known_to_all_s` is the longest. Counts are the one exception: the verdict sums over
the runs of a campaign, and the cells of a study need not have the same number of runs.

Times are pooled over all runs of a cell, as in summary.json. One that never came is longer than any
number (estimates.py). Where the papers and reports use two words for one thing, both are known.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from analysis.campaign.clusters import Networks, clusters_of
from analysis.campaign.measures import MEASURES
from analysis.campaign.observable import NOT_OBSERVABLE, lacks
from analysis.campaign.quality import quality_of_service
from analysis.campaign.values import HOUR_S, YEAR_S
from analysis.run.metrics import RunMetrics
from analysis.study import estimates, of_run
from analysis.study.estimates import Estimate


SAME = {
    "known_to_all_s": "full_dissemination_s",
    "one_again_s": "remerged_s",
    "false_positive_incidents": "wrong_deaths",
    "refuted_suspicions": "wrong_suspicions_refuted",
    "crashes_known_to_all": "crashes_known",
}
"""Two words for one thing."""


class MeasureError(Exception):
    """A name that is no measure; the message says what would be one."""


@dataclass(frozen=True)
class Measure:
    """One number of a cell, and the values of a run that it is made of."""

    name: str
    """As asked: "base" or "base.statistic"."""
    words: str
    """A label of an axis, without the unit."""
    unit: str
    """"s", "%", "/s", "B/s", "/h", "/year", or "" of a plain number."""
    meaning: str
    """What the number is, in a sentence or two, for the reference."""
    words_of_run: str
    meaning_of_run: str
    """The same of the values of one run, for the data dictionary."""
    kind: str
    """"time", "load", "count", "share" or "quality": what sort of thing it is made of."""
    statistic: str
    """"median", "mean", "p90", "p99", "p999" or "max" of times and loads; "mean" or "rate" of counts;
    "" of shares and qualities."""
    base: str
    """The name under which per_run's values stand in results.csv."""
    of: Callable[[Sequence[RunMetrics], Networks], Estimate]
    """Over all runs of a cell, of which `networks` tells the random network by the run's name."""
    no_interval: str
    """Why no number of runs gives it an interval; empty where enough do."""
    per_run: Callable[[RunMetrics], list[float]]
    """The values that one run brings: of times any number, `math.inf` those that never came; of all
    else one, or none where there is nothing to measure. Shares are in percent."""

    @property
    def thing(self) -> str:
        """The base, by the one name of all that mean the same."""
        base, dot, rest = self.base.partition(".")
        return f"{SAME.get(base, base)}{dot}{rest}"


@dataclass(frozen=True)
class Span:
    """A time over which events are counted."""

    name: str
    unit: str
    seconds: float


SPANS = (
    Span("hour", "/h", HOUR_S),
    Span("year", "/year", YEAR_S),
)

OPERATORS_WORDS = {"false_burials_per_member_year": "wrong_deaths.per_member_year"}
"""What operators call a measure, where the field's word has other parts."""

QUANTILES = {"median": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999}
STATISTICS = (*QUANTILES, "mean", "max")
_WORDS = {
    "median": "median",
    "mean": "mean",
    "p90": "90th percentile",
    "p99": "99th percentile",
    "p999": "99.9th percentile",
    "max": "longest",
}


REFERENCE = "docs/studies/statistics.md"
NAMES_TOLD = 10
"""In a message, the most alike first."""


def measure_named(name: str) -> Measure:
    """Raises MeasureError."""
    found = _named().get(name)
    if found is None:
        raise MeasureError(_unknown(name))
    return found


def all_measures() -> list[Measure]:
    """Every measure in the order of the reference, each base with its statistics."""
    return list(_named().values())


def bases() -> list[str]:
    """The names without a statistic, for messages and completion."""
    return [name for name in _named() if "." not in name]


def _unknown(name: str) -> str:
    base, _, statistic = name.partition(".")
    known = _named()
    if base in known:
        these = [other.partition(".")[2] for other in known if other.startswith(f"{base}.")]
        if not these:
            return f"{name}: {base} is one number, and has no statistics; write {base}"
        return f"{name}: {base} has no {statistic!r}; it has {', '.join(these)}"
    near = difflib.get_close_matches(base, bases(), NAMES_TOLD, 0)
    close = difflib.get_close_matches(base, near, 1, 0.6)
    if close:
        near.remove(close[0])
    hint = f"; did you mean {close[0] + ('.' + statistic if statistic else '')}?" if close else ""
    return (
        f"{name}: no measure{hint}{' Others' if close else '; those nearest'} are {', '.join(near)};"
        f" {REFERENCE} has all"
    )


@cache
def _named() -> dict[str, Measure]:
    made: list[Measure] = []
    for base, times in of_run.TIMES.items():
        made += _with_statistics(base, "time", times, of_run.SECONDS)
    for base, count in of_run.COUNTS.items():
        made += _counts(base, count)
    for base, share in of_run.SHARES.items():
        made.append(_share(base, share))
    for base, load in of_run.LOADS.items():
        made += _with_statistics(base, "load", load, load.unit)
    made += [_quality(base) for base in MEASURES if base in of_run.QUALITIES]
    made.append(_detections())
    named = {measure.name: _where_told(measure) for measure in made}
    for words, name in OPERATORS_WORDS.items():
        named[words] = replace(named[name], name=words)
    return named


def _where_told(measure: Measure) -> Measure:
    """The same, but nothing of runs whose members have no word for it (campaign/observable.py)."""

    def of(runs: Sequence[RunMetrics], networks: Networks) -> Estimate:
        for run in runs:
            if word := lacks(measure.base, run.not_observable):
                return estimates.nothing(f"{NOT_OBSERVABLE}: members have no word for {word}")
        return measure.of(runs, networks)

    def per_run(run: RunMetrics) -> list[float]:
        return [] if lacks(measure.base, run.not_observable) else measure.per_run(run)

    return replace(measure, of=of, per_run=per_run)


def _with_statistics(base: str, kind: str, source: of_run.Values, unit: str) -> list[Measure]:
    """The base alone, and with each statistic."""

    def made(name: str, statistic: str) -> Measure:
        def of(runs: Sequence[RunMetrics], networks: Networks) -> Estimate:
            clusters = clusters_of(runs, networks)
            groups = clusters.values(source.values)
            if statistic == "max":
                return estimates.longest(groups)
            if statistic == "mean":
                return estimates.mean(groups, clusters.of)
            return estimates.quantile(groups, QUANTILES[statistic], clusters.of)

        of_what = "of all values of all runs together" if kind == "time" else "over the runs"
        words = _WORDS[statistic] if kind == "time" or statistic != "max" else "largest"
        meaning = f"{source.meaning} The {words} {of_what}."
        return Measure(
            name,
            f"{source.words}, {words}",
            unit,
            meaning,
            source.words,
            source.meaning,
            kind,
            statistic,
            base,
            of,
            estimates.LONGEST if statistic == "max" else "",
            source.values,
        )

    alone = "max" if base in MEASURES else "median"
    return [made(base, alone), *(made(f"{base}.{found}", found) for found in STATISTICS)]


def _counts(base: str, source: of_run.Count) -> list[Measure]:
    def counted(runs: Sequence[RunMetrics], networks: Networks) -> Estimate:
        clusters = clusters_of(runs, networks)
        counts = clusters.sums(source.count)
        if source.repeats:
            value = sum(counts) / len(runs) if runs else None
            return estimates.without_interval(value, len(runs), len(counts), source.repeats)
        return estimates.count(counts, len(runs), clusters.of)

    def per_run(run: RunMetrics) -> list[float]:
        return [float(source.count(run))]

    mean = Measure(
        base,
        f"{source.words} a run",
        "",
        f"{source.meaning} The mean of a run.",
        source.words,
        source.meaning,
        "count",
        "mean",
        base,
        counted,
        source.repeats,
        per_run,
    )
    found = [mean, replace(mean, name=f"{base}.mean")]
    if source.exposed:
        found += [_rate(mean, source, span) for span in SPANS]
    return found


def _rate(mean: Measure, source: of_run.Count, span: Span) -> Measure:
    """Of a count, for each hour or year that a member was healthy."""

    def of(runs: Sequence[RunMetrics], networks: Networks) -> Estimate:
        seconds = math.fsum(run.quality_of_service["exposed_member_s"] for run in runs)
        if not seconds:
            return estimates.nothing("no member was ever healthy")
        return mean.of(runs, networks).times(len(runs) * span.seconds / seconds)

    def per_run(run: RunMetrics) -> list[float]:
        spans = run.quality_of_service["exposed_member_s"] / span.seconds
        return [source.count(run) / spans] if spans else []

    words, name = f"{source.words} a member-{span.name}", f"{mean.base}.per_member_{span.name}"
    meaning = f"{source.meaning} For each {span.name} that a member was healthy."
    return replace(
        mean,
        name=name,
        words=words,
        unit=span.unit,
        meaning=meaning,
        words_of_run=words,
        meaning_of_run=meaning,
        statistic="rate",
        base=name,
        of=of,
        per_run=per_run,
    )


def _share(base: str, source: of_run.Share) -> Measure:
    def of(runs: Sequence[RunMetrics], networks: Networks) -> Estimate:
        clusters = clusters_of(runs, networks)
        parts = [
            (
                sum(source.parts(run)[0] for run in group),
                sum(source.parts(run)[1] for run in group),
            )
            for group in clusters.groups
        ]
        units = None if source.units is None else sum(clusters.sums(source.units))
        return estimates.share(parts, units, clusters.of)

    def per_run(run: RunMetrics) -> list[float]:
        part, whole = source.parts(run)
        return [100 * part / whole] if whole else []

    words, meaning = source.words, source.meaning
    return Measure(
        base, words, of_run.PERCENT, meaning, words, meaning, "share", "", base, of, "", per_run
    )


def _quality(base: str) -> Measure:
    """What the verdict reads of `quality_of_service` alone: ratios of sums, and longest durations."""
    read = MEASURES[base]
    words, why = of_run.QUALITIES[base].words, of_run.QUALITIES[base].why

    def value(runs: Sequence[RunMetrics]) -> float | None:
        return read.value({"quality_of_service": quality_of_service(runs)}) if runs else None

    def of(runs: Sequence[RunMetrics], networks: Networks) -> Estimate:
        found = value(runs)
        if found is None:
            return estimates.nothing("nothing to measure")
        return estimates.without_interval(found, len(runs), len(runs), why)

    def per_run(run: RunMetrics) -> list[float]:
        found = value([run])
        return [] if found is None else [found]

    return Measure(
        base,
        words,
        read.unit,
        read.meaning,
        words,
        read.meaning,
        "quality",
        "",
        base,
        of,
        why,
        per_run,
    )


def _detections() -> Measure:
    """A mean of all crashes, which the verdict knows as a number alone."""
    base = "detections_a_crash"

    def values(run: RunMetrics) -> list[float]:
        return [float(crash.known_by) for crash in run.crashes]

    def of(runs: Sequence[RunMetrics], networks: Networks) -> Estimate:
        clusters = clusters_of(runs, networks)
        return estimates.mean(clusters.values(values), clusters.of)

    def per_run(run: RunMetrics) -> list[float]:
        found = values(run)
        return [math.fsum(found) / len(found)] if found else []

    words, meaning = "members that know of a crash", MEASURES[base].meaning
    return Measure(
        base, words, "", meaning, words, meaning, "quality", "mean", base, of, "", per_run
    )
