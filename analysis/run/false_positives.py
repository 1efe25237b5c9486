# SPDX-License-Identifier: GPL-2.0-only
"""Live members that were accused: false positives, and wrong suspicions that were refuted.

Lifeguard's definitions (section V-F1): FP counts each dead event, by any observer, about a member
outside the anomalous set; FP- those whose observer is outside it too. An accusation is about an
incarnation, and only a refutation raises it, so whether an accusation is false is decided by where
its incarnation was first accused, not only by the state at the moment in which it arrives:

    true       the subject is crashed, paused, left or not there yet; or it is live again, but the
               incarnation was accused while it was not, or is that of an earlier process
    partition  a partition is between observer and subject, or the observer is unplugged; or neither
               is so, but the incarnation was accused across a partition that has ended since or by
               an unplugged member (its suspicion timers go on, and the others are told of them), or
               by a probe that was sent across it and failed after its end
    false      everything else

An accusation within one side of a partition is judged as if there were none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.run.incarnations import Lives
from analysis.run.records import KIND, NOBODY, NS_PER_S, Events, RunInfo
from analysis.run.truth import LIVE, UNPLUGGED, Truth
from analysis.run.views import Views

TRUE, PARTITION, FALSE = range(3)


@dataclass(frozen=True)
class Incidents:
    """Wrong deaths, each counted once, whoever was told of it."""

    count: int


@dataclass(frozen=True)
class FalsePositiveMetrics:
    """Live members declared dead. Series are counts in each second of the run."""

    events: int
    pairs: int
    subjects: int
    fp_minus: int
    about_bystanders: int
    """FP events about members to which the scenario had done nothing."""
    among_bystanders: int
    """Those by such members, too."""
    during_partition: int
    events_per_second: list[int]
    during_partition_per_second: list[int]
    events_by_accuser: dict[str, int]
    """FP events by the member whose word was believed (`source`), most first."""
    incidents: Incidents


@dataclass(frozen=True)
class Accusations:
    """All suspect and dead rows, with the verdict on each. Columns of one length, in row order."""

    row: np.ndarray
    observer: np.ndarray
    subject: np.ndarray
    is_dead: np.ndarray
    verdict: np.ndarray


def judge(events: Events, truth: Truth, lives: Lives, longest_probe_ns: int = 0) -> Accusations:
    """Decides of every accusation whether it was true, due to a partition, or false."""
    row = events.rows_of("suspect", "dead")
    observer, subject = events.observer[row], events.subject[row]
    incarnation = events.incarnation[row]
    subject_live = truth.health(subject, row) == LIVE
    separated = truth.separated(observer, subject, row)

    accused_while_not_live = _highest_before(subject, incarnation, ~subject_live, truth.members)
    known = incarnation != NOBODY
    stale = known & (incarnation <= accused_while_not_live)
    stale |= lives.is_of_earlier_life(subject, incarnation, row)
    across = subject_live & separated
    unplugged = subject_live & (truth.health(observer, row) == UNPLUGGED)
    afar = unplugged | (subject_live & _probed_unplugged(events, row, truth, longest_probe_ns))
    accused_from_afar = _highest_before(subject, incarnation, afar, truth.members)
    across |= subject_live & _probed_across(events, row, truth, longest_probe_ns)
    inherited = known & _accused_across_ended_partition(row, subject, incarnation, across, truth)
    inherited |= known & (incarnation <= accused_from_afar)

    verdict = np.full(len(row), FALSE, dtype=np.int8)
    verdict[inherited] = PARTITION
    verdict[stale] = TRUE
    verdict[separated | unplugged] = PARTITION
    verdict[~subject_live] = TRUE
    return Accusations(row, observer, subject, events.kind[row] == KIND["dead"], verdict)


def _highest_before(
    subject: np.ndarray, incarnation: np.ndarray, counted: np.ndarray, members: int
) -> np.ndarray:
    """For each accusation, the highest incarnation of its subject among the counted ones up to it.

    NOBODY where there is none.
    """
    result = np.full(len(subject), NOBODY, dtype=np.int64)
    has_counted = np.zeros(members, dtype=bool)
    has_counted[subject[counted]] = True
    positions = np.flatnonzero(has_counted[subject])
    positions = positions[np.argsort(subject[positions], kind="stable")]
    value = np.where(counted[positions], incarnation[positions], NOBODY)
    # Subjects stand one after the other; an offset that grows faster than any incarnation keeps the
    # running maximum of one from reaching into the next.
    offset = subject[positions].astype(np.int64) * (int(value.max(initial=0)) + 2)
    result[positions] = np.maximum.accumulate(value + offset) - offset
    return result


def _probed_across(
    events: Events, row: np.ndarray, truth: Truth, longest_probe_ns: int
) -> np.ndarray:
    """Whether each accusation is the accuser's own, about a member of what was another side until the
    heal, and comes so soon after it that its probe may have been sent before."""
    result = np.zeros(len(row), dtype=bool)
    own = events.observer[row] == events.source[row]
    for epoch in truth.partitions:
        if epoch.end_ns is None:
            continue
        late = (row >= epoch.end_row) & (events.time_ns[row] <= epoch.end_ns + longest_probe_ns)
        result |= own & late & epoch.separates(events.observer[row], events.subject[row])
    return result


def _probed_unplugged(
    events: Events, row: np.ndarray, truth: Truth, longest_probe_ns: int
) -> np.ndarray:
    """Whether each accusation is the word of a member that was plugged in again so shortly before
    that its probe may have been sent while it was unplugged."""
    result = np.zeros(len(row), dtype=bool)
    for life in truth.lives:
        if life.event == "reconnect":
            late = (row >= life.row) & (events.time_ns[row] <= life.time_ns + longest_probe_ns)
            result |= late & (events.source[row] == life.member)
    return result


def _accused_across_ended_partition(
    row: np.ndarray,
    subject: np.ndarray,
    incarnation: np.ndarray,
    across: np.ndarray,
    truth: Truth,
) -> np.ndarray:
    """Whether each accusation's incarnation was accused across a partition that ended before it."""
    result = np.zeros(len(row), dtype=bool)
    following = [*(epoch.start_row for epoch in truth.partitions), truth.rows][1:]
    for epoch, next_start in zip(truth.partitions, following, strict=True):
        start, end, until = np.searchsorted(row, (epoch.start_row, epoch.end_row, next_start))
        inside = np.flatnonzero(across[start:until]) + start
        highest = np.full(truth.members, NOBODY, dtype=np.int64)
        np.maximum.at(highest, subject[inside], incarnation[inside])
        result[end:] |= incarnation[end:] <= highest[subject[end:]]
    return result


def false_positive_metrics(
    info: RunInfo, events: Events, truth: Truth, accusations: Accusations
) -> FalsePositiveMetrics:
    """Counts the dead events that were false, and those due to a partition."""
    chosen = accusations.is_dead & (accusations.verdict == FALSE)
    row = accusations.row[chosen]
    observer, subject = accusations.observer[chosen], accusations.subject[chosen]
    # Outside the anomalous set is who was never paused: Lifeguard counts a slow member as slow also
    # in the gaps between its pauses, which is when it buries the others.
    healthy = (truth.health(observer, row) == LIVE) & ~truth.ever_paused(observer, row)
    untouched = ~truth.ever_touched(subject, row)
    partition_row = accusations.row[accusations.is_dead & (accusations.verdict == PARTITION)]
    return FalsePositiveMetrics(
        events=len(row),
        pairs=len(np.unique(observer.astype(np.int64) * truth.members + subject)),
        subjects=len(np.unique(subject)),
        fp_minus=int(healthy.sum()),
        about_bystanders=int(untouched.sum()),
        among_bystanders=int((untouched & ~truth.ever_touched(observer, row)).sum()),
        during_partition=len(partition_row),
        events_per_second=per_second(events.time_ns[row], info.simulated_s),
        during_partition_per_second=per_second(events.time_ns[partition_row], info.simulated_s),
        events_by_accuser=_by_accuser(info, events, row),
        incidents=Incidents(len(set(zip(subject.tolist(), events.incarnation[row].tolist())))),
    )


def per_second(time_ns: np.ndarray, simulated_s: float) -> list[int]:
    """Counts the times in each second of the run; what happens as it ends is in the last one."""
    seconds = max(math.ceil(simulated_s), 1)
    second = np.minimum(time_ns // NS_PER_S, seconds - 1)
    return np.bincount(second, minlength=seconds).tolist()


def _by_accuser(info: RunInfo, events: Events, row: np.ndarray) -> dict[str, int]:
    accuser = np.where(events.source[row] != NOBODY, events.source[row], events.observer[row])
    members, counts = np.unique(accuser, return_counts=True)
    order = np.lexsort((members, -counts))
    return {info.member_names[members[i]]: int(counts[i]) for i in order}


def refuted_suspicions(events: Events, views: Views, accusations: Accusations) -> int:
    """False suspicions after which the same observer saw the subject refute.

    The next change of the observer's view of the subject must be the refutation: a suspicion that
    became a dead event first is a false positive instead.
    """
    false_suspect = np.zeros(len(events), dtype=bool)
    false_suspect[accusations.row[~accusations.is_dead & (accusations.verdict == FALSE)]] = True
    suspected = false_suspect[views.row]
    pair = views.pair()
    candidates = np.flatnonzero(np.isin(pair, np.unique(pair[suspected])))
    order = candidates[np.argsort(pair[candidates], kind="stable")]
    same_pair = pair[order][1:] == pair[order][:-1]
    refuted = events.kind[views.row[order]] == KIND["refuted"]
    return int((same_pair & suspected[order][:-1] & refuted[1:]).sum())
