# SPDX-License-Identifier: GPL-2.0-only
"""A tune file: which goals, for which cluster or which bad days, and what may vary.

Here stands what can be known without the simulator; each mistake is told with file, line and what
would be right.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.campaign.text import count
from analysis.study.measures import Measure, MeasureError, measure_named
from campaign.errors import UserError
from campaign.places import Path as Place
from campaign.places import Places
from campaign.toml_file import NAME, NAMES, TomlFile, flat
from campaign.tune.budget import EXAMPLES, Budget, budget_named
from campaign.tune.problem import Goal
from campaign.tune.product import Option, Product
from campaign.tune.reachable import reaches, reason
from campaign.tune.space import Axis, SpaceError
from campaign.tune.workload import workload_text
from campaign.words import one_line, path_text, setting_text

TOP_KEYS = ("title", "question", "scenarios", "weights", "scenario", "budget", "seed")
CLUSTER = ("cluster", "topology", "network")
"""Tables of a scenario that stand in a tune file where the cluster is described by itself."""
TABLES = ("goal", *CLUSTER, "vary")
MINIMISE = "minimise"
DEFAULT_BUDGET = "15min"
BUILT_IN = "workload"
"""The name of the scenario of a file that names none."""

_CONDITION = re.compile(r"(<=|>=)\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*([^\s\d].*)?")
_UNITS: Mapping[str, Mapping[str, float]] = {
    "s": {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0},
    "B/s": {
        unit + rest: size
        for unit, size in (("B", 1.0), ("kB", 1e3), ("MB", 1e6))
        for rest in ("", "/s")
    },
    "/s": {"": 1.0, "/s": 1.0},
    "/h": {"": 1.0, "/h": 1.0},
    "/year": {"": 1.0, "/year": 1.0},
    "%": {"%": 1.0},
    "": {"": 1.0},
}
"""Of each unit of a measure what may be written, and its size."""


@dataclass(frozen=True)
class TuneScenario:
    """One of the situations that the settings must suit."""

    name: str
    file: Path | None
    """None: the built-in one, of `text`."""
    text: bytes | None
    settings: tuple[tuple[str, str], ...]
    weight: float
    place: Place
    """Where it stands in the tune file."""


@dataclass(frozen=True)
class TuneFile:
    """What the file says."""

    path: Path
    text: bytes
    title: str
    question: str
    goals: tuple[Goal, ...]
    minimise: tuple[str, ...]
    scenarios: tuple[TuneScenario, ...]
    options: tuple[Option, ...]
    """What varies, of the product's."""
    axes: tuple[Axis, ...]
    """Of each of them."""
    budget: Budget
    seed: int
    places: Places
    named: tuple[str, ...] = ()
    """Of each axis its key in [vary]; () without one."""
    said: tuple[str, ...] = ()
    """What an operator must know of what was left out."""

    def wrong(self, text: str, *path: str | int) -> UserError:
        """The refusal of the file for what stands at this key."""
        return UserError(f"{path_text(self.path)}:{self.places.line(*path)}: {one_line(text)}")


def read_tune_file(path: Path, text: bytes, product: Product) -> TuneFile:
    """Raises UserError for the first mistake."""
    return _Reader(path, text).tune(product)


class _Reader(TomlFile):
    def __init__(self, path: Path, text: bytes) -> None:
        super().__init__(path, text)
        self.named: list[str] = []
        """The keys of [vary], of each axis one."""

    def tune(self, product: Product) -> TuneFile:
        raw = self.raw
        if "goal" not in raw:
            self.wrong(
                "there is no [goal]; it needs what to minimise, such as minimise ="
                ' "known_to_all_s.p99", and limits, such as bytes_per_member_second = "<= 3 kB"'
            )
        self.known(raw, (*TOP_KEYS, *TABLES))
        goals, minimise = self._goals()
        options, axes = self._vary(product)
        axes, said = self._reached(product, axes)
        return TuneFile(
            self.path,
            self.text,
            self.text_of(raw, "title", f"Settings for {product.title}").strip(),
            self.text_of(raw, "question", "").strip(),
            goals,
            minimise,
            self._scenarios(product),
            options,
            axes,
            self._budget(),
            self.whole(raw, "seed", 1, 0),
            self.places,
            tuple(self.named),
            tuple(said),
        )

    def _goals(self) -> tuple[tuple[Goal, ...], tuple[str, ...]]:
        raw = dict(flat(self.section("goal"), lambda _: False))
        written = raw.pop(MINIMISE, None)
        if written is None:
            self.wrong(
                'minimise is missing; name one measure or a list, such as "known_to_all_s.p99"',
                "goal",
            )
        minimise = written if isinstance(written, list) else [written]
        if not minimise or not all(isinstance(name, str) for name in minimise):
            self.wrong("minimise is the name of a measure, or a list of names", "goal", MINIMISE)
        for name in minimise:
            self._measure(name, MINIMISE)
        goals = tuple(self._goal(name, condition) for name, condition in raw.items())
        return goals, tuple(dict.fromkeys(minimise))

    def _measure(self, name: str, key: str) -> Measure:
        try:
            measure = measure_named(name)
        except MeasureError as error:
            self.wrong(str(error), "goal", key)
        if measure.no_interval:
            self.wrong(
                f"{name} cannot be a goal, since no number of runs bounds it"
                f" ({measure.no_interval.removeprefix('no interval: ')});"
                + (
                    " a quantile can, such as " + _quantile(measure)
                    if measure.kind == "time"
                    else ""
                ),
                "goal",
                key,
            )
        return measure

    def _goal(self, name: str, condition: Any) -> Goal:
        measure = self._measure(name, name)
        units = _UNITS[measure.unit]
        unit = next((u for u in units if u == measure.unit), next(iter(units)))
        example = f"<= 5 {unit}".rstrip()
        match = _CONDITION.fullmatch(condition.strip()) if isinstance(condition, str) else None
        if match is None:
            self.wrong(
                f"{name} = {setting_text(condition)}: is no limit; write <= or >= and a number, such as"
                f' "{example}"',
                "goal",
                name,
            )
        op, number, written = match[1], float(match[2]), (match[3] or "").strip()
        if written not in units:
            self.wrong(
                f'{name} = "{condition}": {"has no unit" if not written else f"is not in {written}"};'
                f' write "{op} {match[2]} {unit}"'.rstrip(),
                "goal",
                name,
            )
        return Goal(
            name, op, number * units[written], measure.words, measure.unit, condition.strip()
        )

    def _scenarios(self, product: Product) -> tuple[TuneScenario, ...]:
        raw = self.raw
        ways = [key for key in ("scenarios", "scenario", "cluster") if key in raw]
        if len(ways) != 1:
            self.wrong(
                "it needs a [cluster] with its members, or scenarios = [...]"
                if not ways
                else f"{' and '.join(ways)} are two ways to say the same; keep one",
                *ways[-1:],
            )
        if "weights" in raw and ways != ["scenarios"]:
            self.wrong(
                "weights is for scenarios = [...]; "
                + (
                    "with one [cluster] there is nothing to weigh"
                    if ways == ["cluster"]
                    else "in [[scenario]] each has its weight"
                ),
                "weights",
            )
        if ways == ["cluster"]:
            return (self._built_in(),)
        tables = self._named_files() if ways == ["scenarios"] else self.tables("scenario")
        found: list[TuneScenario] = []
        for number, table in enumerate(tables):
            path: Place = (*ways, number) if ways == ["scenario"] else ("scenarios",)
            self.known(table, ("file", "name", "set", "weight"), *path)
            file = self.path.parent / self.needed(table, "file", *path)
            if not file.is_file():
                self.wrong(
                    f"there is no file {path_text(file)}; the path counts from this file", *path
                )
            settings = tuple(
                (key, setting_text(value))
                for key, value in flat(table.get("set", {}), lambda _: False)
            )
            weight = self._weight(table.get("weight", 1), *path)
            name = self.text_of(table, "name", file.stem, *path)
            if not NAME.fullmatch(name):
                # A folder of the copies is named after it.
                hint = "" if "name" in table else "; give one with [[scenario]] name"
                self.wrong(f'name "{name}": {NAMES}{hint}', *path, "name")
            if name in [other.name for other in found]:
                self.wrong(f'there are two scenarios of the name "{name}"; give names', *path)
            found.append(TuneScenario(name, file, None, settings, weight, path))
        if not found:
            self.wrong("there is no scenario in it", *ways)
        for key in (key for key in CLUSTER if key in raw):
            self.wrong(f"[{key}] is for a file without scenarios; give it in their set", key)
        return tuple(found)

    def _named_files(self) -> list[dict[str, Any]]:
        files, weights = self.raw["scenarios"], self.raw.get("weights")
        if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
            self.wrong('scenarios is a list of files: ["calm.toml", "storm.toml"]', "scenarios")
        if weights is None:
            weights = [1] * len(files)
        if not isinstance(weights, list) or len(weights) != len(files):
            self.wrong(
                f"weights is a list of {count(len(files), 'number')}, one a scenario", "weights"
            )
        return [{"file": file, "weight": weight} for file, weight in zip(files, weights)]

    def _weight(self, value: Any, *path: str | int) -> float:
        if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value):
            self.wrong(f'weight is "{value}", a text; write it without the quotes', *path)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e9:
            self.wrong(f"weight is {setting_text(value)}; it is a number above 0", *path)
        return float(value)

    def _built_in(self) -> TuneScenario:
        settings = []
        for table in CLUSTER:
            for key, value in flat(self.section(table), lambda _: False):
                settings.append((f"{table}.{key}", setting_text(value)))
        members = self.whole(self.section("cluster"), "members", 0, 2, "cluster")
        return TuneScenario(
            BUILT_IN, None, workload_text(members).encode(), tuple(settings), 1.0, ("cluster",)
        )

    def _vary(self, product: Product) -> tuple[tuple[Option, ...], tuple[Axis, ...]]:
        if "vary" not in self.raw:
            return product.varied, tuple(option.axis() for option in product.varied)

        options: list[Option] = []
        axes: list[Axis] = []
        for key, written in flat(self.section("vary"), _is_range):
            self.named.append(key)
            try:
                option = product.option(key)
                axis = self._axis(option, written)
            except (UserError, SpaceError) as error:
                self.wrong(str(error), "vary", key)
            if option in options:
                self.wrong(f"{option.name} stands twice", "vary", key)
            if not option.simulated:
                self.wrong(
                    f"{option.name} is not simulated, so nothing tells what it does", "vary", key
                )
            options.append(option)
            axes.append(axis)
        return tuple(options), tuple(axes)

    def _reached(
        self, product: Product, axes: Sequence[Axis]
    ) -> tuple[tuple[Axis, ...], list[str]]:
        """What of them can be set beside the others, and what is to be said of ranges that cannot be
        whole. Values that stand there by themselves, and cannot be, are a mistake."""
        found = reaches(product, axes)
        said = []
        for place, each in enumerate(found):
            if not each.lost:
                continue
            why, axis = reason(product, each, found), each.axis
            lost = ", ".join(each.lost)
            is_range = not self.named or isinstance(
                dict(flat(self.section("vary"), _is_range))[self.named[place]], dict
            )
            if not is_range:
                self.wrong(f"{axis.name} = {lost}: cannot be: {why}", "vary", self.named[place])
            ends = f"{axis.levels[0]} to {axis.levels[-1]}"
            if not each.kept:
                self.wrong(
                    f"{axis.name}: nothing from {ends} can be: {why}",
                    "vary",
                    *self.named[place : place + 1],
                )
            kept = each.narrowed.levels
            line = self.places.line("vary", *self.named[place : place + 1])
            said.append(
                f"{path_text(self.path)}:{line}: {axis.name}: of {ends} only {kept[0]} to {kept[-1]} can"
                f" be: {why}"
            )
        return tuple(each.narrowed for each in found), said

    def _axis(self, option: Option, written: Any) -> Axis:
        """Raises UserError, SpaceError."""
        if isinstance(written, dict):
            if unknown := set(written) - {"from", "to"}:
                raise UserError(f"a range has no {sorted(unknown)[0]}; it has from and to")
            ends = [setting_text(written.get(name, "")) for name in ("from", "to")]
            return option.axis(*ends)
        if not isinstance(written, list) or not written:
            raise UserError(
                f'{option.name}: write {{from = "0.2s", to = "5s"}} or a list of values'
            )
        values = tuple(map(setting_text, written))
        axis = option.axis(values=values)
        if axis.scale == "choice":
            return axis
        return option.axis(values=sorted(values, key=axis.number))

    def _budget(self) -> Budget:
        written = setting_text(self.raw.get("budget", DEFAULT_BUDGET))
        found = budget_named(written)
        if found is None:
            self.wrong(f"budget is {written}; write {EXAMPLES}", "budget")
        return found


def _is_range(value: dict[str, Any]) -> bool:
    return bool({"from", "to"} & set(value))


def _quantile(measure: Measure) -> str:
    return f"{measure.name.partition('.')[0]}.p99"
