# SPDX-License-Identifier: GPL-2.0-only
"""The rows of a run's events.csv as arrays, each accusation with its verdict.

A run has millions of rows, so they are columns of numbers and never objects. Members are numbers in the
order of run.json's `member_names`; -1 is nobody, or what is not told.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.run.metrics import PROGRAM
from analysis.run.records import RecordError, RunInfo

EVENTS_NAME = "events.csv"
NOBODY = -1

JOINED, REFUTED, SUSPECT, DEAD, LEFT, CONFLICT, OTHER = range(7)
_KINDS = {
    "joined": JOINED,
    "refuted": REFUTED,
    "suspect": SUSPECT,
    "dead": DEAD,
    "left": LEFT,
    "conflict": CONFLICT,
}

# The bytes of `swimlab-metrics --verdicts` (lab/record/metrics/verdicts.h).
NONE, RIGHT, PARTITION, WRONG = range(4)
_JUDGEMENT, _IN_WINDOW, _ENDS_WRONG, _BY_ANOMALOUS = 3, 4, 8, 16


@dataclass(frozen=True)
class Rows:
    """What members concluded, in the order of the file: arrays of one length."""

    time_ns: np.ndarray
    observer: np.ndarray
    subject: np.ndarray
    kind: np.ndarray
    incarnation: np.ndarray
    source: np.ndarray
    verdict: np.ndarray
    """NONE, RIGHT, PARTITION or WRONG."""
    in_window: np.ndarray
    """Whether the metrics count the row."""
    ends_wrong: np.ndarray
    """Whether it ends a suspicion that was wrong."""
    by_anomalous: np.ndarray
    truth: pd.DataFrame
    """The rows of ground truth: time_ns, event, subject (a number), incarnation, source (text)."""

    def __len__(self) -> int:
        return len(self.time_ns)

    @cached_property
    def of_subject(self) -> dict[int, np.ndarray]:
        """The places of the rows about each member, in order. Rows about oneself are among them."""
        order = np.argsort(self.subject, kind="stable")
        members, starts = np.unique(self.subject[order], return_index=True)
        return {
            int(member): places
            for member, places in zip(members, np.split(order, starts[1:]))
            if member != NOBODY
        }

    def about(self, subject: int) -> np.ndarray:
        return self.of_subject.get(subject, np.zeros(0, dtype=np.int64))


def read_rows(folder: Path, info: RunInfo) -> Rows:
    """Raises RecordError where there are none, or they do not fit docs/records.md."""
    path = folder / EVENTS_NAME
    if info.metrics_sha256 is not None:
        raise RecordError(
            f'{folder}: the run kept no events (record = "summary"), and there is nothing to look at;'
            " run it with --set record=events"
        )
    try:
        table = pd.read_csv(
            path,
            keep_default_na=False,
            na_values=[""],
            dtype={
                "observer": "category",
                "event": "category",
                "subject": "category",
                "source": "category",
                "incarnation": "float64",
            },
        )
    except OSError as error:
        raise RecordError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise RecordError(f"{path}: cannot be read: {error}") from None
    number_of = {name: index for index, name in enumerate(info.member_names)}
    is_truth = table["observer"].isna()
    truth = table[is_truth]
    told = table[~is_truth]
    verdicts = _verdicts(folder, len(told))
    return Rows(
        time_ns=told["time_ns"].to_numpy(np.int64),
        observer=_numbers(told["observer"], number_of),
        subject=_numbers(told["subject"], number_of),
        kind=_numbers(told["event"], _KINDS, OTHER),
        incarnation=told["incarnation"].fillna(-1).to_numpy(np.int64),
        source=_numbers(told["source"], number_of),
        verdict=verdicts & _JUDGEMENT,
        in_window=(verdicts & _IN_WINDOW) != 0,
        ends_wrong=(verdicts & _ENDS_WRONG) != 0,
        by_anomalous=(verdicts & _BY_ANOMALOUS) != 0,
        truth=pd.DataFrame(
            {
                "time_ns": truth["time_ns"].to_numpy(np.int64),
                "event": truth["event"].astype(str).to_numpy(),
                "subject": _numbers(truth["subject"], number_of),
                "incarnation": truth["incarnation"].fillna(-1).to_numpy(np.int64),
                "source": truth["source"].astype(object).fillna("").to_numpy(),
            }
        ),
    )


def _numbers(column: pd.Series, number_of: dict[str, int], other: int = NOBODY) -> np.ndarray:
    """A column of names as numbers; by category, of which there are few."""
    table = np.array([number_of.get(name, other) for name in column.cat.categories] + [other])
    return table[column.cat.codes.to_numpy()].astype(np.int32)


def _verdicts(folder: Path, rows: int) -> np.ndarray:
    with tempfile.NamedTemporaryFile(prefix="swimlab-verdicts-") as file:
        try:
            done = subprocess.run(
                [PROGRAM, "--verdicts", file.name, folder], capture_output=True, text=True
            )
        except FileNotFoundError:
            raise RecordError(
                f"{PROGRAM} is not there to judge what members said; `./swimlab build` makes it"
            ) from None
        if done.returncode != 0:
            raise RecordError(done.stderr.strip() or f"{PROGRAM} ended with {done.returncode}")
        found = np.fromfile(file.name, dtype=np.uint8)
    if len(found) != rows:
        raise RecordError(
            f"{folder / EVENTS_NAME}: {rows} rows by members, and {PROGRAM} judged {len(found)}"
        )
    return found
