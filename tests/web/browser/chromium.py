"""Chromium driven over the DevTools protocol: enough to sign in, click, type, look and photograph."""

import base64
import itertools
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PATIENCE_S = 60.0
_OPTIONS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--remote-debugging-port=0", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowDown": 40, " ": 32}


class Page:
    """One tab."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._numbers = itertools.count(1)
        self.console: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command, waiting for its answer; what the browser complains about meanwhile is kept."""
        number = next(self._numbers)
        self._line.send(json.dumps({"id": number, "method": method, "params": params}))
        while (message := json.loads(self._line.recv(PATIENCE_S))).get("id") != number:
            self._note(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        result: dict[str, Any] = message["result"]
        return result

    def go(self, url: str) -> None:
        """Load a page and wait for all of it."""
        self.loading(lambda: self.call("Page.navigate", url=url))

    def loading(self, deed: Callable[[], object]) -> None:
        """Do what loads another page, and wait for that."""
        self.run("window.isOld = true")
        deed()
        self.wait("window.isOld !== true && document.readyState === 'complete'")

    def wait(self, condition: str) -> None:
        """Until an expression in the page is true."""
        for _ in range(int(PATIENCE_S * 20)):
            if self.run(condition):
                return
            self.pause(0.05)
        raise TimeoutError(f"{condition} never came true at {self.run('location.href')}")

    def run(self, script: str) -> Any:  # noqa: ANN401 - any JSON value
        """The value of an expression in the page; None while it is replaced by another."""
        try:
            answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        except RuntimeError as gone:
            if "context" in str(gone) or "navigated" in str(gone):
                return None
            raise
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", script))
        return answer["result"].get("value")

    def pause(self, seconds: float) -> None:
        """Read what the browser says meanwhile."""
        with suppress(TimeoutError):
            self._note(json.loads(self._line.recv(seconds)))

    def text(self) -> str:
        """What can be read on the page."""
        return str(self.run("document.body.innerText"))

    def fill(self, selector: str, words: str) -> None:
        """Type into a field."""
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.call("Input.insertText", text=words)

    def click(self, selector: str) -> None:
        """Click on the middle of something, with the mouse."""
        place = f"document.querySelector({json.dumps(selector)})"
        self.run(f"{place}.scrollIntoView({{block: 'center'}})")
        box = self.run(f"(r => [r.x + r.width / 2, r.y + r.height / 2])({place}.getBoundingClientRect())")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def press(self, key: str) -> None:
        """A key on the keyboard."""
        text = {"Enter": "\r", " ": " "}.get(key)
        said = {"key": key, "code": {" ": "Space"}.get(key, key), "windowsVirtualKeyCode": _KEYS[key]}
        self.call("Input.dispatchKeyEvent", type="keyDown", **said, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **said)

    def resize(self, width: int, height: int, *, is_phone: bool = False) -> None:
        """The size of the window, with a phone's manners."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=is_phone
        )

    def prefer(self, scheme: str) -> None:
        """`light` or `dark`."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def photograph(self, path: Path, *, is_whole: bool = False) -> None:
        """A PNG of what is in sight, or of the whole page."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=is_whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _note(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Log.entryAdded":
            entry = message["params"]["entry"]
            if entry["level"] == "error":  # what the policy refuses is one; that it sets no focus twice is none
                self.console.append(entry["text"])
        elif message.get("method") == "Runtime.exceptionThrown":
            self.console.append(message["params"]["exceptionDetails"]["text"])


@contextmanager
def open_browser(program: str, profile: Path) -> Iterator[Page]:
    """A browser with one blank page."""
    command = [program, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as browser:
        try:
            assert browser.stderr is not None
            address = next(line for line in browser.stderr if line.startswith("DevTools listening on ")).split()[-1]
            with connect(address, max_size=None) as line:
                target = _first_page(line)
            with connect(f"{address.split('/devtools')[0]}/devtools/page/{target}", max_size=None) as line:
                yield Page(line)
        finally:
            browser.terminate()
            browser.communicate()


def _first_page(line: ClientConnection) -> str:
    line.send(json.dumps({"id": 1, "method": "Target.getTargets", "params": {}}))
    while (message := json.loads(line.recv(PATIENCE_S))).get("id") != 1:
        pass
    found: str = next(each["targetId"] for each in message["result"]["targetInfos"] if each["type"] == "page")
    return found
