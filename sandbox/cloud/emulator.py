"""The MiniStack process: started on a free loopback port with IAM enforced, and ended with all it left behind."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

from sandbox.cloud.account import environment

LOCAL = Path(__file__).resolve().parents[2] / ".local"
START_SECONDS = 60.0


class NotStarted(Exception):
    """The emulator is not installed or did not come up; the text says which."""


class Emulator:
    """One emulated account. `folder` is its own, below .local, and goes with it: nothing is kept."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        (LOCAL / "run").mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="cloud-", dir=LOCAL / "run"))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        command = LOCAL / "cloud" / "bin" / "ministack"
        if not command.exists():
            raise NotStarted(f"{command} is not there; `make setup` installs it")
        temporary = self.folder / "tmp"
        temporary.mkdir()
        settings = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self._port),
            "IOT_MTLS_ENABLED": "0",
            "AUTH": "true",
            "TMPDIR": str(temporary),
        }
        with (self.folder / "emulator.log").open("wb") as log:
            # a session of its own: Ctrl-C is for whoever runs us, who then stops it in order
            self._process = subprocess.Popen(  # noqa: S603 - our own installation
                [command], env=environment(self.endpoint) | settings, stdout=log, stderr=log, start_new_session=True
            )
        self._wait()

    def _wait(self) -> None:
        assert self._process
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                if httpx.get(f"{self.endpoint}/_ministack/health", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        tail = (self.folder / "emulator.log").read_text()[-2000:]
        self.stop()
        raise NotStarted(f"the emulator did not come up:\n{tail}")

    def stop(self) -> None:
        if self._process is not None:
            # it keeps nothing, so it need not end gracefully; the functions it runs are of its session and go too
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)
