# SPDX-License-Identifier: GPL-2.0-only
"""result.json of a tune as values: what was asked, what was tried, and what is recommended.

campaign/tune/outcome.py writes it. Everything the report says is in it, so the report can be made again
without a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.study.estimates import Estimate
from analysis.tune.reader import Part, read

RESULT_NAME = "result.json"
RESULT_FORMAT = 1
WRITER = "./swimlab tune"
LESS, MORE = "<=", ">="
PATH, PACKET = "path", "packet"

Estimates = Mapping[str, Estimate]
"""By the name of the measure."""


@dataclass(frozen=True)
class Goal:
    """What a setting must keep, by the far end of an interval."""

    measure: str
    words: str
    unit: str
    op: str
    limit: float
    text: str
    """As the file of the tune has it: "<= 8 s"."""


@dataclass(frozen=True)
class Product:
    name: str
    title: str
    version: str
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    place: str = ""
    """Where the block goes."""
    unsettable: str = ""
    """Where nothing of its gossip can be set, that."""

    @property
    def short(self) -> str:
        """Of "Consul, the gossip pool of a datacenter (LAN)" what people call it."""
        return self.title.partition(",")[0]


@dataclass(frozen=True)
class Axis:
    """What the search varied."""

    key: str
    name: str
    """In the product's words: "gossip_lan.probe_interval"."""
    unit: str
    low: str
    high: str
    """Both empty where it has no range but alternatives."""
    scale: str
    levels: int
    default: str


@dataclass(frozen=True)
class Fixed:
    """What the product has compiled in."""

    name: str
    key: str
    value: str
    source: str


@dataclass(frozen=True)
class Scenario:
    name: str
    weight: float
    members: int
    duration_s: float


@dataclass(frozen=True)
class Setting:
    """One that was tried, or that theory excluded."""

    id: str
    point: Mapping[str, str]
    """By the key of the axis."""
    stage: str
    runs: int
    excluded: str
    """Why no run was needed; empty where it was tried."""
    measures: Estimates


@dataclass(frozen=True)
class Robust:
    """A choice where something is not as was asked."""

    what: str
    set: Mapping[str, str]
    measures: Estimates


@dataclass(frozen=True)
class Choice:
    """A setting that is recommended, or the product's default, on seeds that the search had not seen."""

    rank: int
    """From 1; 0 of the default."""
    id: str
    point: Mapping[str, str]
    block: str
    kept: Mapping[str, bool]
    """By measure, whether the tune took it for kept at path fidelity: its bound is farther out than the
    interval's end, since several settings were looked at, and again after more runs."""
    path: Estimates
    packet: Estimates
    against_default: Estimates
    """By how much this is above the default, in pairs of one seed."""
    robust: tuple[Robust, ...]
    runs: Mapping[str, int] = field(default_factory=dict)
    """By fidelity."""


@dataclass(frozen=True)
class Price:
    """What a goal costs: the objective where its limit is relaxed."""

    goal: str
    limit: float
    relaxed: float
    objective: str
    value: float | None
    relaxed_value: float | None


@dataclass(frozen=True)
class Sensitivity:
    """Sobol's indices of a measure: the share of its variance that an axis brings alone (first), and with
    all others (total); each as an Estimate."""

    measure: str
    axis: str
    first: Estimate
    total: Estimate


@dataclass(frozen=True)
class Contradiction:
    """Two goals of which no setting keeps both, or one that none keeps."""

    goals: tuple[str, ...]
    best: Estimate | None
    """Of the first, where the second is kept."""
    says: str
    at: Mapping[str, str]
    """The setting that has it."""


@dataclass(frozen=True)
class Unshown:
    """A goal that the runs that there were leave open."""

    goal: str
    bound: float | None
    needed_member_s: float | None
    says: str


@dataclass(frozen=True)
class Beyond:
    """What would be gained by what the product cannot set."""

    name: str
    key: str
    was: str
    to: str
    measure: str
    gain: Estimate
    says: str


@dataclass(frozen=True)
class Result:
    title: str
    question: str
    command: str
    product: Product
    goals: tuple[Goal, ...]
    minimise: tuple[str, ...]
    axes: tuple[Axis, ...]
    fixed: tuple[Fixed, ...]
    scenarios: tuple[Scenario, ...]
    runs: Mapping[str, int]
    settings: tuple[Setting, ...]
    recommended: tuple[Choice, ...]
    default: Choice | None
    front: frozenset[str]
    prices: tuple[Price, ...]
    sensitivity: tuple[Sensitivity, ...]
    contradictions: tuple[Contradiction, ...]
    unshown: tuple[Unshown, ...]
    beyond: tuple[Beyond, ...]
    notes: tuple[str, ...] = ()
    front_maybe: frozenset[str] = frozenset()
    over: bool = False
    """Whether the budget ended before all that was planned was done."""
    rare: str = ""
    """What splitting estimates of false burials, in a sentence; empty: it was not asked."""
    skipped: tuple[str, ...] = ()
    """What there was no budget for."""

    @property
    def best(self) -> Choice | None:
        """The first choice; None where nothing keeps the goals."""
        return self.recommended[0] if self.recommended else None

    @property
    def choices(self) -> Sequence[Choice]:
        """What stands side by side: the recommended ones, and the default last."""
        return [*self.recommended, *([self.default] if self.default else [])]

    def goal(self, name: str) -> Goal | None:
        """By its measure, or by measure and limit."""
        for goal in self.goals:
            if name in (goal.measure, goal.text, f"{goal.measure} {goal.text}"):
                return goal
        return None


def read_result(folder: Path) -> Result:
    """Of a tune's folder. Raises RecordError where result.json is missing, damaged, or of another version."""
    whole = read(folder / RESULT_NAME, WRITER)
    if whole.raw.get("format") != RESULT_FORMAT:
        whole.wrong(
            "format", f"{RESULT_FORMAT}, the one that this reader knows", whole.raw.get("format")
        )
    settings = tuple(map(_setting, whole.parts("settings")))
    result = Result(
        whole.text("title"),
        whole.text("question", ""),
        whole.text("command"),
        _product(whole.part("product")),
        tuple(map(_goal, whole.parts("goals"))),
        whole.texts("minimise"),
        tuple(map(_axis, whole.parts("axes"))),
        tuple(map(_fixed, whole.parts("fixed"))),
        tuple(map(_scenario, whole.parts("scenarios"))),
        whole.mapping("runs", Part.count),
        settings,
        tuple(map(_choice, whole.parts("recommended"))),
        _choice(whole.part("default")) if whole.has("default") else None,
        frozenset(whole.texts("front")),
        tuple(map(_price, whole.parts("prices"))),
        tuple(map(_sensitivity, whole.parts("sensitivity"))),
        tuple(map(_contradiction, whole.parts("contradictions"))),
        tuple(map(_unshown, whole.parts("unshown"))),
        tuple(map(_beyond, whole.parts("beyond"))),
        whole.texts("notes"),
        frozenset(whole.texts("front_maybe")),
        whole.has("over") and whole.flag("over"),
        whole.part("rare").text("says") if whole.has("rare") else "",
        whole.texts("skipped"),
    )
    _check(whole, result)
    return result


def _check(whole: Part, result: Result) -> None:
    """What one part says of another must be there."""
    if not result.goals and not result.minimise:
        whole.wrong("minimise", "a measure at least, where there is no goal", [])
    known = {setting.id for setting in result.settings}
    for unknown in sorted((result.front | result.front_maybe) - known):
        whole.wrong("front", "ids of settings", unknown)
    axes = {axis.key for axis in result.axes}
    for number, one in enumerate(result.sensitivity):
        if one.axis not in axes:
            whole.wrong(f"sensitivity[{number}].axis", "the key of an axis", one.axis)


def _goal(part: Part) -> Goal:
    op = part.text("op")
    if op not in (LESS, MORE):
        part.wrong("op", f"{LESS} or {MORE}", op)
    measure = part.text("measure")
    return Goal(
        measure,
        part.text("words", ""),
        part.text("unit", ""),
        op,
        part.number("limit"),
        part.text("text", ""),
    )


def _product(part: Part) -> Product:
    name = part.text("name")
    return Product(
        name,
        part.text("title", name),
        part.text("version", ""),
        part.texts("sources"),
        part.texts("notes"),
        part.text("place", ""),
        part.text("unsettable", ""),
    )


def _axis(part: Part) -> Axis:
    key = part.text("key")
    return Axis(
        key,
        part.text("name", key),
        part.text("unit", ""),
        part.scalar("low") if part.has("low") else "",
        part.scalar("high") if part.has("high") else "",
        part.text("scale"),
        part.count("levels"),
        part.scalar("default") if part.has("default") else "",
    )


def _fixed(part: Part) -> Fixed:
    return Fixed(
        part.text("name"), part.text("key", ""), part.scalar("value"), part.text("source", "")
    )


def _scenario(part: Part) -> Scenario:
    return Scenario(
        part.text("name"), part.number("weight"), part.count("members"), part.number("duration_s")
    )


def _estimates(part: Part, key: str) -> Estimates:
    return part.mapping(key, Part.estimate)


def _setting(part: Part) -> Setting:
    return Setting(
        part.text("id"),
        part.mapping("point", Part.scalar),
        part.text("stage", ""),
        part.count("runs", 0),
        part.text("excluded", ""),
        _estimates(part, "measures"),
    )


def _choice(part: Part) -> Choice:
    return Choice(
        part.count("rank", 0),
        part.text("id"),
        part.mapping("point", Part.scalar),
        part.text("block", ""),
        part.mapping("kept", Part.flag),
        _estimates(part, "path"),
        _estimates(part, "packet"),
        _estimates(part, "against_default"),
        tuple(
            Robust(
                each.text("what"), each.mapping("set", Part.scalar), _estimates(each, "measures")
            )
            for each in part.parts("robust")
        ),
        {name: part.count(f"{name}_runs", 0) for name in (PATH, PACKET)},
    )


def _price(part: Part) -> Price:
    return Price(
        part.text("goal"),
        part.number("limit"),
        part.number("relaxed"),
        part.text("objective"),
        part.number_or_none("value"),
        part.number_or_none("relaxed_value"),
    )


def _sensitivity(part: Part) -> Sensitivity:
    def index(name: str) -> Estimate:
        ends = [part.number_or_none(key) for key in (name, f"{name}_low", f"{name}_high")]
        return Estimate(ends[0], ends[1], ends[2], 0, 0, "")

    return Sensitivity(part.text("measure"), part.text("axis"), index("first"), index("total"))


def _contradiction(part: Part) -> Contradiction:
    goals = part.texts("goals")
    if len(goals) not in (1, 2):
        part.wrong("goals", "the names of one goal or two", list(goals))
    best = part.estimate("best") if part.has("best") else None
    return Contradiction(goals, best, part.text("says", ""), part.mapping("at", Part.scalar))


def _unshown(part: Part) -> Unshown:
    return Unshown(
        part.text("goal"),
        part.number_or_none("bound"),
        part.number_or_none("needed_member_s"),
        part.text("says", ""),
    )


def _beyond(part: Part) -> Beyond:
    return Beyond(
        part.text("name"),
        part.text("key", ""),
        part.scalar("from"),
        part.scalar("to"),
        part.text("measure"),
        part.as_estimate(),
        part.text("says", ""),
    )
