# SPDX-License-Identifier: GPL-2.0-only
"""A study file: one TOML file that says what is asked, of which scenarios, how often and how sharply.

Here stands what can be known without the simulator, and each mistake is told with file, line and what
would be right; cells.py asks the simulator about the rest.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from analysis.study.digest import NAMED_SERIES
from campaign.errors import UserError
from campaign.study.design import Design, DesignError, Levels, levels, points_of
from campaign.places import Places
from campaign.study.publish.credits import KEYS as CREDITS
from campaign.study.publish.credits import CreditError, read_credits
from campaign.toml_file import NAME, NAMES, TomlFile, flat, near
from campaign.words import one_line, path_text, setting_text

KEEP = ("summary", "events", "failed")
"""What stays of a run's records: nothing but its line of the journal; all; all of those that failed."""

TOP_KEYS = (
    "title",
    "question",
    "abstract",
    *CREDITS,
    "keep",
    "series",
    "scenario",
    "variant",
    "axes",
    "design",
)
TABLES = ("replicate", "measure", "table", "figure", "expect")
_BUDGET = re.compile(r"(\d+(?:\.\d+)?) *(s|min|h)")
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_WINDOW = ("from", "to", "anomalous")
"""Of [measure], those that scenarios have too."""

MOST_RUNS = 1_000_000
MOST_SEED = 2**53 - 1
"""Of scenarios."""
DEFAULT_RUNS = 10


@dataclass(frozen=True)
class Scenario:
    """A scenario of a study."""

    name: str
    file: Path
    settings: tuple[tuple[str, str], ...]
    line: int


@dataclass(frozen=True)
class Variant:
    """Settings that go together."""

    name: str
    settings: tuple[tuple[str, str], ...]
    line: int


@dataclass(frozen=True)
class Replicate:
    """How often each cell is run."""

    at_least: int
    at_most: int
    until: dict[str, str] = field(default_factory=dict)
    """How narrow the interval of a measure shall be: "±5 %"."""
    budget_s: float | None = None
    seed: int = 1
    """The first; they count up."""


@dataclass(frozen=True)
class StudyFile:
    """What the file says."""

    path: Path
    text: bytes
    title: str
    question: str
    abstract: str
    keep: str
    series: tuple[str, ...]
    """Values over time that stay in the journal: of NAMED_SERIES, in its order."""
    scenarios: tuple[Scenario, ...]
    variants: tuple[Variant, ...]
    """One without a name and settings where the file has none."""
    axes: tuple[Levels, ...]
    points: tuple[dict[str, str], ...]
    design: Design
    replicate: Replicate
    window: tuple[tuple[str, str], ...]
    """Settings measure.from and so on."""
    measures: tuple[str, ...]
    """Those that it wants shown; empty: what its tables, figures and targets name."""
    tables: tuple[dict[str, Any], ...]
    figures: tuple[dict[str, Any], ...]
    expects: tuple[dict[str, Any], ...]
    places: Places

    def wrong(self, text: str, *path: str | int) -> NoReturn:
        """Refuse the file for what stands at this key. Raises UserError."""
        raise UserError(f"{path_text(self.path)}:{self.places.line(*path)}: {one_line(text)}")


def read_study_file(path: Path, text: bytes) -> StudyFile:
    """Raises UserError for the first mistake."""
    return _Reader(path, text).study()


class _Reader(TomlFile):
    def study(self) -> StudyFile:
        raw = self.raw
        if "scenario" not in raw and ("cluster" in raw or "duration" in raw):
            raise UserError(
                f"{path_text(self.path)}: is a scenario, not a study; ./swimlab run performs it, and"
                " a study names it in a [[scenario]]"
            )
        self.known(raw, (*TOP_KEYS, *TABLES))
        axes = self._axes()
        design = self._design()
        try:
            points = points_of(axes, design)
        except DesignError as error:
            self.wrong(str(error), "design" if "design" in raw else "axes")
        variants = self._variants()
        for number, variant in enumerate(variants):
            for key, _ in variant.settings:
                if key in {axis.key for axis in axes}:
                    self.wrong(
                        f'variant "{variant.name}" sets {key}, which is an axis: the axis would take'
                        " its place at every point",
                        "variant",
                        number,
                        "set",
                    )
        keep = self.text_of(raw, "keep", KEEP[0])
        if keep not in KEEP:
            self.wrong(f'keep is "{keep}"; it can be {", ".join(KEEP)}', "keep")
        try:
            read_credits(raw)
        except CreditError as error:
            self.wrong(str(error), *error.path)
        window, measures = self._measure()
        return StudyFile(
            self.path,
            self.text,
            self.needed(raw, "title"),
            self.needed(raw, "question"),
            self.text_of(raw, "abstract", "").strip(),
            keep,
            self._series(),
            self._scenarios(),
            variants,
            tuple(axes),
            tuple(points),
            design,
            self._replicate(),
            window,
            measures,
            self._shown("table"),
            self._shown("figure"),
            self._shown("expect"),
            self.places,
        )

    def _shown(self, key: str) -> tuple[dict[str, Any], ...]:
        """Tables in which `where` has values of settings, which are texts."""

        def plain(raw: dict[str, Any]) -> dict[str, Any]:
            where = raw.get("where")
            found = dict(raw)
            if isinstance(where, dict):
                texts = {k: v if isinstance(v, list) else setting_text(v) for k, v in where.items()}
                found["where"] = texts
            if isinstance(raw.get("paper"), list):
                found["paper"] = [plain(e) if isinstance(e, dict) else e for e in raw["paper"]]
            return found

        return tuple(map(plain, self.tables(key)))

    def _settings(self, raw: Any, *path: str | int) -> tuple[tuple[str, str], ...]:
        if not isinstance(raw, dict):
            self.wrong('set is a table: {"protocol.probe_interval" = "2s"}', *path)
        found = tuple((key, setting_text(value)) for key, value in flat(raw, lambda _: False))
        for key, _ in found:
            self._settable(key, *path)
        return found

    def _settable(self, key: str, *path: str | int) -> None:
        """A key that the study decides itself, or that decides nothing, would be told in the report
        and not be in force."""
        elsewhere = {
            "seed": "[replicate] seed",
            "runs": "[replicate] at_least",
            "record": 'keep = "events" or "summary"',
        } | {f"measure.{name}": f"[measure] {name}" for name in self.section("measure")}
        if key in elsewhere:
            self.wrong(f"{key} is not for set or [axes]: {elsewhere[key]} says it", *path, key)
        if re.fullmatch(r"event\.[^.]+\.name", key):
            self.wrong(f"{key}: a name changes no result", *path, key)

    def _series(self) -> tuple[str, ...]:
        asked = self.raw.get("series", [])
        if not isinstance(asked, list):
            self.wrong(f"series is a list of names: {', '.join(NAMED_SERIES)}", "series")
        for name in asked:
            if name not in NAMED_SERIES:
                self.wrong(
                    f"there is no series {setting_text(name)}; {near(str(name), NAMED_SERIES)}",
                    "series",
                )
        return tuple(name for name in NAMED_SERIES if name in asked)

    def _names(self, found: Sequence[Scenario | Variant], key: str) -> None:
        for number, each in enumerate(found):
            if not NAME.fullmatch(each.name):
                self.wrong(f'name "{each.name}": {NAMES}', key, number, "name")
            if each.name in [other.name for other in found[:number]]:
                self.wrong(f'there are two of the name "{each.name}"', key, number, "name")

    def _scenarios(self) -> tuple[Scenario, ...]:
        found = []
        for number, raw in enumerate(self.tables("scenario")):
            path = ("scenario", number)
            self.known(raw, ("file", "name", "set"), *path)
            file = Path(self.needed(raw, "file", *path))
            name = self.text_of(raw, "name", file.stem, *path)
            settings = self._settings(raw.get("set", {}), *path, "set")
            beside = self.path.parent / file
            if not _exists(beside):
                self.wrong(
                    f"there is no file {path_text(beside)}; the path counts from the study file",
                    *path, "file",
                )  # fmt: skip
            found.append(Scenario(name, beside, settings, self.places.line(*path)))
        if not found:
            self.wrong('there is no [[scenario]]; it needs one, with file = "..."')
        self._names(found, "scenario")
        return tuple(found)

    def _variants(self) -> tuple[Variant, ...]:
        found = []
        for number, raw in enumerate(self.tables("variant")):
            path = ("variant", number)
            self.known(raw, ("name", "set"), *path)
            name = self.needed(raw, "name", *path)
            settings = self._settings(raw.get("set", {}), *path, "set")
            found.append(Variant(name, settings, self.places.line(*path)))
        self._names(found, "variant")
        return tuple(found) or (Variant("", (), 1),)

    def _axes(self) -> list[Levels]:
        def is_range(value: dict[str, Any]) -> bool:
            return "from" in value or "to" in value or "steps" in value

        found = []
        for key, written in flat(self.section("axes"), is_range):
            self._settable(key, "axes")
            try:
                found.append(levels(key, written))
            except DesignError as error:
                self.wrong(f"axes.{key}: {error}", "axes", key)
        return found

    def _design(self) -> Design:
        raw = self.section("design")
        self.known(raw, ("kind", "points", "seed"), "design")
        points = (
            self.whole(raw, "points", 1, 1, "design", most_runs=MOST_RUNS)
            if "points" in raw
            else None
        )
        seed = self.whole(raw, "seed", 1, 0, "design")
        return Design(self.text_of(raw, "kind", "factorial", "design"), points, seed)

    def _replicate(self) -> Replicate:
        raw = self.section("replicate")
        self.known(raw, ("at_least", "at_most", "until", "budget", "seed"), "replicate")
        until = raw.get("until", {})
        if not isinstance(until, dict) or not all(isinstance(v, str) for v in until.values()):
            self.wrong(
                'until is a table of precisions, such as {"full_dissemination_s.median" = "±5 %"}',
                "replicate", "until",
            )  # fmt: skip
        at_least = self.whole(raw, "at_least", DEFAULT_RUNS, 1, "replicate", most_runs=MOST_RUNS)
        at_most = self.whole(raw, "at_most", at_least, 1, "replicate", most_runs=MOST_RUNS)
        if until and "at_most" not in raw:
            self.wrong("until needs at_most, so that it ends", "replicate", "until")
        if at_most < at_least:
            self.wrong(
                f"at_most is {at_most}, less than at_least, {at_least}", "replicate", "at_most"
            )
        if at_most > at_least and not until:
            self.wrong(
                f"at_most is {at_most}, but without until nothing says when more than"
                f" {at_least} runs are needed",
                "replicate", "at_most",
            )  # fmt: skip
        budget_s = None
        if "budget" in raw:
            written = setting_text(raw["budget"])
            budget_s = budget_of(written)
            if budget_s is None:
                self.wrong(
                    f'budget is {written}; write "90s", "30min" or "2h"', "replicate", "budget"
                )
        seed = self.whole(raw, "seed", 1, 0, "replicate")
        if seed + at_most - 1 > MOST_SEED:
            self.wrong(
                f"seed is {seed}, and the last of {at_most} seeds would be above {MOST_SEED}",
                "replicate", "seed",
            )  # fmt: skip
        return Replicate(at_least, at_most, until, budget_s, seed)

    def _measure(self) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        raw = self.section("measure")
        self.known(raw, (*_WINDOW, "measures"), "measure")
        measures = raw.get("measures", [])
        if not isinstance(measures, list) or not all(isinstance(m, str) for m in measures):
            self.wrong("measures is a list of names in quotes", "measure", "measures")
        window = [(f"measure.{key}", setting_text(raw[key])) for key in _WINDOW if key in raw]
        return tuple(window), tuple(measures)


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:  # a name that no file can have
        return False


def is_study(text: bytes) -> bool:
    """Whether a TOML file is a study, and no scenario."""
    try:
        return "scenario" in tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return False


def budget_of(text: str) -> float | None:
    """Seconds; None for what is no time."""
    match = _BUDGET.fullmatch(text.strip())
    if match is None or float(match[1]) == 0:
        return None
    return float(match[1]) * _SECONDS[match[2]]
