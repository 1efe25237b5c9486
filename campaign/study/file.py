# SPDX-License-Identifier: GPL-2.0-only
"""A study file: one TOML file that says what is asked, of which scenarios, how often and how sharply.

Here stands what can be known without the simulator, and each mistake is told with file, line and what
would be right; cells.py asks the simulator about the rest.
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from campaign.errors import UserError
from campaign.study.design import Design, DesignError, Levels, levels, points_of, setting_text
from campaign.study.places import Places
from campaign.study.publish.credits import KEYS as CREDITS
from campaign.study.publish.credits import CreditError, read_credits
from campaign.words import one_line, path_text

KEEP = ("summary", "events", "failed")
"""What stays of a run's records: nothing but its line of the journal; all; all of those that failed."""

TOP_KEYS = (
    "title",
    "question",
    "abstract",
    *CREDITS,
    "keep",
    "scenario",
    "variant",
    "axes",
    "design",
)
TABLES = ("replicate", "measure", "table", "figure", "expect")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
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


class _Reader:
    def __init__(self, path: Path, text: bytes) -> None:
        self._path = path
        self._text = text
        try:
            decoded = text.decode("utf-8")
            self._raw = tomllib.loads(decoded)
        except UnicodeDecodeError as error:
            line = text[: error.start].count(b"\n") + 1
            raise UserError(f"{path_text(path)}:{line}: is not UTF-8, as TOML must be") from None
        except RecursionError:
            raise UserError(f"{path_text(path)}:1: is nested too deeply") from None
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"^(.*) \(at line (\d+), column \d+\)$", str(error), re.DOTALL)
            words, line = (found[1], int(found[2])) if found else (str(error), 1)
            raise UserError(f"{path_text(path)}:{line}: no TOML: {one_line(words)}") from None
        self._places = Places(decoded)

    def study(self) -> StudyFile:
        raw = self._raw
        if "scenario" not in raw and ("cluster" in raw or "duration" in raw):
            raise UserError(
                f"{path_text(self._path)}: is a scenario, not a study; ./swimlab run performs it, and"
                " a study names it in a [[scenario]]"
            )
        self._known(raw, (*TOP_KEYS, *TABLES))
        axes = self._axes()
        design = self._design()
        try:
            points = points_of(axes, design)
        except DesignError as error:
            self._wrong(str(error), "design" if "design" in raw else "axes")
        variants = self._variants()
        for number, variant in enumerate(variants):
            for key, _ in variant.settings:
                if key in {axis.key for axis in axes}:
                    self._wrong(
                        f'variant "{variant.name}" sets {key}, which is an axis: the axis would take'
                        " its place at every point",
                        "variant",
                        number,
                        "set",
                    )
        keep = self._text_of(raw, "keep", KEEP[0])
        if keep not in KEEP:
            self._wrong(f'keep is "{keep}"; it can be {", ".join(KEEP)}', "keep")
        try:
            read_credits(raw)
        except CreditError as error:
            self._wrong(str(error), *error.path)
        window, measures = self._measure()
        return StudyFile(
            self._path,
            self._text,
            self._needed(raw, "title"),
            self._needed(raw, "question"),
            self._text_of(raw, "abstract", "").strip(),
            keep,
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
            self._places,
        )

    def _wrong(self, text: str, *path: str | int) -> NoReturn:
        line = self._places.line(*path)
        raise UserError(f"{path_text(self._path)}:{line}: {one_line(text)}")

    def _known(self, raw: dict[str, Any], keys: Iterable[str], *path: str | int) -> None:
        for key in raw:
            if key not in keys:
                names = ".".join(str(each) for each in path if isinstance(each, str))
                where = f"{names}.{key}" if names else key
                self._wrong(f"there is no {where}; {near(key, keys)}", *path, key)

    def _text_of(self, raw: dict[str, Any], key: str, default: str, *path: str | int) -> str:
        value = raw.get(key, default)
        if not isinstance(value, str):
            self._wrong(f"{key} is {setting_text(value)}; put it in quotes", *path, key)
        return value

    def _needed(self, raw: dict[str, Any], key: str, *path: str | int) -> str:
        value = self._text_of(raw, key, "", *path).strip()
        if not value:
            self._wrong(f"{key} is missing; it is a text in quotes", *path, key)
        return value

    def _whole(
        self, raw: dict[str, Any], key: str, default: int, least: int, *path: str | int
    ) -> int:
        value = raw.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self._wrong(
                f"{key} is {setting_text(value)}; it is a whole number from {least} up", *path, key
            )
        if value > MOST_RUNS and key != "seed":
            self._wrong(f"{key} is {value:,}; at most {MOST_RUNS:,} runs make sense", *path, key)
        return value

    def _section(self, key: str) -> dict[str, Any]:
        value = self._raw.get(key, {})
        if not isinstance(value, dict):
            self._wrong(f"{key} is a table: write [{key}]", key)
        return value

    def _tables(self, key: str) -> tuple[dict[str, Any], ...]:
        value = self._raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self._wrong(f"{key} is a list of tables: write [[{key}]]", key)
        return tuple(value)

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

        return tuple(map(plain, self._tables(key)))

    def _settings(self, raw: Any, *path: str | int) -> tuple[tuple[str, str], ...]:
        if not isinstance(raw, dict):
            self._wrong('set is a table: {"protocol.probe_interval" = "2s"}', *path)
        found = tuple((key, setting_text(value)) for key, value in _flat(raw, lambda _: False))
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
        } | {f"measure.{name}": f"[measure] {name}" for name in self._section("measure")}
        if key in elsewhere:
            self._wrong(f"{key} is not for set or [axes]: {elsewhere[key]} says it", *path, key)
        if re.fullmatch(r"event\.[^.]+\.name", key):
            self._wrong(f"{key}: a name changes no result", *path, key)

    def _names(self, found: Sequence[Scenario | Variant], key: str) -> None:
        for number, each in enumerate(found):
            if not _NAME.fullmatch(each.name):
                self._wrong(
                    f'name "{each.name}": names are up to 80 letters, digits, ".", "_" and "-"',
                    key, number, "name",
                )  # fmt: skip
            if each.name in [other.name for other in found[:number]]:
                self._wrong(f'there are two of the name "{each.name}"', key, number, "name")

    def _scenarios(self) -> tuple[Scenario, ...]:
        found = []
        for number, raw in enumerate(self._tables("scenario")):
            path = ("scenario", number)
            self._known(raw, ("file", "name", "set"), *path)
            file = Path(self._needed(raw, "file", *path))
            name = self._text_of(raw, "name", file.stem, *path)
            settings = self._settings(raw.get("set", {}), *path, "set")
            beside = self._path.parent / file
            if not _exists(beside):
                self._wrong(
                    f"there is no file {path_text(beside)}; the path counts from the study file",
                    *path, "file",
                )  # fmt: skip
            found.append(Scenario(name, beside, settings, self._places.line(*path)))
        if not found:
            self._wrong('there is no [[scenario]]; it needs one, with file = "..."')
        self._names(found, "scenario")
        return tuple(found)

    def _variants(self) -> tuple[Variant, ...]:
        found = []
        for number, raw in enumerate(self._tables("variant")):
            path = ("variant", number)
            self._known(raw, ("name", "set"), *path)
            name = self._needed(raw, "name", *path)
            settings = self._settings(raw.get("set", {}), *path, "set")
            found.append(Variant(name, settings, self._places.line(*path)))
        self._names(found, "variant")
        return tuple(found) or (Variant("", (), 1),)

    def _axes(self) -> list[Levels]:
        def is_range(value: dict[str, Any]) -> bool:
            return "from" in value or "to" in value or "steps" in value

        found = []
        for key, written in _flat(self._section("axes"), is_range):
            self._settable(key, "axes")
            try:
                found.append(levels(key, written))
            except DesignError as error:
                self._wrong(f"axes.{key}: {error}", "axes", key)
        return found

    def _design(self) -> Design:
        raw = self._section("design")
        self._known(raw, ("kind", "points", "seed"), "design")
        points = self._whole(raw, "points", 1, 1, "design") if "points" in raw else None
        seed = self._whole(raw, "seed", 1, 0, "design")
        return Design(self._text_of(raw, "kind", "factorial", "design"), points, seed)

    def _replicate(self) -> Replicate:
        raw = self._section("replicate")
        self._known(raw, ("at_least", "at_most", "until", "budget", "seed"), "replicate")
        until = raw.get("until", {})
        if not isinstance(until, dict) or not all(isinstance(v, str) for v in until.values()):
            self._wrong(
                'until is a table of precisions, such as {"full_dissemination_s.median" = "±5 %"}',
                "replicate", "until",
            )  # fmt: skip
        at_least = self._whole(raw, "at_least", DEFAULT_RUNS, 1, "replicate")
        at_most = self._whole(raw, "at_most", at_least, 1, "replicate")
        if until and "at_most" not in raw:
            self._wrong("until needs at_most, so that it ends", "replicate", "until")
        if at_most < at_least:
            self._wrong(
                f"at_most is {at_most}, less than at_least, {at_least}", "replicate", "at_most"
            )
        if at_most > at_least and not until:
            self._wrong(
                f"at_most is {at_most}, but without until nothing says when more than"
                f" {at_least} runs are needed",
                "replicate", "at_most",
            )  # fmt: skip
        budget_s = None
        if "budget" in raw:
            written = setting_text(raw["budget"])
            budget_s = budget_of(written)
            if budget_s is None:
                self._wrong(
                    f'budget is {written}; write "90s", "30min" or "2h"', "replicate", "budget"
                )
        seed = self._whole(raw, "seed", 1, 0, "replicate")
        if seed + at_most - 1 > MOST_SEED:
            self._wrong(
                f"seed is {seed}, and the last of {at_most} seeds would be above {MOST_SEED}",
                "replicate", "seed",
            )  # fmt: skip
        return Replicate(at_least, at_most, until, budget_s, seed)

    def _measure(self) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        raw = self._section("measure")
        self._known(raw, (*_WINDOW, "measures"), "measure")
        measures = raw.get("measures", [])
        if not isinstance(measures, list) or not all(isinstance(m, str) for m in measures):
            self._wrong("measures is a list of names in quotes", "measure", "measures")
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


def near(name: str, known: Iterable[str]) -> str:
    """Which of the known names was meant, in words."""
    names = list(known)
    found = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {found[0]}?" if found else f"known are {', '.join(names)}"


def _flat(
    raw: dict[str, Any], is_value: Callable[[dict[str, Any]], bool], prefix: str = ""
) -> Iterable[tuple[str, Any]]:
    """Keys with dots, whether they were written in quotes or not."""
    for key, value in raw.items():
        if isinstance(value, dict) and not is_value(value):
            yield from _flat(value, is_value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
