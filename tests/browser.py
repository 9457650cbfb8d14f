"""A headless Chromium, driven through the pipe of its DevTools protocol: what only a browser knows of a page."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
import select
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import pytest

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE: Final = 60.0
"""So many seconds an answer may take on a machine that has much else to do."""

FLAGS: Final = (
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--hide-scrollbars",
)  # fmt: skip


WIDTHS: Final = {"phone": 390, "tablet": 768, "screen": 1280}


def find_browser() -> str | None:
    """The program, or None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Browser:
    """One page in one browser."""

    to: int
    answers: int
    session: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    _buffer: bytes = b""
    _last: int = 0

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """What a method of the protocol answers."""
        self._last += 1
        told = {"id": self._last, "method": method, "params": parameters}
        if self.session:
            told["sessionId"] = self.session
        os.write(self.to, json.dumps(told).encode() + b"\0")
        while True:
            message = self._message()
            if message.get("id") == self._last:
                assert "error" not in message, message["error"]
                result: dict[str, Any] = message["result"]
                return result
            self.events.append(message)

    def wait_for(self, method: str) -> None:
        """Read on until that event has come."""
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self._message())

    def _message(self) -> dict[str, Any]:
        until = monotonic() + PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self.answers], [], [], max(until - monotonic(), 0))
            assert ready, "the browser does not answer"
            read = os.read(self.answers, 1 << 16)
            assert read, "the browser has ended"
            self._buffer += read
        text, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        return message

    # ------------------------------------------------------------------------------------------- in our words

    def open(self, path: Path, width: int, *, is_phone: bool = False, is_dark: bool = False) -> None:
        """Show a file in a window of that width."""
        self.events.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=is_phone)
        scheme = "dark" if is_dark else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=path.resolve().as_uri())
        self.wait_for("Page.loadEventFired")

    def evaluate(self, script: str) -> Any:
        """What a line of JavaScript comes to on the page."""
        told = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def screenshot(self, path: Path) -> None:
        """The whole page as a picture."""
        told = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(told["data"]))

    def print(self, path: Path) -> bytes:
        """The page as it would be printed: a PDF."""
        told = self.call("Page.printToPDF", preferCSSPageSize=True)
        path.write_bytes(base64.b64decode(told["data"]))
        return path.read_bytes()

    def requests(self) -> list[str]:
        """All that the page has asked for."""
        return [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]

    def complaints(self) -> list[str]:
        """What stands on the console, and what went wrong."""
        kinds = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
        return [json.dumps(event["params"]) for event in self.events if event.get("method") in kinds]

    def spoken(self) -> list[tuple[str, str]]:
        """The page as those hear it who do not see it: roles, and names."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        seen = [node for node in nodes if not node.get("ignored")]
        return [(node["role"]["value"], str(node.get("name", {}).get("value", ""))) for node in seen]


@contextmanager
def browser(program: str) -> Iterator[Browser]:
    """A browser of its own, which ends with this."""
    read_theirs, write_ours = _high(os.pipe())
    read_ours, write_theirs = _high(os.pipe())
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, *FLAGS, *root, f"--user-data-dir={profile}", "about:blank"]
        silent = os.open(os.devnull, os.O_WRONLY)
        # The protocol is spoken through the pipes 3 and 4.
        places = ((read_theirs, 3), (write_theirs, 4), (silent, 2))
        child = os.posix_spawn(
            program, command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, have, want) for have, want in places]
        )
        for handle in (read_theirs, write_theirs, silent):
            os.close(handle)
        try:
            one = Browser(write_ours, read_ours)
            targets = one.call("Target.getTargets")["targetInfos"]
            page = next(target["targetId"] for target in targets if target["type"] == "page")
            one.session = one.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Network", "Log"):
                one.call(f"{domain}.enable")
            yield one
        finally:
            _end(child)
            os.close(write_ours)
            os.close(read_ours)


def _high(handles: tuple[int, ...]) -> tuple[int, ...]:
    """The same pipe, out of the way of the numbers that the browser wants."""
    moved = tuple(fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, 10) for handle in handles)
    for handle in handles:
        os.close(handle)
    return moved


def _end(child: int) -> None:
    """End the browser, by force where it does not end when it is asked to."""
    os.kill(child, signal.SIGTERM)
    until = monotonic() + 20
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        sleep(0.05)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module, which are skipped where there is none."""
    program = find_browser()
    if program is None:
        pytest.skip("there is no Chromium; `apt install chromium` brings one")
    with browser(program) as one:
        yield one


def check_page(chromium: Browser, page: Path, device: str, shot: Path) -> None:
    """That the page that is open fits the device, asks for nothing beside itself, and raises no complaint."""
    assert chromium.evaluate("innerWidth") == WIDTHS[device]
    assert chromium.evaluate("document.documentElement.scrollWidth <= innerWidth")
    chromium.screenshot(shot)
    assert shot.read_bytes().startswith(b"\x89PNG")
    assert chromium.requests() == [page.as_uri()]
    assert chromium.complaints() == []


def check_a4(chromium: Browser, shot: Path) -> None:
    """That the page that is open prints on sheets of A4."""
    boxes = re.findall(rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+) ?\]", chromium.print(shot))
    assert len(boxes) >= 3
    for width, height in boxes:
        assert (float(width), float(height)) == pytest.approx((595, 842), abs=1)
