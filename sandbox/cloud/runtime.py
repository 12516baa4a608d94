"""Runs a built function as Lambda does: its own process, the real runtime client, invocations fetched over HTTP."""

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

from sandbox.cloud.emulator import LOCAL

PATIENCE = 60.0
"""Seconds for an answer, a cold start included."""
Events = queue.Queue[tuple[str, bytes] | None]
"""Request id and event; None hangs up."""
Answer = tuple[str, Any]
"""`response` or `error`, and what came with it."""


class InvocationFailed(Exception):
    """The function raised, could not be loaded, or did not answer; the text is what the runtime client reported."""


def mount(layers: Sequence[Path], opt: Path) -> None:
    """Lay the layers over each other, as Lambda does at /opt."""
    for layer in layers:
        shutil.copytree(layer, opt, dirs_exist_ok=True)


class RuntimeApi(ThreadingHTTPServer):
    """Speaks to one function, and keeps quiet when that is ended in the middle of a call."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class RunningFunction:
    """One execution environment. The first `invoke` is a cold start, the others are warm."""

    def __init__(self, code: Path, opt: Path, environment: Mapping[str, str], seconds: int = 60) -> None:
        self._seconds = seconds
        self._events: Events = queue.Queue()
        self._answers: queue.Queue[Answer] = queue.Queue()
        self._server = RuntimeApi(("127.0.0.1", 0), _handler(self._events, self._answers, seconds))
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        lambda_environment = {
            "PATH": os.environ["PATH"],
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_address[1]}",
            "AWS_LAMBDA_FUNCTION_NAME": code.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "LAMBDA_TASK_ROOT": str(code),
            "PYTHONPATH": f"{code}:{opt / 'python'}",
            # the code of a deployed function is read-only: what bytecode there is was shipped
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._process = subprocess.Popen(  # noqa: S603 - our own installation
            [LOCAL / "runtime" / "bin" / "python", "-m", "awslambdaric", "app.lambda_handler"],
            env={**environment, **lambda_environment},
            cwd=code,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.printed: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stdout
        with self._process.stdout as lines:
            self.printed.extend(line.decode(errors="replace").rstrip() for line in lines)

    def invoke(self, event: Any) -> Any:
        self._events.put((str(uuid4()), json.dumps(event).encode()))
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                kind, value = self._answers.get(timeout=0.5)
            except queue.Empty:
                if self._process.poll() is None:
                    continue
                break
            if kind == "response":
                return value
            raise InvocationFailed(json.dumps(value))
        raise InvocationFailed("no answer\n" + "\n".join(self.printed[-20:]))

    def stop(self) -> None:
        self._events.put(None)
        self._process.kill()
        self._process.wait()
        self._listener.join()
        self._server.shutdown()
        self._server.server_close()


def _handler(events: Events, answers: "queue.Queue[Answer]", seconds: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """The four calls of the Lambda Runtime API that a runtime client makes."""

        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one segment, or the client waits for the second

        def do_GET(self) -> None:
            event = events.get()
            if event is None:
                self.close_connection = True
                return
            request, body = event
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Lambda-Runtime-Aws-Request-Id", request)
            self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + seconds) * 1000)))
            self.send_header(
                "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:built"
            )
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = self._body()
            kind = "response" if self.path.endswith("/response") else "error"
            answers.put((kind, json.loads(body) if body else None))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
