# SPDX-License-Identifier: GPL-2.0-only
"""Views at the end of a run, leaves, restarts, disconnections: small tables with known answers."""

from __future__ import annotations

from pathlib import Path

from run_tables import RunTable

from analysis.run.metrics import AgreementMetrics


def agreement(table: RunTable, folder: Path) -> AgreementMetrics:
    return table.metrics(folder).agreement


def test_quiet_cluster_agrees(tmp_path: Path) -> None:
    assert agreement(RunTable(members=4), tmp_path) == AgreementMetrics(12, 0, 0, 0, 0, 0, None)


def test_members_that_join_one_after_another_know_nobody_at_first(tmp_path: Path) -> None:
    table = RunTable(members=3, start="join").truth(0, "join", "m0").truth(1, "join", "m1")
    table.says(1, "m0", "joined", "m1").says(1.5, "m1", "joined", "m0")
    found = agreement(table, tmp_path)
    # m2 has no row, so it was there from the start, and knows nobody that anybody told of.
    assert (found.live_pairs, found.missing_pairs, found.missing_members) == (6, 4, 3)
    assert found.settled_at_s == 1.5


def test_buried_members_are_missing_until_they_are_back(tmp_path: Path) -> None:
    table = RunTable(members=3).says(5, "m0 m1", "dead", "m2").says(8, "m1", "joined", "m2", 2)
    found = agreement(table, tmp_path)
    assert (found.missing_pairs, found.missing_members, found.settled_at_s) == (1, 1, 8)


def test_suspected_members_are_not_missing(tmp_path: Path) -> None:
    assert agreement(RunTable().says(5, "m0", "suspect", "m2"), tmp_path).missing_pairs == 0


def test_gone_members_that_are_held_for_live_are_stale(tmp_path: Path) -> None:
    table = RunTable(members=4).truth(5, "crash", "m3").truth(6, "leave", "m2")
    table.says(9, "m0", "dead", "m3").says(9, "m1", "left", "m2").says(9, "m1", "suspect", "m3")
    found = agreement(table, tmp_path)
    assert (found.live_pairs, found.missing_pairs, found.stale_pairs) == (2, 0, 2)


def test_restarted_member_must_learn_everybody_again(tmp_path: Path) -> None:
    table = RunTable(members=4).truth(5, "crash", "m3").truth(6, "restart", "m3")
    table.says(7, "m3", "joined", "m0").says(7, "m3", "joined", "m1")
    found = agreement(table, tmp_path)
    assert (found.missing_pairs, found.missing_members) == (1, 1)


def test_resurrection_is_a_join_of_who_was_held_for_gone_and_is(tmp_path: Path) -> None:
    table = RunTable(members=4).truth(5, "crash", "m3").says(8, "m0 m1", "dead", "m3")
    table.truth(9, "crash", "m2").truth(10, "restart", "m2")
    table.says(11, "m2", "joined", "m3")  # told of it by somebody who did not know yet
    table.says(12, "m0", "joined", "m3", 2)
    table.says(13, "m1", "joined", "m2", 2)  # it lives
    assert agreement(table, tmp_path).resurrections == 1


def test_clusters_side_by_side_should_not_know_each_other(tmp_path: Path) -> None:
    table = RunTable(members=5).says(5, "m0", "joined", "m4").says(6, "m3", "dead", "m4")
    table.overrides = {"groups": [["m0", "m1"], ["m2", "m3", "m4"]]}
    found = agreement(table, tmp_path)
    assert (found.live_pairs, found.missing_pairs, found.foreign_pairs) == (8, 1, 1)


def test_leave_is_seen_as_left_as_failed_or_not_at_all(tmp_path: Path) -> None:
    table = RunTable(members=6).says(1, "m5", "dead", "m4").truth(10, "leave", "m4")
    table.says(11, "m0 m1 m2", "left", "m4").says(12, "m1", "joined", "m4", 2)
    table.says(13, "m1", "dead", "m4", 2)
    (leave,) = table.metrics(tmp_path).leaves
    # m5 held it for gone before: there was nothing for it to see.
    assert (leave.member, leave.time_s, leave.observers) == ("m4", 10, 4)
    assert (leave.saw_left, leave.saw_failed, leave.saw_nothing) == (2, 1, 1)


def test_leave_is_watched_until_the_member_is_back(tmp_path: Path) -> None:
    table = RunTable(members=3).truth(10, "leave", "m2").says(11, "m0", "left", "m2")
    table.truth(20, "restart", "m2").says(21, "m0 m1", "joined", "m2", 2)
    (leave,) = table.metrics(tmp_path).leaves
    assert (leave.saw_left, leave.saw_nothing) == (1, 1)


def restarted(address: int = 2) -> RunTable:
    table = RunTable(members=3).truth(10, "crash", "m2").truth(12, "restart", "m2")
    entry = {"at_s": 12.0, "verb": "restart", "members": ["m2"], "addresses": [address]}
    table.overrides = {"timeline": [{"at_s": 10.0, "verb": "crash", "members": ["m2"]}, entry]}
    return table


def test_restart_before_anybody_noticed_is_accepted_at_once(tmp_path: Path) -> None:
    (restart,) = restarted().metrics(tmp_path).restarts
    assert (restart.observers, restart.accepted_by, restart.accepted_s) == (2, 2, 0)


def test_restart_is_accepted_when_the_last_observer_has_it_back(tmp_path: Path) -> None:
    table = RunTable(members=3).truth(10, "crash", "m2").says(11, "m0 m1", "dead", "m2")
    table.truth(12, "restart", "m2").says(13, "m0", "joined", "m2", 2)
    table.says(15, "m1", "joined", "m2", 2).says(16, "m0", "suspect", "m2", 2)
    (restart,) = table.metrics(tmp_path).restarts
    assert (restart.accepted_by, restart.accepted_s) == (2, 3)


def test_death_takes_an_acceptance_back(tmp_path: Path) -> None:
    table = restarted().says(13, "m0", "dead", "m2", 2)
    (restart,) = table.metrics(tmp_path).restarts
    assert (restart.accepted_by, restart.accepted_s) == (1, 0)


def test_new_address_is_accepted_only_after_the_old_one_was_given_up(tmp_path: Path) -> None:
    table = restarted(address=3).says(14, "m0", "suspect", "m2").says(15, "m0", "refuted", "m2", 2)
    table.says(20, "m0 m1", "dead", "m2", 2).says(22, "m0 m1", "joined", "m2", 3)
    table.says(23, "m1", "suspect", "m2", 3).says(24, "m1", "refuted", "m2", 4)
    (restart,) = table.metrics(tmp_path).restarts
    assert (restart.accepted_by, restart.accepted_s) == (2, 10)


def test_unplugged_member_and_the_others_give_each_other_up(tmp_path: Path) -> None:
    table = RunTable(members=4).truth(10, "disconnect", "m3").says(15, "m3", "dead", "m0")
    table.says(16, "m0 m1", "dead", "m3").truth(30, "reconnect", "m3")
    table.says(31, "m3", "joined", "m0", 2).says(32, "m0 m1", "joined", "m3", 2)
    metrics = table.metrics(tmp_path)
    (disconnect,) = metrics.disconnects
    assert (disconnect.others, disconnect.held_gone, disconnect.gone_to) == (3, 1, 2)
    assert metrics.agreement.missing_pairs == 0


def test_deaths_by_and_about_the_unplugged_are_no_false_positives(tmp_path: Path) -> None:
    table = RunTable(members=4).truth(10, "disconnect", "m3").says(15, "m3", "dead", "m0", 1)
    table.says(16, "m0", "dead", "m3", 1).truth(30, "reconnect", "m3")
    table.says(31, "m1", "dead", "m0", 1)  # told by m3, of the same incarnation
    false_positives = table.metrics(tmp_path).false_positives
    assert (false_positives.events, false_positives.during_partition) == (0, 2)
    table.says(40, "m1", "dead", "m0", 2)
    assert table.metrics(tmp_path).false_positives.events == 1


def test_probe_that_was_sent_unplugged_may_fail_after_the_reconnection(tmp_path: Path) -> None:
    table = RunTable(members=4).truth(10, "disconnect", "m3").truth(30, "reconnect", "m3")
    resolved = {"cluster.start": "converged", "protocol.probe_interval": "1s"}
    resolved["protocol.awareness_max_multiplier"] = "8"
    table.overrides = {"scenario": {"file": "hand.toml", "resolved": resolved}}
    table.says(37, "m1", "suspect", "m0", 1, "m3").says(39, "m2", "suspect", "m1", 1, "m3")
    table.says(60, "m1", "dead", "m0", 1).says(60, "m2", "dead", "m1", 1)
    false_positives = table.metrics(tmp_path).false_positives
    assert (false_positives.events, false_positives.during_partition) == (1, 1)


def test_bystanders_are_those_to_whom_nothing_was_done(tmp_path: Path) -> None:
    table = RunTable(members=4).truth(5, "loss", "m3", value="80%").partition(6, "m0 m1 m2 m3")
    table.says(8, "m0", "dead", "m3").says(9, "m3", "dead", "m0").says(10, "m1", "dead", "m0")
    table.says(11, "m0", "dead", "m1").truth(12, "slow", "m1", value="2s")
    table.says(13, "m2", "dead", "m1")
    false_positives = table.metrics(tmp_path).false_positives
    assert false_positives.events == 3, "deaths of the lossy and the slow are no false ones"
    assert (false_positives.about_bystanders, false_positives.among_bystanders) == (3, 2)
