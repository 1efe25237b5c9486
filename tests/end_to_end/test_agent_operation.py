# SPDX-License-Identifier: MIT
"""swim-agent as those who operate it meet it: names, joins that lead nowhere, keys that do not fit,
settings that are wrong when they are read again, logs that are rotated.

Nothing is decided by the clock: each test waits for what must come.
"""

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_processes import CONFIG, LONG_ENOUGH_S, PROGRAM, Agents, eventually, free_address

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="needs build/swim-agent")


class LoggedAgents(Agents):
    """Agents whose logs are files too."""

    def log_file(self, name: str) -> Path:
        return self.events_file(name).with_suffix(".log")

    def log(self, name: str) -> list[str]:
        path = self.log_file(name)
        return path.read_text().splitlines() if path.exists() else []

    def start_with(self, name: str, settings: str, *arguments: str, **options) -> None:
        """An agent with settings of its own, see write."""
        self.write(name, settings)
        self.start(name, *arguments, config=self.config_of(name), **options)

    def config_of(self, name: str) -> Path:
        return self.events_file(name).with_suffix(".toml")

    def write(self, name: str, settings: str) -> None:
        """What stands before --- is at the top of the file, the rest are tables."""
        tables = CONFIG.replace('"warn"', f'"info"\nfile = "{self.log_file(name)}"')
        top, _, rest = settings.partition("---")
        if (label := re.match("LABEL (.*)", top)) is not None:
            tables = tables.replace("[protocol]\n", f'[protocol]\nlabel = "{label[1]}"\n')
            top = ""
        for each in re.findall("KEY ([ab])", rest):
            rest = rest.replace(f"KEY {each}", str(self.key_file(each)))
        self.config_of(name).write_text(top + tables + rest)

    def key_file(self, name: str) -> Path:
        file = self.folder / f"{name}.key"
        file.write_text(self.call("keygen").stdout)
        file.chmod(0o600)
        return file


@pytest.fixture
def agents(tmp_path: Path) -> Iterator[LoggedAgents]:
    made = LoggedAgents(tmp_path)
    yield made
    made.end()


# Options


def test_an_option_that_may_be_repeated_is_taken_each_time(agents: LoggedAgents) -> None:
    nobody = free_address()
    agents.start("a")
    agents.start("b", "--join", nobody, "--join", agents.address("a"))
    assert eventually(lambda: agents.states("a") == {"a": "alive", "b": "alive"})
    (joined,) = agents.events("b", "join")
    assert joined["contacted"] == 1 and nobody in joined["errors"][0]


def test_a_swarm_joins_through_each_of_several(agents: LoggedAgents) -> None:
    agents.start("a")
    agents.start("b", "--join", agents.address("a"))
    assert eventually(lambda: len(agents.states("a")) == 2)
    swarm = ["swarm", "--members", "2", "--bind-from", "127.94.1.1:7946"]
    swarm += ["--join", agents.address("a"), "--join", agents.address("b")]
    # It lives until all is seen, however busy the machine is, or for as long as anybody waits.
    running = subprocess.Popen(
        [PROGRAM, *swarm, "--duration", f"{LONG_ENOUGH_S}s", "--config", agents.config],
        stdout=subprocess.DEVNULL,
    )
    try:
        assert eventually(
            lambda: {e["subject"] for e in agents.events("a", "joined")} >= {"b", "m0", "m1"}
        )
    finally:
        running.terminate()
        running.wait(LONG_ENOUGH_S)


# Whom a command reaches


@pytest.mark.parametrize(
    ("runs", "asked"),
    [
        ("node 1", "node_1"),
        ("節点一", "節点二"),
        ("rack/7", "rack_7"),
        ("rack/7", "rack%2F7"),
        (".hidden", "_hidden"),
        ("x" * 512, "x" * 511 + "y"),
        ("é" * 256, "è" * 256),
        ("line\nbreak", "line_break"),
        ("A", "a"),
    ],
    ids=range(9),
)
def test_a_command_reaches_the_agent_that_it_names(
    agents: LoggedAgents, runs: str, asked: str
) -> None:
    agents.start(runs)
    assert "no agent to talk to" in agents.refusal("leave", "--name", asked)
    assert agents.ask("info", "--name", runs)["name"] == runs
    agents.start(asked)
    assert agents.ask("info", "--name", asked)["name"] == asked
    assert agents.call("leave", "--name", asked).returncode == 0
    assert agents.processes[asked].wait(LONG_ENOUGH_S) == 0
    assert agents.states(runs) == {runs: "alive"}


def test_a_socket_of_another_agent_is_refused(agents: LoggedAgents) -> None:
    agents.start("a")
    path = str(agents.folder / "swim-agent" / "a.sock")
    assert agents.ask("info", "--control", path)["name"] == "a"
    assert 'the agent "a", not "b"' in agents.refusal("leave", "--control", path, "--name", "b")
    os.rename(path, path.replace("a.sock", "b.sock"))
    assert 'the agent "a", not "b"' in agents.refusal("leave", "--name", "b")
    assert agents.processes["a"].poll() is None


def test_an_agent_that_does_not_name_itself_is_not_believed(agents: LoggedAgents) -> None:
    path = agents.folder / "s.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        command = [PROGRAM, "members", "--name", "a", "--control", path]
        asking = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        client, _ = listener.accept()
        assert json.loads(client.makefile().readline())["agent"] == "a"
        client.sendall(b'{"ok": true, "members": []}\n')
        assert "is another than the one named a" in asking.communicate(timeout=LONG_ENOUGH_S)[1]
        assert asking.returncode == 2


def test_agents_that_were_killed_do_not_count(agents: LoggedAgents) -> None:
    agents.start("a")
    agents.start("b").kill()
    agents.processes["b"].wait()
    assert "NAME" in agents.call("members").stdout  # of the only one that runs
    agents.start("node 2")
    agents.start("節" * 170)
    named = agents.refusal("members")
    assert named.endswith('say which with --name: a "node 2" ' + "節" * 170)


def test_a_path_of_any_length_leads_to_the_agent(agents: LoggedAgents) -> None:
    deep = agents.folder / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    agents.environment["XDG_RUNTIME_DIR"] = str(deep)
    agents.start("a")
    assert agents.states("a") == {"a": "alive"} and agents.call("members").returncode == 0
    control = str(deep / "other.sock")
    agents.start("b", "--control", control)
    assert agents.ask("info", "--control", control)["name"] == "b"


# Joining oneself


def test_a_member_that_finds_only_itself_goes_on_trying(agents: LoggedAgents) -> None:
    mine, other = "127.94.2.1:7946", free_address()
    agents.start_with("a", f'join = ["{mine}", "{other}"]\nretry_join = true\n', bind=mine)
    assert eventually(
        lambda: any("this is the joining member itself" in x for x in agents.log("a"))
    )
    assert not agents.events("a", "join")
    agents.start("b", bind=other)
    assert eventually(lambda: agents.states("a") == {"a": "alive", "b": "alive"})
    assert agents.events("a", "join")[0]["contacted"] == 1


@pytest.mark.parametrize(
    ("bind", "seed"),
    [
        ("127.94.2.2:7946", "127.94.2.2"),
        ("127.94.2.2:7946", "127.94.2.2:7946"),
        ("0.0.0.0:7947", "localhost:7947"),
        ("0.0.0.0:7947", "127.94.2.3:7947"),
        ("[::]:7947", "127.94.2.3:7947"),
        ("127.94.2.2:7946", "[::ffff:127.94.2.2]:7946"),
    ],
)
def test_joining_only_oneself_fails(agents: LoggedAgents, bind: str, seed: str) -> None:
    command = ["run", "--name", "a", "--bind", bind, "--advertise", "127.94.2.2", "--join", seed]
    done = agents.call(*command, "--config", agents.config)
    assert done.returncode == 1 and "this is the joining member itself" in done.stderr


def test_the_command_join_does_not_count_the_agent_itself(agents: LoggedAgents) -> None:
    agents.pair()
    itself = agents.refusal("join", agents.address("a"), "--name", "a")
    assert "nobody answered" in itself
    both = agents.ask("join", agents.address("a"), agents.address("b"), "--name", "a")
    assert both["contacted"] == 1 and not both["errors"]


# Who is turned away


def turned_away(agents: LoggedAgents, name: str, reason: str) -> bool:
    return eventually(
        lambda: any(
            " warning: turned away 127.0.0.1:" in line and reason in line
            for line in agents.log(name)
        )
    )


@pytest.mark.parametrize(
    ("receiver", "joiner", "reason"),
    [
        ("---[encryption]\nkey_file = 'KEY a'\n", "---[encryption]\nkey_file = 'KEY b'\n", "keys"),
        ("", "---[encryption]\nkey_file = 'KEY b'\n", "this agent has no keys"),
        ("---[encryption]\nkey_file = 'KEY a'\n", "", "it does not encrypt"),
        ("LABEL one", "LABEL two", "it has another label"),
        ("LABEL one", "", "it has no label"),
        ("", "LABEL two", "it has another label"),
        ("allow = ['127.94.0.0/16']\nadvertise = '127.94.0.1'\n", "", "none of the ranges"),
    ],
    ids=["keys", "no keys", "not encrypted", "labels", "no label", "label", "allow"],
)
def test_who_is_turned_away_is_told_on_both_sides(
    agents: LoggedAgents, receiver: str, joiner: str, reason: str
) -> None:
    agents.start_with("a", receiver)
    agents.write("b", joiner)
    port = agents.address("a").rpartition(":")[2]
    command = ["run", "--name", "b", "--bind", "127.0.0.1:0", "--join", f"127.0.0.1:{port}"]
    assert agents.call(*command, "--config", agents.config_of("b")).returncode == 1
    assert turned_away(agents, "a", reason)
    hints = [line for line in agents.log("b") if "could not join" in line]
    assert len(hints) == 1 and "its keys, its label or its allow list do not fit" in hints[0]


def test_the_same_warning_is_told_once_a_minute(agents: LoggedAgents) -> None:
    agents.start_with("a", "allow = ['127.94.0.0/16']\nadvertise = '127.94.0.1'\n")
    port = int(agents.address("a").rpartition(":")[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(50):
            sender.sendto(b"x", ("127.0.0.1", port))
    seen = lambda: agents.ask("info", "--name", "a")["transport"]["datagrams_forbidden"]
    assert eventually(lambda: seen() == 50)
    assert turned_away(agents, "a", "none of the ranges")
    assert len([line for line in agents.log("a") if "turned away" in line]) == 1


# What fits no datagram


@pytest.mark.parametrize(
    ("protocol", "name", "room"),
    [
        ("udp_buffer_size = '576B'", "a", True),
        ("udp_buffer_size = '576B'", "n" * 400, False),
        ("udp_buffer_size = '576B'\nlabel = '%s'" % ("l" * 100), "a", True),
        ("udp_buffer_size = '1340B'\nlabel = '%s'" % ("l" * 255), "n" * 512, True),
    ],
    ids=["smallest", "long name", "label", "longest name and label"],
)
def test_what_fits_no_datagram_is_refused(
    agents: LoggedAgents, protocol: str, name: str, room: bool
) -> None:
    agents.config.write_text(CONFIG.replace("[protocol]\n", f"[protocol]\n{protocol}\n"))
    run = ["run", "--bind", "127.0.0.1:0", "--config", agents.config, "--name", name]
    wrong = agents.refusal(*run, "--meta", "y" * 512)
    assert "in datagrams of udp_buffer_size = " in wrong
    if not room:
        assert "the member's name must have 1 to " in wrong
        return
    most = int(wrong.partition("the most is ")[2].partition(",")[0])
    assert 0 < most < 512
    agents.start(name, "--meta", "y" * most)
    assert "is too long; the most is %d" % most in agents.refusal(
        "update", "z" * (most + 1), "--name", name
    )
    agents.start("b", "--join", agents.address(name))
    assert agents.call("update", "z" * most, "--name", name).returncode == 0
    told = lambda: [e["meta"] for e in agents.events("b", "updated")] == ["z" * most]
    assert eventually(told)
    assert eventually(lambda: agents.ask("info", "--name", name)["queued_updates"] == 0)


# Settings that are read again


def reload(agents: LoggedAgents, name: str, settings: str, answer: str) -> None:
    before = len(agents.log(name))
    agents.write(name, settings)
    agents.processes[name].send_signal(signal.SIGHUP)
    assert eventually(lambda: any(answer in line for line in agents.log(name)[before:]))


def meta_of(agents: LoggedAgents, name: str) -> str:
    return agents.ask("members", "--name", name)["members"][0]["meta"]


@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        (f"meta = '{'x' * 600}'\n", "metadata of 600 bytes is too long; the most is 512"),
        ("meta = 'two'\nnam = 'a'\n", "nam: unknown key"),
        ("meta = 'two'\n---[encryption]\n", "key file KEY: key 1 is none"),
        ("meta = \n", ".toml:1: "),
    ],
)
def test_a_reload_that_fails_says_so_and_changes_nothing(
    agents: LoggedAgents, settings: str, answer: str
) -> None:
    key = agents.key_file("a")
    encryption = f"---[encryption]\nkey_file = '{key}'\n"
    agents.start_with("a", "meta = 'one'\n" + encryption)
    keys = agents.ask("keys", "list", "--name", "a")["keys"]
    if "KEY" in answer:
        key.write_text("abc")
        settings, answer = "meta = 'two'\n" + encryption, answer.replace("KEY", str(key))
    elif "---" not in settings:
        settings += encryption
    reload(agents, "a", settings, "error: settings stay as they were: ")
    assert answer in agents.log("a")[-1]
    assert meta_of(agents, "a") == "one"
    assert agents.ask("keys", "list", "--name", "a")["keys"] == keys
    key.write_text(keys[0])
    reload(agents, "a", "meta = 'three'\n" + encryption, "settings were read again")
    assert meta_of(agents, "a") == "three"


def test_what_a_reload_cannot_change_is_named(agents: LoggedAgents) -> None:
    agents.start_with("a", "")
    reload(agents, "a", "bind = '127.0.0.1:1'\nallow = ['127.0.0.0/8']\n", "read again")
    told = "".join(line for line in agents.log("a") if "warning" in line)
    assert "allow has changed, which takes effect when the agent starts again" in told
    assert "bind" not in told  # the command line has it


def test_rotated_files_are_opened_anew(agents: LoggedAgents) -> None:
    agents.start_with("a", "")
    files = [agents.log_file("a"), agents.events_file("a")]
    for file in files:
        file.rename(f"{file}.1")
    reload(agents, "a", "", "settings were read again")
    old = [Path(f"{file}.1").read_text() for file in files]
    assert agents.call("leave", "--name", "a").returncode == 0
    assert agents.processes["a"].wait(LONG_ENOUGH_S) == 0
    assert [Path(f"{file}.1").read_text() for file in files] == old
    assert "stopped: left" in agents.log("a")[-1]
    assert agents.events("a", "stopped") and not agents.events("a", "started")


def test_files_are_opened_anew_though_the_settings_are_wrong(agents: LoggedAgents) -> None:
    agents.start_with("a", "")
    agents.log_file("a").rename(agents.folder / "old")
    agents.config_of("a").write_text("name = ")
    agents.processes["a"].send_signal(signal.SIGHUP)
    assert eventually(lambda: any("settings stay as they were" in x for x in agents.log("a")))


def test_a_file_that_cannot_be_opened_anew_is_told_where_it_was(agents: LoggedAgents) -> None:
    agents.start_with("a", "")
    old = agents.log_file("a").rename(agents.folder / "old")
    agents.log_file("a").mkdir()
    agents.processes["a"].send_signal(signal.SIGHUP)
    assert eventually(lambda: "goes on in the file that was open" in old.read_text())
    assert eventually(lambda: "settings were read again" in old.read_text())


# Two of one name


def test_a_conflict_names_both_addresses(agents: LoggedAgents) -> None:
    agents.start_with("web", "")
    first = agents.address("web")
    agents.write("second", "")
    events = agents.folder / "second.jsonl"
    command = [PROGRAM, "run", "--name", "web", "--bind", "127.0.0.1:0", "--join", first]
    command += ["--config", agents.config_of("second"), "--events", events]
    command += ["--control", agents.folder / "second.sock"]
    agents.processes["second"] = subprocess.Popen(command, env=agents.environment)
    assert eventually(lambda: agents.events("web", "conflict"))
    assert eventually(lambda: agents.events("second", "conflict"))
    second = agents.address("second")
    for name, mine, theirs in [("web", first, second), ("second", second, first)]:
        conflict = agents.events(name, "conflict")[0]
        assert (conflict["address"], conflict["claimed"]) == (mine, theirs)
        (line,) = [line for line in agents.log(name) if "conflict" in line]
        assert f"web is at {mine}, and {theirs} claims that name too" in line
