# SPDX-License-Identifier: GPL-2.0-only
"""The metrics of hand-made event tables, whose answers are known by counting on one's fingers."""

import json
from pathlib import Path

import pytest
from run_tables import RunTable

from analysis.run.metrics import (
    METRICS_NAME,
    CrashMetrics,
    RunMetrics,
    metrics_of_run,
    metrics_of_runs,
)


def only_crash(metrics: RunMetrics) -> CrashMetrics:
    assert len(metrics.crashes) == 1
    return metrics.crashes[0]


def facts(crash: CrashMetrics) -> tuple[object, ...]:
    """Who crashed when; first suspicion, first dead, known to half and to all; who should, who do."""
    return (
        crash.member,
        crash.time_s,
        crash.first_suspect_s,
        crash.first_dead_s,
        crash.known_to_50_percent_s,
        crash.full_dissemination_s,
        crash.should_know,
        crash.known_by,
    )


class TestDetectionOfACrash:
    def test_delays_count_from_the_crash(self, tmp_path: Path) -> None:
        table = RunTable().truth(10, "crash", "m3")
        table.says(12, "m0", "suspect", "m3").says(13, "m1", "suspect", "m3")
        table.says(17, "m1", "dead", "m3").says(17.25, "m0", "dead", "m3")
        table.says(18.5, "m2", "dead", "m3")
        assert facts(only_crash(table.metrics(tmp_path))) == ("m3", 10, 2, 7, 7.25, 8.5, 3, 3)

    def test_one_member_that_never_learns_is_not_everybody(self, tmp_path: Path) -> None:
        table = RunTable().truth(10, "crash", "m3").says(17, "m0 m1", "dead", "m3")
        crash = only_crash(table.metrics(tmp_path))
        assert (crash.first_dead_s, crash.full_dissemination_s) == (7, None)

    def test_unnoticed_crash_is_still_a_crash(self, tmp_path: Path) -> None:
        table = RunTable().truth(10, "crash", "m3")
        crash = only_crash(table.metrics(tmp_path))
        assert facts(crash) == ("m3", 10, None, None, None, None, 3, 0)

    def test_dead_before_the_crash_is_no_detection(self, tmp_path: Path) -> None:
        table = RunTable().says(5, "m0", "suspect", "m3").says(9, "m0", "dead", "m3")
        table.truth(10, "crash", "m3").says(12, "m1", "suspect", "m3")
        table.says(14, "m1", "dead", "m3").says(16, "m2", "dead", "m3")
        # m0 has nothing left to learn, and m1 is the first to detect.
        assert facts(only_crash(table.metrics(tmp_path))) == ("m3", 10, 2, 4, 4, 6, 3, 3)

    def test_order_of_rows_decides_within_one_instant(self, tmp_path: Path) -> None:
        table = RunTable(members=2).says(10, "m0", "dead", "m1").truth(10, "crash", "m1")
        assert only_crash(table.metrics(tmp_path)).first_dead_s is None
        table = RunTable(members=2).truth(10, "crash", "m1").says(10, "m0", "dead", "m1")
        assert only_crash(table.metrics(tmp_path / "b")).first_dead_s == 0

    def test_members_that_crash_together_need_not_know_of_each_other(self, tmp_path: Path) -> None:
        table = RunTable().truth(10, "crash", "m2", "m3")
        table.says(15, "m0", "dead", "m2").says(16, "m1", "dead", "m2")
        table.says(17, "m0", "dead", "m3").says(19, "m1", "dead", "m3")
        crashes = table.metrics(tmp_path).crashes
        assert [c.full_dissemination_s for c in crashes] == [6, 9]
        assert [c.should_know for c in crashes] == [2, 2]

    @pytest.mark.parametrize("fate", ["crash", "pause", "leave"])
    def test_member_that_stops_is_waited_for_until_then(self, tmp_path: Path, fate: str) -> None:
        table = RunTable().truth(10, "crash", "m3").says(15, "m0 m1", "dead", "m3")
        table.truth(18, fate, "m2")
        assert table.metrics(tmp_path).crashes[0].full_dissemination_s == 8

    def test_paused_member_need_not_know_even_after_resume(self, tmp_path: Path) -> None:
        table = RunTable().truth(5, "pause", "m2").truth(10, "crash", "m3")
        table.says(15, "m0 m1", "dead", "m3").truth(20, "resume", "m2")
        table.says(40, "m2", "dead", "m3")
        assert only_crash(table.metrics(tmp_path)).full_dissemination_s == 5

    def test_member_that_forgets_must_learn_again(self, tmp_path: Path) -> None:
        table = RunTable(members=3).truth(10, "crash", "m2")
        table.says(15, "m0", "dead", "m2").says(16, "m0", "joined", "m2")
        table.says(17, "m1", "dead", "m2").says(20, "m0", "dead", "m2")
        assert only_crash(table.metrics(tmp_path)).full_dissemination_s == 10

    def test_watch_ends_when_the_member_restarts(self, tmp_path: Path) -> None:
        table = RunTable(members=3).truth(10, "crash", "m2").says(15, "m0", "dead", "m2")
        table.truth(20, "restart", "m2").says(21, "m1", "dead", "m2")
        crash = only_crash(table.metrics(tmp_path))
        assert (crash.first_dead_s, crash.full_dissemination_s) == (5, None)

    def test_each_crash_of_a_member_has_its_own_detection(self, tmp_path: Path) -> None:
        table = RunTable(members=3).truth(10, "crash", "m2").says(14, "m0 m1", "dead", "m2")
        table.truth(20, "restart", "m2").says(21, "m0 m1", "joined", "m2", 2)
        table.truth(30, "crash", "m2").says(31, "m0", "dead", "m2", 1)  # old news
        table.says(36, "m0 m1", "dead", "m2", 2)
        crashes = table.metrics(tmp_path).crashes
        assert [c.first_dead_s for c in crashes] == [4, 6]

    def test_member_restarted_after_the_crash_is_not_asked(self, tmp_path: Path) -> None:
        table = RunTable().truth(10, "crash", "m3").truth(12, "restart", "m2")
        table.says(13, "m2", "joined", "m3").says(15, "m0 m1", "dead", "m3")
        assert table.metrics(tmp_path).crashes[0].full_dissemination_s == 5

    def test_member_that_never_knew_the_crashed_one_has_nothing_to_learn(
        self, tmp_path: Path
    ) -> None:
        table = RunTable(members=3, start="join").truth(0, "join", "m0", "m1", "m2")
        table.says(1, "m0", "joined", "m2").truth(10, "crash", "m2")
        table.says(14, "m0", "dead", "m2")
        crash = only_crash(table.metrics(tmp_path))
        assert (crash.full_dissemination_s, crash.should_know) == (4, 1)

    def test_second_crash_of_a_crashed_member_is_none(self, tmp_path: Path) -> None:
        table = RunTable().truth(10, "crash", "m3").truth(11, "crash", "m3")
        assert only_crash(table.metrics(tmp_path)).time_s == 10


class TestDisseminationCurve:
    def test_share_rises_with_each_member_that_learns(self, tmp_path: Path) -> None:
        table = RunTable(members=5).truth(10, "crash", "m4")
        table.says(10.2, "m0", "dead", "m4").says(10.35, "m1 m2", "dead", "m4")
        table.says(10.4, "m3", "dead", "m4")
        curve = table.metrics(tmp_path).dissemination
        assert curve.step_s == 0.1
        assert curve.share() == [0, 0, 0.25, 0.25, 1]

    def test_crash_counts_only_while_it_is_watched(self, tmp_path: Path) -> None:
        table = RunTable(members=3, simulated_s=20).truth(10, "crash", "m2")
        table.says(10.1, "m0", "dead", "m2").truth(10.2, "restart", "m2")
        table.says(10.3, "m0", "joined", "m2", 2).says(10.3, "m1", "joined", "m2", 2)
        table.truth(11, "crash", "m2").says(11.3, "m0 m1", "dead", "m2", 2)
        curve = table.metrics(tmp_path).dissemination
        assert curve.should_know == [4, 4, 4, 2]
        assert curve.knowing == [0, 1, 1, 2]


class TestFalsePositives:
    def test_every_observer_and_every_repeat_counts(self, tmp_path: Path) -> None:
        table = RunTable().says(5, "m0 m1", "dead", "m3", source="m0")
        table.says(6, "m0", "joined", "m3", 2).says(9, "m0", "dead", "m3", 2)
        table.says(9, "m0", "dead", "m2")
        found = table.metrics(tmp_path).false_positives
        assert (found.events, found.pairs, found.subjects, found.fp_minus) == (4, 3, 2, 4)
        assert found.events_by_accuser == {"m0": 4}
        assert [found.events_per_second[s] for s in (5, 6, 9)] == [2, 0, 2]
        assert len(found.events_per_second) == 100

    @pytest.mark.parametrize("fate", ["crash", "pause", "leave"])
    def test_dead_about_a_member_that_is_not_live_is_true(self, tmp_path: Path, fate: str) -> None:
        table = RunTable().truth(10, fate, "m3").says(15, "m0 m1", "dead", "m3")
        assert table.metrics(tmp_path).false_positives.events == 0

    def test_dead_before_the_crash_is_false(self, tmp_path: Path) -> None:
        table = RunTable().says(9, "m0", "dead", "m3").truth(10, "crash", "m3")
        assert table.metrics(tmp_path).false_positives.events == 1

    def test_old_news_after_a_restart_is_not_false(self, tmp_path: Path) -> None:
        table = RunTable().truth(10, "crash", "m3").says(15, "m0", "dead", "m3", 4)
        table.truth(20, "restart", "m3").says(20.1, "m0", "joined", "m3", 5)
        table.says(20.2, "m1", "dead", "m3", 4)
        assert table.metrics(tmp_path).false_positives.events == 0
        table.says(30, "m1", "dead", "m3", 5)
        assert table.metrics(tmp_path / "b").false_positives.events == 1

    def test_restart_that_nobody_noticed_is_known_by_its_incarnation(self, tmp_path: Path) -> None:
        table = RunTable().truth(10, "crash", "m3")
        table.rows.append("10500000000,,restart,m3,2,")
        table.says(12, "m0", "dead", "m3", 1).says(13, "m1", "dead", "m3", 2)
        assert table.metrics(tmp_path).false_positives.pairs == 1

    def test_accusation_made_during_a_pause_is_true_after_it(self, tmp_path: Path) -> None:
        table = RunTable().truth(10, "pause", "m3").says(12, "m0", "suspect", "m3", 1)
        table.truth(14, "resume", "m3").says(14.5, "m0 m1", "dead", "m3", 1)
        assert table.metrics(tmp_path).false_positives.events == 0
        # What is accused anew after the refutation is false.
        table.says(15, "m0 m1", "joined", "m3", 2).says(30, "m0", "dead", "m3", 2)
        assert table.metrics(tmp_path / "b").false_positives.events == 1

    def test_accusations_of_one_member_do_not_excuse_those_of_another(self, tmp_path: Path) -> None:
        table = RunTable().truth(10, "pause", "m2", "m3").says(12, "m0", "suspect", "m2", 9)
        table.says(12, "m0", "suspect", "m3", 1).truth(14, "resume", "m2", "m3")
        table.says(15, "m0", "dead", "m3", 5).says(15, "m0", "dead", "m2", 5)
        found = table.metrics(tmp_path).false_positives
        assert (found.events, found.subjects) == (1, 1)

    def test_fp_minus_leaves_out_observers_that_were_slow(self, tmp_path: Path) -> None:
        table = RunTable().truth(10, "pause", "m0").truth(20, "resume", "m0")
        table.says(21, "m0", "dead", "m2").says(22, "m1", "dead", "m2", source="m0")
        found = table.metrics(tmp_path).false_positives
        assert (found.events, found.fp_minus) == (2, 1)
        assert found.events_by_accuser == {"m0": 2}

    def test_accusations_without_incarnation_are_judged_by_the_moment(self, tmp_path: Path) -> None:
        table = RunTable().truth(10, "pause", "m3").says(12, "m0", "dead", "m3", "")
        table.truth(14, "resume", "m3").says(20, "m1", "dead", "m3", "")
        assert table.metrics(tmp_path).false_positives.events == 1


class TestFalsePositivesAndPartitions:
    def partitioned(self) -> RunTable:
        return RunTable().partition(10, "m0 m1", "m2 m3")

    def test_dead_across_the_partition_is_due_to_it(self, tmp_path: Path) -> None:
        table = self.partitioned().says(15, "m0 m1", "dead", "m2")
        found = table.metrics(tmp_path).false_positives
        assert (found.events, found.during_partition) == (0, 2)
        assert found.during_partition_per_second[15] == 2

    def test_dead_within_a_side_is_false(self, tmp_path: Path) -> None:
        # Also if the other side accuses the same incarnation: this side cannot have heard of it.
        table = self.partitioned().says(15, "m0", "dead", "m2").says(16, "m3", "dead", "m2")
        found = table.metrics(tmp_path).false_positives
        assert (found.events, found.during_partition) == (1, 1)

    def test_suspicion_of_the_partition_that_ends_after_the_heal(self, tmp_path: Path) -> None:
        table = self.partitioned().says(19, "m0", "suspect", "m2", 3).truth(20, "heal")
        table.says(23, "m0", "dead", "m2", 3).says(23.5, "m3", "dead", "m2", 3, source="m0")
        found = table.metrics(tmp_path).false_positives
        assert (found.events, found.during_partition) == (0, 2)

    def test_new_accusation_after_the_heal_is_false(self, tmp_path: Path) -> None:
        table = self.partitioned().says(19, "m0", "suspect", "m2", 3).truth(20, "heal")
        table.says(21, "m0", "refuted", "m2", 4).says(40, "m0", "dead", "m2", 4)
        table.says(41, "m0", "dead", "m3", 3)
        found = table.metrics(tmp_path).false_positives
        assert (found.events, found.during_partition) == (2, 0)

    @pytest.mark.parametrize(("accused_at_s", "false"), [(23.9, 0), (24.1, 1)])
    def test_probe_under_way_at_the_heal_belongs_to_the_partition(
        self, tmp_path: Path, accused_at_s: float, false: int
    ) -> None:
        # A probe may last 4 s: only one that fails later was sent after the heal.
        table = self.partitioned().truth(20, "heal")
        table.overrides["scenario"] = {
            "file": "hand.toml",
            "resolved": {
                "cluster.start": "converged",
                "protocol.probe_interval": "500ms",
                "protocol.awareness_max_multiplier": "8",
            },
        }
        table.says(accused_at_s, "m0", "suspect", "m2", 3)
        table.says(30, "m3", "dead", "m2", 3, source="m0")
        found = table.metrics(tmp_path).false_positives
        assert (found.events, found.during_partition) == (false, 1 - false)

    def test_dead_about_a_crashed_member_is_true_across_a_partition_too(
        self, tmp_path: Path
    ) -> None:
        table = self.partitioned().truth(12, "crash", "m2").says(15, "m0", "dead", "m2")
        found = table.metrics(tmp_path).false_positives
        assert (found.events, found.during_partition) == (0, 0)


class TestRefutedSuspicions:
    def test_each_observer_that_saw_the_refutation_counts(self, tmp_path: Path) -> None:
        table = RunTable().says(5, "m0 m1 m2", "suspect", "m3").says(5.2, "m3", "refuted", "m3", 2)
        table.says(6, "m0 m1", "refuted", "m3", 2)
        assert table.metrics(tmp_path).refuted_suspicions == 2

    def test_true_and_fatal_suspicions_do_not_count(self, tmp_path: Path) -> None:
        table = RunTable().says(5, "m0", "suspect", "m3").says(8, "m0", "dead", "m3")
        table.says(9, "m0", "refuted", "m3", 2)
        table.truth(10, "pause", "m2").says(12, "m0", "suspect", "m2")
        table.truth(13, "resume", "m2").says(14, "m0", "refuted", "m2", 2)
        assert table.metrics(tmp_path).refuted_suspicions == 0

    def test_suspicions_of_a_partition_do_not_count(self, tmp_path: Path) -> None:
        table = RunTable().partition(10, "m0 m1", "m2 m3").says(12, "m0", "suspect", "m2")
        table.says(12, "m3", "suspect", "m2").truth(13, "heal")
        table.says(14, "m0 m3", "refuted", "m2", 2)
        assert table.metrics(tmp_path).refuted_suspicions == 1


class TestPartition:
    def separated(self) -> RunTable:
        table = RunTable().partition(10, "m0", "m1 m2 m3")
        table.says(15, "m0", "dead", "m1").says(16, "m0", "dead", "m2")
        table.says(16, "m1 m2", "dead", "m0").says(17, "m0", "dead", "m3")
        return table.says(19.5, "m3", "dead", "m0")

    def test_separated_when_the_last_pair_across_is_dead(self, tmp_path: Path) -> None:
        (found,) = self.separated().metrics(tmp_path).partitions
        assert (found.at_s, found.separated_s) == (10, 9.5)
        assert (found.healed_at_s, found.remerged_s) == (None, None)

    def test_revived_pair_must_die_again(self, tmp_path: Path) -> None:
        table = self.separated()
        table.rows[-1:-1] = ["18000000000,m0,joined,m1,2,m0"]
        (found,) = table.metrics(tmp_path).partitions
        assert found.separated_s is None
        table.says(25, "m0", "dead", "m1", 2)
        (found,) = table.metrics(tmp_path / "b").partitions
        assert found.separated_s == 15

    def test_member_that_crashes_meanwhile_takes_no_part(self, tmp_path: Path) -> None:
        table = self.separated()
        del table.rows[-1]
        table.truth(18, "crash", "m3")
        (found,) = table.metrics(tmp_path).partitions
        assert found.separated_s == 6

    def test_remerged_when_everybody_is_alive_to_everybody(self, tmp_path: Path) -> None:
        table = self.separated().truth(30, "heal").says(31, "m0", "joined", "m1", 2)
        table.says(32, "m0", "joined", "m2", 2).says(33, "m0", "joined", "m3", 2)
        table.says(33, "m1 m2", "joined", "m0", 2)
        (found,) = table.metrics(tmp_path).partitions
        assert (found.healed_at_s, found.remerged_s) == (30, None)
        table.says(34, "m3", "joined", "m0", 2)
        (found,) = table.metrics(tmp_path / "b").partitions
        assert found.remerged_s == 4

    def test_suspicion_open_at_the_heal_must_end_first(self, tmp_path: Path) -> None:
        table = RunTable(members=2).partition(10, "m0", "m1").says(19, "m0", "suspect", "m1")
        table.truth(20, "heal")
        (found,) = table.metrics(tmp_path).partitions
        assert found.remerged_s is None
        table.says(22, "m0", "refuted", "m1", 2)
        (found,) = table.metrics(tmp_path / "b").partitions
        assert found.remerged_s == 2

    def test_later_suspicion_breaks_nothing_but_death_does(self, tmp_path: Path) -> None:
        table = RunTable(members=2).partition(10, "m0", "m1").says(15, "m0", "dead", "m1")
        table.says(16, "m1", "dead", "m0").truth(20, "heal")
        table.says(21, "m0", "joined", "m1", 2).says(22, "m0", "suspect", "m1", 2)
        table.says(23, "m1", "joined", "m0", 2)
        (found,) = table.metrics(tmp_path).partitions
        assert found.remerged_s == 3
        table.rows[-1:-1] = ["22500000000,m0,dead,m1,2,m0"]
        (found,) = table.metrics(tmp_path / "b").partitions
        assert found.remerged_s is None

    def test_partition_that_nobody_noticed_needs_no_mending(self, tmp_path: Path) -> None:
        table = RunTable().partition(10, "m0 m1", "m2 m3").truth(10.5, "heal")
        (found,) = table.metrics(tmp_path).partitions
        assert (found.separated_s, found.remerged_s) == (None, 0)

    def test_members_on_no_side_stay_connected(self, tmp_path: Path) -> None:
        table = RunTable(members=3).partition(10, "m0", "m1")
        table.says(15, "m0", "dead", "m1").says(16, "m1", "dead", "m0")
        table.says(17, "m2", "dead", "m0")
        metrics = table.metrics(tmp_path)
        assert metrics.partitions[0].separated_s == 6
        assert metrics.false_positives.events == 1

    def test_second_partition_is_measured_from_its_own_views(self, tmp_path: Path) -> None:
        table = RunTable(members=2).partition(10, "m0", "m1").says(15, "m0", "dead", "m1")
        table.says(15, "m1", "dead", "m0").truth(20, "heal")
        table.says(22, "m0", "joined", "m1", 2).says(23, "m1", "joined", "m0", 2)
        table.partition(50, "m0", "m1").says(57, "m0", "dead", "m1", 2)
        table.says(58, "m1", "dead", "m0", 2)
        found = table.metrics(tmp_path).partitions
        assert [p.separated_s for p in found] == [5, 8]
        assert [p.remerged_s for p in found] == [3, None]

    def test_partition_may_follow_a_partition(self, tmp_path: Path) -> None:
        table = RunTable(members=3).partition(10, "m0 m1", "m2").says(14, "m0 m1", "dead", "m2")
        table.says(15, "m2", "dead", "m0").says(16, "m2", "dead", "m1")
        table.partition(30, "m0", "m1 m2").says(33, "m0", "dead", "m1").says(37, "m1", "dead", "m0")
        found = table.metrics(tmp_path).partitions
        assert [(p.at_s, p.healed_at_s, p.separated_s) for p in found] == [
            (10, None, 6),
            (30, None, 7),
        ]

    def test_views_are_built_by_joining(self, tmp_path: Path) -> None:
        table = RunTable(members=2, start="join").truth(0, "join", "m0", "m1")
        table.says(1, "m0", "joined", "m1")  # m1 never hears of m0, so there is nobody to bury
        table.partition(10, "m0", "m1").says(15, "m0", "dead", "m1")
        (found,) = table.metrics(tmp_path).partitions
        assert found.separated_s == 5


class TestTraffic:
    def test_sums_what_was_sent_by_kind(self, tmp_path: Path) -> None:
        table = RunTable(simulated_s=3).sent(0, "ping", 8, 320).sent(0, "ack", 6, 60)
        table.sent(2, "ping", 4, 160).sent(3, "ping", 1, 40)
        traffic = table.metrics(tmp_path).traffic
        assert traffic.messages == {"ack": 6, "ping": 13}
        assert traffic.bytes == {"ack": 60, "ping": 520}
        assert traffic.messages_per_second == {"ack": [6, 0, 0], "ping": [8, 0, 5]}
        assert traffic.bytes_per_second["ping"] == [320, 0, 200]


class TestCache:
    def busy(self) -> RunTable:
        table = RunTable().truth(10, "crash", "m3").says(12, "m0", "dead", "m3")
        table.partition(20, "m0", "m1 m2").says(25, "m0", "dead", "m1").truth(30, "heal")
        return table.says(60, "m1", "dead", "m2").sent(0, "ping", 8, 320)

    def test_cached_metrics_equal_computed_ones(self, tmp_path: Path) -> None:
        folder = self.busy().write(tmp_path / "runs" / "seed-1")
        computed = metrics_of_run(folder)
        (folder / "events.csv").unlink()
        assert metrics_of_run(folder) == computed

    def test_cache_of_other_events_is_not_used(self, tmp_path: Path) -> None:
        folder = self.busy().write(tmp_path / "runs" / "seed-1")
        before = metrics_of_run(folder)
        self.busy().says(70, "m0", "dead", "m2").write(folder)
        after = metrics_of_run(folder)
        assert after.false_positives.events == before.false_positives.events + 1

    @pytest.mark.parametrize("damage", ["", "null", '{"metrics_format": 0}', '{"metrics_format'])
    def test_damaged_or_older_cache_is_computed_anew(self, tmp_path: Path, damage: str) -> None:
        folder = self.busy().write(tmp_path / "runs" / "seed-1")
        computed = metrics_of_run(folder)
        (folder / METRICS_NAME).write_text(damage)
        assert metrics_of_run(folder) == computed
        assert json.loads((folder / METRICS_NAME).read_text())["members"] == 4

    def test_runs_come_in_order_and_in_parallel(self, tmp_path: Path) -> None:
        for seed in (10, 9, 1):
            self.busy().write(tmp_path / "runs" / f"seed-{seed}")
        (tmp_path / "runs" / ".seed-2.partial").mkdir()
        names = [metrics.name for metrics in metrics_of_runs(tmp_path, 2)]
        assert names == ["seed-1", "seed-9", "seed-10"]
