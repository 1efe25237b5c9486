# SPDX-License-Identifier: MIT
"""The program swim-agent, driven as its users do: processes, files, sockets, signals.

Nothing is decided by the clock: each test waits for what must come, with a time-out that no machine
needs.
"""

import json
import re
import select
import signal
import stat
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_processes import CONFIG, LONG_ENOUGH_S, PROGRAM, ROOT, Agents, eventually, free_address

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="needs build/swim-agent")


@pytest.fixture
def agents(tmp_path: Path) -> Iterator[Agents]:
    made = Agents(tmp_path)
    yield made
    made.end()


def test_members_are_listed_and_a_leave_is_seen_as_one(agents: Agents) -> None:
    agents.pair()
    table = agents.call("members", "--name", "a").stdout.splitlines()
    assert table[0].split()[:3] == ["NAME", "ADDRESS", "STATE"] and len(table) == 3
    assert agents.call("leave", "--name", "b").returncode == 0
    assert agents.processes["b"].wait(LONG_ENOUGH_S) == 0
    assert eventually(lambda: agents.states("a")["b"] == "left")
    assert agents.events("b", "stopped")[-1]["reason"] == "left"


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_leaves_gracefully(agents: Agents, which: signal.Signals) -> None:
    agents.pair()
    agents.processes["b"].send_signal(which)
    assert agents.processes["b"].wait(LONG_ENOUGH_S) == 0
    assert eventually(lambda: agents.events("a", "left"))
    assert not agents.events("a", "dead")


def test_a_killed_member_is_suspected_and_then_dead(agents: Agents) -> None:
    agents.pair()
    agents.processes["b"].kill()
    assert eventually(lambda: agents.events("a", "dead"))
    suspect, dead = agents.events("a", "suspect")[0], agents.events("a", "dead")[0]
    assert suspect["subject"] == dead["subject"] == "b"
    assert list(dead)[:3] == ["event", "monotonic_ns", "time"]
    assert suspect["monotonic_ns"] < dead["monotonic_ns"] <= time.monotonic_ns()


def test_events_and_messages_arrive(agents: Agents) -> None:
    agents.pair()
    assert agents.call("event", "deploy", "v2", "--name", "a").returncode == 0
    assert agents.call("send", "b", "hello", "--name", "a").returncode == 0
    assert eventually(lambda: agents.events("b", "user-event") and agents.events("b", "message"))
    (event,), (message,) = agents.events("b", "user-event"), agents.events("b", "message")
    assert (event["name"], event["payload"], message["payload"]) == ("deploy", "v2", "hello")


def test_monitor_shows_what_happens(agents: Agents) -> None:
    agents.pair()
    command = [PROGRAM, "monitor", "--name", "a", "--json"]
    with subprocess.Popen(command, env=agents.environment, stdout=subprocess.PIPE) as monitor:
        assert monitor.stdout is not None
        # Until one comes after the monitor has begun to watch.
        assert eventually(
            lambda: agents.call("update", str(time.monotonic_ns()), "--name", "b").returncode == 0
            and select.select([monitor.stdout], [], [], 0.1)[0]
        )
        event = json.loads(monitor.stdout.readline())
        assert (event["event"], event["subject"]) == ("updated", "b")
        monitor.kill()


def test_round_trips_are_measured_and_estimated(agents: Agents) -> None:
    agents.pair()
    assert 0 < agents.ask("ping", "b", "--name", "a")["round_trip_ns"] < 60e9
    assert eventually(lambda: agents.call("rtt", "b", "--name", "a").returncode == 0)
    assert agents.ask("rtt", "a", "b", "--name", "a")["round_trip_ns"] > 0
    assert 'no member "c"' in agents.refusal("rtt", "c", "--name", "a")
    assert 'no member "c"' in agents.refusal("send", "c", "x", "--name", "a")


def test_keys_rotate_without_a_gap(agents: Agents) -> None:
    old, new = (agents.call("keygen").stdout.strip() for _ in range(2))
    file = agents.folder / "keys"
    file.write_text(old + "\n")
    file.chmod(0o600)
    agents.config.write_text(CONFIG + f'[encryption]\nkey_file = "{file}"\n')
    agents.pair()
    for action in ("install", "use"):
        for name in ("a", "b"):
            agents.ask("keys", action, new, "--name", name)
    for name in ("a", "b"):
        assert agents.ask("keys", "remove", old, "--name", name)["keys"] == [new]
    assert "primary key cannot be removed" in agents.refusal("keys", "remove", new, "--name", "a")
    assert file.read_text() == new + "\n" and stat.S_IMODE(file.stat().st_mode) == 0o600
    probes = agents.ask("info", "--name", "a")["counters"]["probes"]
    assert eventually(lambda: agents.ask("info", "--name", "a")["counters"]["probes"] > probes + 10)
    assert agents.states("a") == {"a": "alive", "b": "alive"}
    agents.start("stranger")  # with the new key, which is in the file
    assert agents.call("join", agents.address("a"), "--name", "stranger").returncode == 0


def test_tags_are_shown_and_read_again_on_sighup(agents: Agents) -> None:
    agents.config.write_text(CONFIG + '[tags]\nrole = "db"\n')
    agents.pair()
    tags = [member["tags"] for member in agents.ask("members", "--name", "a")["members"]]
    assert tags == [{"role": "db"}] * 2
    agents.config.write_text(CONFIG + '[tags]\nrole = "web"\n')
    agents.processes["b"].send_signal(signal.SIGHUP)
    assert eventually(lambda: "role=web" in agents.call("members", "--name", "a").stdout)


def test_metrics_are_scraped(agents: Agents) -> None:
    where = free_address()
    agents.start("a", "--metrics", where)
    text = urllib.request.urlopen(f"http://{where}/metrics", timeout=LONG_ENOUGH_S).read().decode()
    assert 'swim_members{state="alive"} 1\n' in text
    for name in ("health_score", "probes_total", "transport_datagrams_limited_total"):
        assert f"\nswim_{name} 0\n" in text
    assert 'swim_messages_total{kind="ping",direction="sent"} 0\n' in text
    assert "cannot listen there" in agents.refusal(
        "run", "--name", "b", "--bind", "127.0.0.1:0", "--metrics", where
    )


def test_standard_input_controls(agents: Agents) -> None:
    lines = ['{"id": 1, "command": "info"}', "no json", '{"id": 2, "command": "dance"}']
    done = subprocess.run(
        [PROGRAM, "run", "--name", "a", "--bind", "127.0.0.1:0", "--events", "-", "--config"]
        + [agents.config, "--stdin-control", "--traffic-interval", "1h"],
        input="".join(line + "\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=LONG_ENOUGH_S,
    )
    events = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = [event["event"] for event in events]
    assert kinds == ["started", "answer", "answer", "answer", "traffic", "counters", "stopped"]
    assert (events[1]["id"], events[1]["ok"], events[1]["name"]) == (1, True, "a")
    assert "no JSON" in events[2]["error"] and 'no command "dance"' in events[3]["error"]
    assert events[-1]["reason"] == "terminated" and done.returncode == 0


def test_a_full_disk_and_a_closed_output_do_not_end_it(agents: Agents) -> None:
    agents.config.write_text(CONFIG.replace('"warn"', '"debug"\nfile = "/dev/full"'))
    agents.pair()
    with open("/dev/full", "w") as full:
        command = [PROGRAM, "run", "--name", "c", "--bind", "127.0.0.1:0", "--events", "-"]
        command += ["--config", agents.config, "--join", agents.address("a")]
        agents.processes["c"] = subprocess.Popen(command, env=agents.environment, stdout=full)
        assert eventually(lambda: agents.states("a").get("c") == "alive")
        assert agents.call("leave", "--name", "c").returncode == 0


def test_a_socket_left_behind_is_replaced_and_a_live_one_is_not(agents: Agents) -> None:
    agents.start("a").kill()
    agents.processes["a"].wait()
    assert "Connection refused" in agents.refusal("members", "--name", "a")
    (agents.folder / "a.jsonl").unlink()
    agents.start("a")
    path = agents.folder / "swim-agent" / "a.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "an agent runs already" in agents.refusal(
        "run", "--name", "a", "--bind", "127.0.0.1:0", "--config", agents.config
    )
    assert agents.states("a") == {"a": "alive"}


def test_commands_without_an_agent_say_so(agents: Agents) -> None:
    assert "no agent of this user runs" in agents.refusal("members")
    assert "No such file" in agents.refusal("members", "--control", "/nowhere/a.sock")
    agents.start("a")
    agents.start("b")
    assert "say which with --name: a b" in agents.refusal("members")


def test_a_used_port_is_named(agents: Agents) -> None:
    agents.start("a")
    address = agents.address("a")
    line = agents.refusal("run", "--name", "b", "--bind", address, "--config", agents.config)
    assert line == f"swim-agent: cannot listen on {address}: Address already in use"


def test_nobody_to_join_ends_it_unless_it_shall_retry(agents: Agents) -> None:
    nobody = free_address()
    run = ["run", "--name", "a", "--bind", "127.0.0.1:0", "--config", agents.config]
    done = agents.call(*run, "--join", nobody)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and nobody in done.stderr
    agents.start("b", "--join", nobody, "--retry-join")
    assert agents.states("b") == {"b": "alive"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "a command is missing"),
        (["dance"], "dance"),
        (["run", "--dance"], "--dance"),
        (["run", "--bind", "no-such-host.invalid:1"], "no host of that name"),
        (["run", "--traffic-interval", "3"], "such as 1s"),
        (["run", "--config", "/nowhere.toml"], "/nowhere.toml: No such file"),
        (["run", "--log-level", "loud"], "levels are trace"),
        (["swarm", "--members", "0"], "--members"),
        (["swarm", "--over", "soon"], "--over soon"),
        (["send", "a"], "payload is required"),
    ],
)
def test_wrong_arguments_are_named(agents: Agents, arguments: list[str], named: str) -> None:
    assert named in agents.refusal(*arguments)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = 3", ":1: name: must be a text"),
        ("\nnam = 'a'", ":2: nam: unknown key; known here: name, bind"),
        ("[protocol]\nprobe_interval = 3", ":2: protocol.probe_interval: 3 "),
        ("[protocol]\npreset = 'x'", ":2: protocol.preset: there is no preset"),
        ("[protocol]\nprobe_timeout = '2h'", "probe_timeout"),
        ("[log]\nlevel = 'loud'", ":2: log.level: there is no level"),
        ("meta = 'a'\n[tags]\nb = 'c'", ": tags: the metadata is either meta or [tags]"),
        ("allow = ['10.0.0.0/33']", "10.0.0.0/33"),
        ("name = ", ":1: "),
        ("[encryption]\nkey_file = '/nowhere'", "key file /nowhere: No such file"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(agents: Agents, text: str, message: str) -> None:
    agents.config.write_text(text)
    assert message in agents.refusal("run", "--config", agents.config, "--bind", "127.0.0.1:0")


@pytest.mark.parametrize(
    ("mode", "text", "message"),
    [
        (0o644, "MTIzNDU2Nzg5MDEyMzQ1Ng==", "others may read"),
        (0o600, "abc", "key 1 is none; keys are 16, 24 or 32 bytes"),
        (0o600, "# nothing\n", "has no key"),
        (0o600, "[1]", "no list of texts"),
    ],
)
def test_a_wrong_key_file_is_refused(agents: Agents, mode: int, text: str, message: str) -> None:
    file = agents.folder / "keys"
    file.write_text(text)
    file.chmod(mode)
    agents.config.write_text(f'[encryption]\nkey_file = "{file}"\n')
    assert message in agents.refusal("run", "--config", agents.config, "--bind", "127.0.0.1:0")


def test_a_swarm_becomes_one_cluster(agents: Agents) -> None:
    done = agents.call(
        *["swarm", "--members", "20", "--bind-from", "127.94.0.1:7946", "--duration", "1s"],
        *["--config", agents.config],
    )
    assert done.returncode == 0, done
    assert re.search(r"all know all +after [\d.]+ s", done.stdout)
    assert re.search(r"nothing to gossip +after [\d.]+ s", done.stdout)
    assert (
        re.search(r"ms user, [\d.e-]+ ms system a member-second", done.stdout)
        and "kB a member" in done.stdout
    )


def test_every_option_is_in_the_manual() -> None:
    manual = (ROOT / "agent/program/swim-agent.8").read_text().replace("\\-", "-")
    commands = ["run", "members", "info", "monitor", "join", "leave", "update", "rtt", "ping"]
    commands += ["send", "event", "keys", "keygen", "swarm"]
    main = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True).stdout
    assert set(re.findall(r"^  (\w+) ", main[main.index("Subcommands") :], re.M)) == set(commands)
    for command in commands:
        page = subprocess.run([PROGRAM, command, "--help"], capture_output=True, text=True).stdout
        for option in set(re.findall(r"--[\w-]+", page)) - {"--help"}:
            assert option in manual, f"{command} {option}"
