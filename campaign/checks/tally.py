# SPDX-License-Identifier: GPL-2.0-only
"""What every kind of test reports: how many passed and were skipped, and which failed."""

from dataclasses import dataclass, field

_TOLD = 3000
"""Characters of what a failed test said that the summary repeats: its last ones."""


@dataclass
class Tally:
    """How many tests passed and were skipped, and those that failed: name and what each said."""

    passed: int = 0
    skipped: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def failure(cls, name: str, said: str = "") -> "Tally":
        """One test that failed."""
        return cls(failures=[(name, said)])

    @property
    def failed(self) -> int:
        """How many failed."""
        return len(self.failures)

    def __iadd__(self, other: "Tally") -> "Tally":
        self.passed += other.passed
        self.skipped += other.skipped
        self.failures += other.failures
        return self

    def __str__(self) -> str:
        """Each failure with the end of what it said, and last a line that sums up: who reads a
        long output from its end sees all that is wrong."""
        told = [_told(name, said.strip()) for name, said in self.failures]
        return "\n".join(
            [*told, f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"]
        )


def _told(name: str, said: str) -> str:
    if len(said) > _TOLD:
        said = "... " + said[-_TOLD:]
    return "\n".join([f"FAILED {name}", *("    " + line for line in said.splitlines())])
