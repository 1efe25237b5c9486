# SPDX-License-Identifier: GPL-2.0-only
"""A headless Chromium that opens a page of ours, and tells all that went wrong in it.

It is spoken to by the DevTools protocol over a pipe: no port, no driver, no package of Python beyond
the standard library. A page may not reach any network, and every error of its scripts is kept.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PROGRAM = "chromium"
LONG_ENOUGH_S = 120

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--mute-audio",
    "--remote-debugging-pipe",
    # Whatever a page asks for by name fails, and at once: a page that loads something shows it.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def is_there() -> bool:
    """Whether there is a Chromium to test with."""
    return shutil.which(PROGRAM) is not None


class PageError(AssertionError):
    """A script of the page failed, or what was evaluated in it did."""


class Page:
    """One tab. `errors` has what scripts threw, what the console was told as an error, and what was
    asked of a network."""

    def __init__(self, process: subprocess.Popen, to_browser: int, from_browser: int) -> None:
        self._process, self._to, self._from = process, to_browser, from_browser
        self._buffer, self._last, self._session = b"", 0, ""
        self._events: list[dict[str, Any]] = []
        self.errors: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log"):
            self._call(f"{domain}.enable")
        # Without room for contents: a second copy of a page of megabytes would be time that no reader waits.
        self._call("Network.enable", maxTotalBufferSize=0, maxResourceBufferSize=0)

    def size(self, width: int, height: int, scale: float = 1.0) -> None:
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )

    def media(self, kind: str = "", **features: str) -> None:
        """As print (`kind`), or with features such as `prefers_color_scheme="dark"`."""
        named = [{"name": key.replace("_", "-"), "value": each} for key, each in features.items()]
        self._call("Emulation.setEmulatedMedia", media=kind, features=named)

    def open(self, path: Path, fragment: str = "") -> None:
        """The page at `path`, from file://, anew, and waits until it has loaded."""
        # Of the page that is open already, another fragment would be no load.
        for url in ("about:blank", path.resolve().as_uri() + fragment):
            self._events.clear()
            self._call("Page.navigate", url=url)
            self._wait(
                lambda: any(event["method"] == "Page.loadEventFired" for event in self._events),
                f"load of {url}",
            )

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, awaited where it is a promise."""
        done = self._call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in done:
            raise PageError(_said(done["exceptionDetails"]))
        return done["result"].get("value")

    def until(self, expression: str) -> Any:
        """Waits until an expression is true, and gives its value."""
        end = time.monotonic() + LONG_ENOUGH_S
        while not (value := self.evaluate(expression)):
            if time.monotonic() > end:
                raise PageError(f"never true: {expression}; errors: {self.errors}")
            time.sleep(0.02)
        return value

    def key(self, key: str, code: str = "", shift: bool = False) -> None:
        """One key pressed and let go."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": key} if kind == "keyDown" and len(key) == 1 else {}
            self._call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=code or key,
                modifiers=8 if shift else 0,
                **text,
            )

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        """`mouseMoved`, `mousePressed`, `mouseReleased` at a place of the window."""
        self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, selector: str) -> None:
        """The middle of the first element that matches, scrolled into view."""
        x, y = self.evaluate(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y, button="left", clickCount=1)

    def screenshot(self, path: Path, **clip: float) -> Path:
        """A PNG of the window, or of a part of the page (x, y, width, height)."""
        part = {"clip": clip | {"scale": 1}, "captureBeyondViewport": True} if clip else {}
        path.write_bytes(base64.b64decode(self._call("Page.captureScreenshot", **part)["data"]))
        return path

    def pdf(self) -> bytes:
        """As it would be printed."""
        return base64.b64decode(self._call("Page.printToPDF", printBackground=True)["data"])

    def check(self) -> None:
        """Fails with what went wrong in the page, if anything did."""
        self.evaluate("0")
        if self.errors:
            raise PageError("; ".join(self.errors))

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._last += 1
        message = {"id": self._last, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        left = json.dumps(message).encode() + b"\0"
        while left:
            left = left[os.write(self._to, left) :]
        found: list[dict[str, Any]] = []

        def answered() -> bool:
            found.extend(event for event in self._events if event.get("id") == self._last)
            return bool(found)

        self._wait(answered, method)
        self._events = [event for event in self._events if "id" not in event]
        if "error" in found[0]:
            raise PageError(f"{method}: {found[0]['error']}")
        return found[0].get("result", {})

    def _wait(self, done: Any, what: str) -> None:
        end = time.monotonic() + LONG_ENOUGH_S
        while not done():
            ready, _, _ = select.select([self._from], [], [], max(0.0, end - time.monotonic()))
            chunk = os.read(self._from, 1 << 20) if ready else b""
            if not chunk:
                raise PageError(f"{PROGRAM} did not answer: {what}; errors: {self.errors}")
            *messages, self._buffer = (self._buffer + chunk).split(b"\0")
            for message in map(json.loads, messages):
                self._note(message)
                self._events.append(message | {"method": message.get("method", "")})

    def _note(self, message: dict[str, Any]) -> None:
        method, params = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.errors.append(_said(params["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            self.errors.append(" ".join(str(each.get("value")) for each in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            url = params["request"]["url"]
            if not url.startswith(("file:", "data:", "blob:", "about:")):
                self.errors.append(f"asked the network for {url}")


def _said(details: dict[str, Any]) -> str:
    thrown = details.get("exception", {})
    return thrown.get("description") or str(thrown.get("value")) or details.get("text", "an error")


@contextmanager
def browser() -> Iterator[Page]:
    """A browser of its own with one empty tab, which ends with the block."""
    to_browser, write_end = os.pipe()
    read_end, from_browser = os.pipe()
    # The protocol takes descriptors 3 and 4; a shell puts ours there, whatever their numbers are.
    launch = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
    with tempfile.TemporaryDirectory(
        prefix="swimlab-browser-", ignore_cleanup_errors=True
    ) as profile:
        process = subprocess.Popen(
            ["bash", "-c", launch, PROGRAM, *_FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(to_browser, from_browser),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        try:
            yield Page(process, write_end, read_end)
        finally:
            # Asked first: who is terminated leaves children that still write into the profile.
            with suppress(OSError):
                os.write(write_end, b'{"id": 0, "method": "Browser.close"}\0')
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            os.close(write_end)
            os.close(read_end)
