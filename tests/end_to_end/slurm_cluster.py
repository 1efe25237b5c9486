# SPDX-License-Identifier: GPL-2.0-only
"""A real Slurm on this machine, for the time of a test: munged, slurmctld and two nodes' slurmd, which
nobody but us reaches: all have a folder, a key and ports on 127.0.0.1 of their own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

DAEMONS = ("munged", "slurmctld", "slurmd", "sbatch")
NODES = ("here1", "here2")
_TIMEOUT_S = 30.0


def program(name: str) -> str | None:
    """Daemons are where only root looks."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def missing() -> str:
    """Why there can be no cluster here; empty: there can."""
    absent = [name for name in DAEMONS if program(name) is None]
    return f"there is no {', '.join(absent)}: apt-get install slurm-wlm munge" if absent else ""


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Cluster:
    """The daemons, and how a test asks about them."""

    def __init__(
        self, folder: Path, max_array_size: int = 1001, shares: str = "CR_Core_Memory"
    ) -> None:
        self.folder = folder
        self.conf = folder / "slurm.conf"
        # Jobs that are killed with their node leave their files behind.
        self.environment = os.environ | {"SLURM_CONF": str(self.conf), "TMPDIR": str(folder)}
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}
        self._socket = folder / "munge.socket"
        user = subprocess.check_output(["id", "-un"], text=True).strip()
        host = socket.gethostname()
        controller, *ports = _free_ports(1 + len(NODES))
        nodes = "\n".join(
            f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=2 RealMemory=2000"
            for name, port in zip(NODES, ports)
        )
        for name in ("state", *NODES):
            (folder / name).mkdir()
        self.conf.write_text(
            f"""\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={self._socket}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters={shares}
DefMemPerCPU=100
MpiDefault=none
ReturnToService=2
SlurmdTimeout=8
KillWait=3
MinJobAge=60
MaxArraySize={max_array_size}
SchedulerParameters=sched_interval=2
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
{nodes}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE
PartitionName=short Nodes=ALL MaxTime=1
"""
        )

    def start(self) -> None:
        """All daemons, until both nodes are idle."""
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        files = [f"--{name}-file={self.folder}/munge.{name}" for name in ("pid", "log", "seed")]
        munged = ["munged", "--foreground", "--force", f"--socket={self._socket}"]
        self._start("munged", [*munged, f"--key-file={key}", *files])
        self.start_controller()
        for name in NODES:
            self.start_node(name)
        self.wait_for_nodes()

    def start_controller(self, *options: str) -> None:
        """slurmctld."""
        self._start("slurmctld", ["slurmctld", "-D", "-f", str(self.conf), *options])

    def start_node(self, name: str) -> None:
        """slurmd."""
        self._start(name, ["slurmd", "-D", "-N", name, "-f", str(self.conf)])

    def wait_for_nodes(self) -> None:
        """Until both can have jobs."""
        end = time.monotonic() + _TIMEOUT_S
        while (states := self.ask("sinfo", "-h", "-N", "-p", "all", "-o", "%t").split()) != [
            "idle"
        ] * len(NODES):
            assert time.monotonic() < end, f"nodes are {states}\n{self.logs()}"
            time.sleep(0.2)

    def kill(self, name: str) -> None:
        """As a machine that loses its power."""
        daemon = self._daemons.pop(name)
        daemon.kill()
        daemon.wait()

    def stop(self) -> None:
        """Everything, jobs first."""
        if "slurmctld" in self._daemons:
            self.ask("scancel", "--me")
            time.sleep(0.5)
        for daemon in reversed(self._daemons.values()):
            daemon.send_signal(signal.SIGTERM)
        for daemon in self._daemons.values():
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()

    def ask(self, *command: str) -> str:
        """What a command of Slurm's prints."""
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=_TIMEOUT_S
        )
        return done.stdout

    def logs(self) -> str:
        """The end of what the daemons said."""
        return "\n".join(
            f"--- {file.name}\n{file.read_text(errors='replace')[-2000:]}"
            for file in sorted(self.folder.glob("*.out"))
        )

    def _start(self, name: str, command: list[str]) -> None:
        found = program(command[0])
        assert found is not None
        with open(self.folder / f"{name}.out", "ab") as out:
            self._daemons[name] = subprocess.Popen(
                [found, *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=self.environment,
                start_new_session=True,
            )


@contextlib.contextmanager
def cluster(
    folder: Path, max_array_size: int = 1001, shares: str = "CR_Core_Memory"
) -> Iterator[Cluster]:
    """One that runs."""
    started = Cluster(folder, max_array_size, shares)
    try:
        started.start()
        yield started
    finally:
        started.stop()
