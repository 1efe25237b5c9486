# SPDX-License-Identifier: GPL-2.0-only
"""Reads the folder of one run: run.json, events.csv and traffic.csv (docs/records.md).

A run of 1000 members through a partition holds three million events, so the table is held as numpy
columns of small integers: members and event kinds are codes, and the text of the file is not kept.
Whatever does not fit the format is refused with the file, the line and what would be right, because
a metric of a table that was misread looks exactly like a metric.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

NS_PER_S = 1_000_000_000

RUN_FORMAT = 1
"""The `format` of run.json that this reader understands."""

NOBODY = -1
"""Code of an empty observer, subject or source, and of an empty incarnation."""

EVENT_KINDS = (
    # What members conclude.
    "joined",
    "suspect",
    "refuted",
    "dead",
    "left",
    "updated",
    "conflict",
    "rejected",
    # Ground truth: what the scenario did.
    "crash",
    "restart",
    "pause",
    "resume",
    "stall",
    "unstall",
    "leave",
    "join",
    "partition",
    "heal",
    "loss",
    "datagram_loss",
    "delay",
    "jitter",
    "duplication",
    "reorder",
    "slow",
    "block",
    "unblock",
    "disconnect",
    "reconnect",
    "inject",
    "update",
)
"""Every event of docs/records.md. The position is the code that stands in `Events.kind`."""

KIND = {name: code for code, name in enumerate(EVENT_KINDS)}
"""Event name to code: `events.kind == KIND["dead"]`."""

EVENT_COLUMNS = ("time_ns", "observer", "event", "subject", "incarnation", "source")
TRAFFIC_COLUMNS = ("second", "kind", "sent", "sent_bytes", "received", "received_bytes")

_FIRST_DATA_LINE = 2  # line 1 is the header


class RecordError(Exception):
    """A record is missing or does not fit docs/records.md; the message says where and how."""


_DURATION = re.compile(r"([0-9.]+)(ns|us|ms|s|m|h)")
_UNIT_NS = {
    "ns": 1,
    "us": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}


def _duration_ns(text: str) -> int:
    """A duration as scenarios spell it, such as 500ms."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise RecordError(f"run.json: {text!r} is no duration; right would be one like '500ms'")
    return round(float(match[1]) * _UNIT_NS[match[2]])


@dataclass(frozen=True)
class RunInfo:
    """What run.json says about a run. Times in seconds of simulated time unless named otherwise."""

    name: str
    """Name of the run's folder, for instance `seed-1` or `p003-seed-1`."""
    seed: int
    point: dict[str, str]
    """This run's place in the sweep, `{}` without one."""
    member_names: tuple[str, ...]
    simulated_s: float
    wall_s: float
    starts_converged: bool
    """Every member knows every other from the start (`cluster.start = "converged"`)."""
    events_sha256: str
    conclusions_sha256: str | None
    """None where the run recorded its events, and not their summary."""
    raw: dict[str, Any]
    """run.json as it stands, for what a report prints without computing with it."""

    @property
    def members(self) -> int:
        return len(self.member_names)

    @property
    def group(self) -> np.ndarray:
        """Which of several clusters side by side each member belongs to at the start, from 0."""
        result = np.zeros(self.members, dtype=np.int32)
        index = {name: member for member, name in enumerate(self.member_names)}
        for number, names in enumerate(self.raw.get("groups", ())):
            result[[index[name] for name in names]] = number
        return result

    @property
    def counts(self) -> dict[str, int]:
        """What all members did that no event tells; {} in records of another make."""
        return self.raw.get("counts", {})

    @property
    def valid(self) -> bool:
        """Whether a run in real time was on time; one in simulated time always is."""
        return self.raw.get("valid", True)

    @property
    def longest_probe_ns(self) -> int:
        """How long a probe can be under way: the protocol period of the member of the worst health.

        0 where run.json has no protocol settings, as of agents of another make.
        """
        settings = self.raw["scenario"]["resolved"]
        interval = settings.get("protocol.probe_interval")
        if interval is None:
            return 0
        return _duration_ns(interval) * int(settings.get("protocol.awareness_max_multiplier", 1))


@dataclass(frozen=True)
class TruthRow:
    """One row of ground truth: what the scenario did, and its place among all rows of the table."""

    row: int
    """Index into the columns of `Events`; the order of rows is the order of happening."""
    time_ns: int
    event: str
    member: int
    """Index of the member, NOBODY where the row is about everybody."""
    incarnation: int
    value: str
    """The value that was set, for a partition the member's side; empty where there is none."""


@dataclass(frozen=True)
class Events:
    """events.csv as columns of one length, in the order of the file, plus the ground truth as rows.

    Member columns hold indices into `RunInfo.member_names`, or NOBODY.
    """

    time_ns: np.ndarray
    observer: np.ndarray
    kind: np.ndarray
    subject: np.ndarray
    incarnation: np.ndarray
    source: np.ndarray
    truth: tuple[TruthRow, ...]

    def __len__(self) -> int:
        return len(self.time_ns)

    def rows_of(self, *names: str) -> np.ndarray:
        """Indices of the rows in which a member concluded one of the events `names`, in order."""
        mask = np.zeros(len(EVENT_KINDS), dtype=bool)
        mask[[KIND[name] for name in names]] = True
        return np.flatnonzero(mask[self.kind] & (self.observer != NOBODY))


def run_folders(out_dir: Path) -> list[Path]:
    """The finished runs of a campaign, in the order of sweep point and seed.

    A folder with a leading dot is a run that is not finished and is not read.
    """
    runs = out_dir / "runs"
    if not runs.is_dir():
        raise RecordError(f"{runs}: no such folder; a campaign keeps its runs there")
    folders = [f for f in runs.iterdir() if f.is_dir() and not f.name.startswith(".")]
    if not folders:
        raise RecordError(f"{runs}: holds no finished run")
    # Numbers in names compare as numbers, so that seed-10 stands after seed-9.
    return sorted(folders, key=lambda f: [int(p) if p.isdigit() else p for p in _parts(f.name)])


def read_run_info(folder: Path) -> RunInfo:
    """Reads and checks run.json of a run's folder."""
    path = folder / "run.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecordError(f"{path}: no such file; each run describes itself there") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise RecordError(f"{path}: not JSON: {error}") from None
    if not isinstance(raw, dict):
        raise RecordError(f"{path}: must hold one object, holds {type(raw).__name__}")
    if raw.get("format") != RUN_FORMAT:
        raise RecordError(
            f"{path}: format is {raw.get('format')!r}, this reader knows {RUN_FORMAT}"
        )
    start = _resolved(raw, path).get("cluster.start", "converged")
    if start not in ("converged", "join"):
        raise RecordError(f'{path}: cluster.start is "{start}", must be "converged" or "join"')
    names = _field(raw, "member_names", list, path)
    if len(set(names)) != len(names) or not names:
        raise RecordError(f"{path}: member_names must hold at least one name, each once")
    if _field(raw, "members", int, path) != len(names):
        raise RecordError(f"{path}: members is {raw['members']}, member_names has {len(names)}")
    return RunInfo(
        name=folder.name,
        seed=_field(raw, "seed", int, path),
        point=_field(raw, "point", dict, path),
        member_names=tuple(names),
        simulated_s=float(_field(raw, "simulated_s", (int, float), path)),
        wall_s=float(_field(raw, "wall_s", (int, float), path)),
        starts_converged=start == "converged",
        events_sha256=_field(raw, "events_sha256", str, path),
        conclusions_sha256=(
            _field(raw, "conclusions_sha256", str, path)
            if _resolved(raw, path).get("record") == "summary"
            else None
        ),
        raw=raw,
    )


def read_events(folder: Path, info: RunInfo) -> Events:
    """Reads and checks events.csv: its hash, columns, names, event kinds and order of time."""
    path = folder / "events.csv"
    content = _content(path)
    _check_sum(path, content, info.events_sha256)
    table = _table(path, content, EVENT_COLUMNS, _EVENT_TYPES)
    del content
    member_codes = {name: index for index, name in enumerate(info.member_names)}
    time_ns = table["time_ns"].to_numpy()
    backwards = np.flatnonzero(np.diff(time_ns) < 0)
    if len(backwards):
        line = backwards[0] + 1 + _FIRST_DATA_LINE
        raise RecordError(f"{path}:{line}: time_ns runs backwards; rows must be ordered by time")
    observer = _codes(table["observer"], member_codes, path, "a member of run.json or empty")
    kind = _codes(table["event"], KIND, path, "one of " + ", ".join(EVENT_KINDS))
    if (kind == NOBODY).any():
        line = int(np.flatnonzero(kind == NOBODY)[0]) + _FIRST_DATA_LINE
        raise RecordError(f"{path}:{line}: event is empty, must be one of {', '.join(EVENT_KINDS)}")
    subject = _codes(table["subject"], member_codes, path, "a member of run.json or empty")
    incarnation = table["incarnation"].fillna(NOBODY).to_numpy().astype(np.int64)
    events = Events(
        time_ns=time_ns,
        observer=observer,
        kind=kind.astype(np.int8),
        subject=subject,
        incarnation=incarnation,
        # A source may be a value or a reason; only where it is a member does it have a code.
        source=_codes(table["source"], member_codes, path, None),
        truth=_truth_rows(table, time_ns, observer, subject, incarnation),
    )
    _check_subjects(events, path)
    return events


def read_conclusions(folder: Path, info: RunInfo) -> dict[str, Any]:
    """Reads conclusions.json of a run with record = "summary", and checks its hash."""
    path = folder / "conclusions.json"
    content = _content(path)
    _check_sum(path, content, info.conclusions_sha256)
    return json.loads(content)


def _check_sum(path: Path, content: bytes, expected: str | None) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise RecordError(
            f"{path}: sha256 is {found}, run.json says {expected}; the file was changed"
            " or cut after the run, so run it again"
        )


def read_traffic(folder: Path) -> pd.DataFrame:
    """Reads traffic.csv: one row a second and kind, counts as int64, `kind` as text."""
    path = folder / "traffic.csv"
    types = {column: "int64" for column in TRAFFIC_COLUMNS} | {"kind": "str"}
    table = _table(path, _content(path), TRAFFIC_COLUMNS, types)
    numbers = [column for column in TRAFFIC_COLUMNS if column != "kind"]
    negative = np.flatnonzero((table[numbers] < 0).any(axis=1))
    if len(negative):
        raise RecordError(f"{path}:{negative[0] + _FIRST_DATA_LINE}: a negative number")
    return table


_EVENT_TYPES = {
    "time_ns": "int64",
    "observer": "category",
    "event": "category",
    "subject": "category",
    "incarnation": "float64",  # exact to 2^53; the wire carries 32 bits; NaN where empty
    "source": "category",
}

_GROUND_TRUTH_ABOUT_ALL = (
    "heal",
    "unblock",
    "loss",
    "datagram_loss",
    "delay",
    "jitter",
    "duplication",
    "reorder",
)


def _truth_rows(
    table: pd.DataFrame,
    time_ns: np.ndarray,
    observer: np.ndarray,
    subject: np.ndarray,
    incarnation: np.ndarray,
) -> tuple[TruthRow, ...]:
    """The rows without an observer, with the text of what was set."""
    rows = np.flatnonzero(observer == NOBODY)
    names = table["event"].iloc[rows].astype(str)
    values = table["source"].iloc[rows].astype(object).fillna("")
    return tuple(
        TruthRow(int(row), int(time_ns[row]), name, int(subject[row]), int(incarnation[row]), value)
        for row, name, value in zip(rows, names, values)
    )


def _check_subjects(events: Events, path: Path) -> None:
    """Every event names its subject, except those that may be about everybody or about nobody."""
    optional = [KIND[name] for name in (*_GROUND_TRUTH_ABOUT_ALL, "rejected")]
    bad = np.flatnonzero((events.subject == NOBODY) & ~np.isin(events.kind, optional))
    if len(bad):
        name = EVENT_KINDS[events.kind[bad[0]]]
        raise RecordError(
            f"{path}:{bad[0] + _FIRST_DATA_LINE}: subject is empty, a {name} row must name one"
        )
    concluded = events.kind < KIND["crash"]
    bad = np.flatnonzero(concluded != (events.observer != NOBODY))
    if len(bad):
        name = EVENT_KINDS[events.kind[bad[0]]]
        rule = "must name its observer" if concluded[bad[0]] else "is ground truth: no observer"
        raise RecordError(f"{path}:{bad[0] + _FIRST_DATA_LINE}: a {name} row {rule}")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise RecordError(f"{path}: no such file; the run is not complete") from None


def _table(path: Path, content: bytes, columns: tuple[str, ...], types: dict) -> pd.DataFrame:
    header = content[: content.find(b"\n")].decode("utf-8", errors="replace").rstrip("\r")
    if header != ",".join(columns):
        raise RecordError(f"{path}:1: the columns are {header!r}, must be {','.join(columns)!r}")
    try:
        # Only emptiness means "none": a member may be called NA.
        return pd.read_csv(
            io.BytesIO(content), dtype=types, keep_default_na=False, na_values=[""], engine="c"
        )
    except (ValueError, pd.errors.ParserError) as error:
        raise RecordError(f"{path}: {error}") from None


def _codes(
    column: pd.Series, known: dict[str, int], path: Path, expected: str | None
) -> np.ndarray:
    """Maps a categorical column through `known`; empty becomes NOBODY.

    What is not in `known` is refused by the name of what was `expected`; without that it becomes
    NOBODY too.
    """
    categories = [str(category) for category in column.cat.categories]
    codes = column.cat.codes.to_numpy()
    if expected is not None:
        for position, name in enumerate(categories):
            if name not in known:
                line = int(np.flatnonzero(codes == position)[0]) + _FIRST_DATA_LINE
                raise RecordError(f"{path}:{line}: {column.name} is {name!r}, must be {expected}")
    # The last place answers for code -1, which pandas gives to an empty cell.
    translation = np.array([known.get(name, NOBODY) for name in categories] + [NOBODY])
    return translation.astype(np.int32)[codes]


def _field(raw: dict[str, Any], key: str, types: Any, path: Path) -> Any:
    value = raw.get(key)
    if not isinstance(value, types) or isinstance(value, bool):
        raise RecordError(f"{path}: {key} is {value!r}, which is missing or of the wrong type")
    return value


def _resolved(raw: dict[str, Any], path: Path) -> dict[str, Any]:
    scenario = _field(raw, "scenario", dict, path)
    return _field(scenario, "resolved", dict, path)


def _parts(name: str) -> list[str]:
    """Splits a name into its runs of digits and of other characters, starting with the latter."""
    return re.split(r"(\d+)", name)
