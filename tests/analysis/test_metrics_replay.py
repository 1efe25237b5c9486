# SPDX-License-Identifier: GPL-2.0-only
"""The vectorised metrics against a replay row by row, on random tables that mix every fault.

The replay is the definitions of docs/metrics.md spelled out with sets and loops: too slow for a
run, and too plain to hide an error of indices.
"""

import random
from pathlib import Path

import pytest
from run_tables import RunTable

MEMBERS = 5
SIMULATED_S = 60
HELD = ("alive", "suspect")


def random_table(seed: int) -> RunTable:
    """Every member says anything of anybody, while processes and the network come and go."""
    rng = random.Random(seed)
    table = RunTable(MEMBERS, SIMULATED_S, start=rng.choice(["converged", "join"]))
    parted = False
    for at_s in sorted(rng.randrange(SIMULATED_S) for _ in range(rng.randrange(20, 200))):
        name, other = rng.sample(table.names, 2)
        lot = rng.random()
        if lot < 0.04:
            table.truth(at_s, rng.choice(["crash", "pause", "leave"]), name)
        elif lot < 0.08:
            table.truth(at_s, rng.choice(["restart", "resume", "join"]), name)
        elif lot < 0.11:
            if parted:
                table.truth(at_s, "heal")
            else:
                cut = rng.randrange(1, MEMBERS)
                table.partition(at_s, " ".join(table.names[:cut]), " ".join(table.names[cut:]))
            parted = not parted
        else:
            event = rng.choice(["joined", "suspect", "suspect", "refuted", "dead", "dead", "left"])
            table.says(at_s, name, event, other, "")
    return table


class Replay:
    """State of the world, advanced one row at a time."""

    HEALTH = {"crash": "crashed", "pause": "paused", "leave": "left"}

    def __init__(self, table: RunTable) -> None:
        self.rows = [row.split(",") for row in table.rows]
        first: dict[str, str] = {}
        for _, observer, event, subject, _, _ in self.rows:
            if not observer and event not in ("partition", "heal"):
                first.setdefault(subject, event)
        absent = {name for name, event in first.items() if event == "join"}
        self.names = table.names
        self.health = {name: "absent" if name in absent else "live" for name in self.names}
        self.process = {name: 0 for name in self.names}
        self.side: dict[str, str] = {}
        self.healed: tuple[str, dict[str, str]] = ("", {})
        self.cut: set[tuple[str, str]] = set()
        known = table.start == "converged"
        self.view = {
            (o, s): "alive" if known and not {o, s} & absent else "unknown"
            for o in self.names
            for s in self.names
            if o != s
        }

    def _remember_cut(self, time_ns: str, observer: str, event: str, subject: str) -> None:
        """Whose suspicion or death of whom a cut network is behind; everybody tells his own."""
        pair = (observer, subject)
        then, sides = self.healed
        apart = any(
            len({side[name] for name in pair}) == 2
            for side in (self.side, sides if then == time_ns else {})
            if side
        )
        goes_on = event == "dead" and pair in self.cut and self.health[subject] != "live"
        if event in ("suspect", "dead") and (apart or goes_on):
            self.cut.add(pair)
        else:
            self.cut.discard(pair)

    def advance(self, row: list[str]) -> str | None:
        """Applies a row; the answer is the ground truth event that took effect, if any."""
        time_ns, observer, event, subject, _, value = row
        if observer:
            self._remember_cut(time_ns, observer, event, subject)
            self.view[observer, subject] = {
                "joined": "alive",
                "refuted": "alive",
                "suspect": "suspect",
            }.get(event, "gone")
            return None
        if event == "partition":
            self.side[subject] = value
            return event
        if event == "heal":
            self.healed, self.side = (time_ns, self.side), {}
            return event
        health = self.health[subject]
        allowed = {
            "crash": health in ("live", "paused"),
            "pause": health == "live",
            "leave": health == "live",
            "resume": health == "paused",
            "join": health != "live",
            "restart": True,
        }[event]
        if not allowed:
            return None
        self.health[subject] = self.HEALTH.get(event, "live")
        self.process[subject] += 1  # any change makes it another one to whoever waits for it
        if event in ("restart", "join"):
            self.view |= {(subject, s): "unknown" for s in self.names if s != subject}
            self.cut -= {(subject, s) for s in self.names}
        return event


def replayed_crashes(table: RunTable) -> list[tuple[str, float | None, float | None]]:
    """(member, first dead, full dissemination) of each crash."""
    found = []
    world = Replay(table)
    for index, row in enumerate(world.rows):
        if world.advance(row) == "crash":
            found.append(_watch_crash(table, index))
    return found


def _watch_crash(table: RunTable, crash: int) -> tuple[str, float | None, float | None]:
    world = Replay(table)
    for row in world.rows[: crash + 1]:
        world.advance(row)
    at_ns, member = int(world.rows[crash][0]), world.rows[crash][3]
    asked = {n: world.process[n] for n in world.names if world.health[n] == "live"}
    first_dead = full = None
    for row in world.rows[crash + 1 :]:
        event = world.advance(row)
        if event in ("restart", "join") and row[3] == member:
            break
        delay_s = (int(row[0]) - at_ns) / 1e9
        is_word = row[1] and row[2] == "dead" and row[3] == member
        if first_dead is None and is_word and (row[1], member) not in world.cut:
            first_dead = delay_s
        should = [n for n, process in asked.items() if world.process[n] == process]
        views = [world.view[n, member] for n in should]
        views = [view for view in views if view != "unknown"]
        if first_dead is not None and full is None and views and set(views) == {"gone"}:
            full = delay_s
    return member, first_dead, full


def replayed_partitions(table: RunTable) -> list[tuple[float | None, float | None]]:
    """(separated, remerged) of each partition."""
    rows = Replay(table).rows
    # The last row of a partition, or the row of a heal, starts an interval.
    following = [row[2] for row in rows[1:]] + [""]
    starts = [
        i
        for i, row in enumerate(rows)
        if row[2] == "heal" or (row[2] == "partition" and following[i] != "partition")
    ]
    found: list[tuple[float | None, float | None]] = []
    for position, start in enumerate(starts):
        end = starts[position + 1] if position + 1 < len(starts) else len(rows)
        if rows[start][2] == "partition":
            found.append((_interval(table, start, end), None))
        else:
            found[-1] = (found[-1][0], _interval(table, start, end))
    return found


def _interval(table: RunTable, start: int, end: int) -> float | None:
    """Seconds until the sides are separated, or one again if the interval starts by a heal."""
    world = Replay(table)
    for row in world.rows[: start + 1]:
        world.advance(row)
    heal = world.rows[start][2] == "heal"
    processes = dict(world.process)
    live = {n for n in world.names if world.health[n] == "live"}
    later = Replay(table)
    for row in later.rows[:end]:
        later.advance(row)
    stable = {n for n in live if later.process[n] == processes[n]}
    side = {row[3]: row[5] for row in world.rows[max(start + 1 - MEMBERS, 0) : start + 1]}
    pairs = [(o, s) for o in stable for s in stable if o != s and (heal or side[o] != side[s])]
    if not pairs and not heal:
        return None
    waiting = {
        pair
        for pair in pairs
        if (world.view[pair] != "alive" if heal else world.view[pair] in HELD)
    }
    if not waiting:
        return 0.0
    for row in world.rows[start + 1 : end]:
        world.advance(row)
        pair = (row[1], row[3])
        if pair in pairs and heal and world.view[pair] != "suspect":
            (waiting.discard if world.view[pair] == "alive" else waiting.add)(pair)
        elif pair in pairs and not heal:
            (waiting.add if world.view[pair] in HELD else waiting.discard)(pair)
        if not waiting:
            return (int(row[0]) - int(world.rows[start][0])) / 1e9
    return None


@pytest.mark.parametrize("seed", range(150))
def test_metrics_equal_those_of_a_replay(tmp_path: Path, seed: int) -> None:
    table = random_table(seed)
    metrics = table.metrics(tmp_path)
    crashes = [(c.member, c.first_dead_s, c.full_dissemination_s) for c in metrics.crashes]
    assert crashes == replayed_crashes(table)
    partitions = [(p.separated_s, p.remerged_s) for p in metrics.partitions]
    assert partitions == replayed_partitions(table)


def test_random_tables_reach_every_outcome(tmp_path: Path) -> None:
    """Otherwise the comparison above might agree on nothing but absence."""
    crashes, partitions = [], []
    for seed in range(150):
        crashes += replayed_crashes(random_table(seed))
        partitions += replayed_partitions(random_table(seed))
    for known in (True, False):
        assert sum((full is not None) == known for _, _, full in crashes) > 20
        assert sum((separated is not None) == known for separated, _ in partitions) > 20
        assert sum((remerged is not None) == known for _, remerged in partitions) > 20
