"""An emulated AWS account that a function talks to, every call of it counted, and made to fail on demand."""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from sandbox.cloud.account import client
from tandem.store.dynamodb import DynamoStore
from tests.store.table import connect, create


class Account:
    """A table, queues and secrets of its own. `calls` by operation; an operation in `broken` is answered with a 500."""

    def __init__(self, endpoint: str) -> None:
        self.calls: Counter[str] = Counter()
        self.broken: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _between(self, endpoint))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._name = f"test-{uuid4().hex[:8]}"
        dynamodb = connect(endpoint)
        create(dynamodb, self._name)
        self.store = DynamoStore(dynamodb, self._name)
        self._sqs, self._secrets = client("sqs", endpoint), client("secretsmanager", endpoint)
        self._queues = {
            kind: self._sqs.create_queue(QueueName=f"{self._name}-{kind}")["QueueUrl"]
            for kind in ("order", "contact", "stage", "cart", "resync")
        }
        self._clients = (dynamodb, self._sqs, self._secrets)

    def put_secret(self, text: str) -> str:
        """The ARN of a new secret."""
        arn: str = self._secrets.create_secret(Name=uuid4().hex, SecretString=text)["ARN"]
        return arn

    def variables(self, shop: str) -> dict[str, str]:
        """What the template tells every function."""
        queues = {f"QUEUE_URL_{kind.upper()}": url for kind, url in self._queues.items()}
        powertools = {"POWERTOOLS_SERVICE_NAME": "tandem", "POWERTOOLS_METRICS_NAMESPACE": "Tandem"}
        return {"TABLE_NAME": self._name, "SHOP_DOMAIN": shop, "SHARDS": "1", **queues, **powertools}

    def bells(self, kind: str) -> list[Any]:
        """What lies on a queue."""
        found = []
        while messages := self._sqs.receive_message(QueueUrl=self._queues[kind], MaxNumberOfMessages=10).get(
            "Messages"
        ):
            found += [json.loads(message["Body"]) for message in messages]
        return found

    def everything(self) -> str:
        """All that is in the table."""
        pages = self._clients[0].get_paginator("scan").paginate(TableName=self._name)
        return json.dumps([page["Items"] for page in pages], ensure_ascii=False)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        for one in self._clients:
            one.close()


def _between(account: Account, endpoint: str) -> type[BaseHTTPRequestHandler]:
    class Between(BaseHTTPRequestHandler):
        """Counts a call by its `X-Amz-Target` and hands it on."""

        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            account.calls[operation] += 1
            if operation in account.broken:
                self._answer(500, {"Content-Type": "application/x-amz-json-1.0"}, b'{"__type":"InternalServerError"}')
                return
            onward = http.client.HTTPConnection(urlsplit(endpoint).netloc)
            onward.request("POST", self.path, body, dict(self.headers.items()))
            answer = onward.getresponse()
            self._answer(answer.status, dict(answer.getheaders()), answer.read())
            onward.close()

        def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *_: Any) -> None:
            pass

    return Between
