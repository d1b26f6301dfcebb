"""Verdicts as JSON posted to a web server: any answer 200 to 299 is the acknowledgement."""

from __future__ import annotations

import concurrent.futures
import json
import logging
import ssl
from typing import TYPE_CHECKING
from urllib.parse import quote

from station.sinks.loop import Loop
from station.sinks.settings import HttpSinkSection
from station.sinks.sink import Delivery, SinkError

if TYPE_CHECKING:
    from httpx2 import AsyncClient

log = logging.getLogger(__name__)

MAX_ANSWER_BYTES = 65536
CLOSE_S = 1.0


class HttpSink:
    """One POST a verdict, in order, on a connection that is kept.

    The library's own time limits begin again with every byte that comes; ours is for the whole exchange.
    """

    kind = "http"

    def __init__(self, settings: HttpSinkSection, secret: str | None, tls: ssl.SSLContext) -> None:
        """
        Args:
            secret: the password of `settings.user`, or the token.

        Raises:
            SinkError: httpx2 is not installed.
        """
        try:
            import httpx2
        except ImportError as err:
            raise SinkError("kind http needs the package httpx2, which is not installed: uv pip install 'httpx2>=2'") from err
        for name in ("httpx2", "httpcore2"):
            logging.getLogger(name).setLevel(logging.WARNING)  # a line a request
        self.name, self.timeout_s = settings.name, settings.timeout_s
        self._httpx = httpx2
        self._settings, self._secret, self._tls = settings, secret, tls
        self._where = settings.url.partition("?")[0]  # what follows may be a key that somebody put there
        self._loop: Loop | None = None
        self._client: AsyncClient | None = None

    def open(self) -> None:
        """Make ready; the first POST connects. A request without a verdict would be one that the receiver does not expect."""
        self.close()
        auth = (self._settings.user, self._secret or "") if self._settings.user else None
        headers = {"Authorization": f"Bearer {self._secret}"} if self._settings.token_env else {}
        # trust_env: what proxies and certificates are used stands in config.toml alone
        self._client = self._httpx.AsyncClient(auth=auth, headers=headers, verify=self._tls, timeout=None, trust_env=False)
        self._loop = Loop("http", self.timeout_s)

    def send(self, delivery: Delivery) -> None:
        """Returns when the server has answered with 200 to 299."""
        if self._client is None or self._loop is None:
            raise SinkError(f"{self._where}: not open")
        try:
            self._loop.call(self._post(self._client, delivery))
        except TimeoutError as err:
            raise SinkError(f"{self._where}: no whole answer to verdict {delivery.sequence} within {self.timeout_s:g} s") from err
        except (self._httpx.HTTPError, self._httpx.InvalidURL, OSError, concurrent.futures.CancelledError) as err:
            raise SinkError(f"{self._where}: {err or type(err).__name__}") from err

    def close(self) -> None:
        """Let go; a server that does not answer is not waited for."""
        loop, client, self._loop, self._client = self._loop, self._client, None, None
        if loop is None or client is None:
            return
        try:
            loop.call(client.aclose(), CLOSE_S)
        except Exception as err:  # whatever a broken connection says to its end, it is over
            log.debug("sink %s: %s", self.name, err)
        loop.stop()

    async def _post(self, client: AsyncClient, delivery: Delivery) -> None:
        body = json.dumps(delivery.payload(), ensure_ascii=False, allow_nan=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key(delivery)}
        async with client.stream("POST", self._settings.url, content=body, headers=headers) as answer:
            length = 0
            async for piece in answer.aiter_raw():  # to its end, so that the connection can be used again
                length += len(piece)
                if length > MAX_ANSWER_BYTES:
                    raise SinkError(f"{self._where}: its answer {answer.status_code} has no end: {length} bytes so far")
            if not answer.is_success:
                raise SinkError(f"{self._where}: answered {answer.status_code} {answer.reason_phrase} to verdict {delivery.sequence}")


def idempotency_key(delivery: Delivery) -> str:
    """station/run/shot: the same for the same verdict, however often it comes; the station's name percent-encoded."""
    return f"{quote(delivery.station, safe='')}/{delivery.run}/{delivery.shot}"
