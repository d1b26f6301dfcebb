"""Verdicts as JSON messages to an MQTT 3.1.1 broker, quality of service 1: the broker's PUBACK is the acknowledgement."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from station.sinks.settings import MqttSinkSection
from station.sinks.sink import Delivery, SinkError

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessage

KEEP_ALIVE_S = 15


class MqttLink:
    """One connection to a broker; a broken one stays broken. A new one is a new session, so that nothing is sent behind our back."""

    def __init__(
        self, host: str, port: int, timeout_s: float, user: str = "", password: str | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        """Raises SinkError where paho-mqtt is not installed."""
        try:
            import paho.mqtt.client as paho
        except ImportError as err:
            raise SinkError("kind mqtt needs the package paho-mqtt, which is not installed: uv pip install 'paho-mqtt>=2.1'") from err
        self._paho = paho
        self._host, self._port, self._timeout_s = host, port, timeout_s
        self._user, self._password, self._tls = user, password, tls
        self._client: Client | None = None
        self._changed = threading.Condition()
        self._state = ""  # '' = connecting, 'open', else why it is not
        self._acknowledged = 0  # the last message id
        self._subscribed = False

    @property
    def where(self) -> str:
        """For messages to people."""
        return f"MQTT broker {self._host}:{self._port}"

    @property
    def problem(self) -> str:
        """Why the connection is not open; '' while it is."""
        return "" if self._state == "open" else self._state or "not connected"

    def open(self, topic: str = "", hear: Callable[[MQTTMessage], None] | None = None) -> None:
        """Connect anew, and subscribe where a topic is given; `hear` is called from the link's own thread."""
        self.close()
        paho = self._paho
        client = paho.Client(paho.CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
        client.connect_timeout = self._timeout_s
        if self._user:
            client.username_pw_set(self._user, self._password)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        client.on_connect = lambda _client, _data, _flags, reason, _more: self._say(f"refused: {reason}" if reason.is_failure else "open")
        client.on_disconnect = lambda _client, _data, _flags, reason, _more: self._say(f"connection lost: {reason}")
        client.on_publish = lambda _client, _data, mid, _reason, _more: self._took(mid)
        client.on_subscribe = lambda _client, _data, _mid, reasons, _more: self._answered(reasons)
        if hear is not None:
            client.on_message = lambda _client, _data, message: hear(message)
        self._state, self._acknowledged, self._subscribed = "", 0, False
        try:
            client.connect(self._host, self._port, KEEP_ALIVE_S)
        except (OSError, ValueError) as err:
            raise SinkError(f"{self.where}: cannot be reached: {err}") from err
        self._client = client
        client.loop_start()
        self._wait(lambda: self._state == "open", "did not answer")
        if topic:
            client.subscribe(topic, 1)
            self._wait(lambda: self._subscribed, f"did not accept the subscription to {topic}")

    def publish(self, topic: str, payload: bytes) -> None:
        """Returns when the broker has acknowledged."""
        if self._client is None or self.problem:
            raise SinkError(f"{self.where}: {self.problem}")
        sent = self._client.publish(topic, payload, qos=1)
        self._wait(lambda: self._acknowledged == sent.mid, "did not acknowledge")

    def close(self) -> None:
        """Let go."""
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()

    def _wait(self, is_done: Callable[[], bool], failure: str) -> None:
        deadline = time.monotonic() + self._timeout_s
        with self._changed:
            while not is_done():
                if self._state not in ("", "open"):
                    raise SinkError(f"{self.where}: {self._state}")
                if (left_s := deadline - time.monotonic()) <= 0:
                    raise SinkError(f"{self.where}: {failure} within {self._timeout_s:g} s")
                self._changed.wait(left_s)

    def _say(self, state: str) -> None:
        with self._changed:
            if self._state in ("", "open"):  # the first reason is the true one
                self._state = state
            self._changed.notify_all()

    def _took(self, mid: int) -> None:
        with self._changed:
            self._acknowledged = mid
            self._changed.notify_all()

    def _answered(self, reasons: list[Any]) -> None:
        with self._changed:
            self._subscribed = not any(reason.is_failure for reason in reasons)
            self._changed.notify_all()


class MqttSink:
    """One message a verdict, in order; the next one is sent when the one before is acknowledged."""

    kind = "mqtt"

    def __init__(self, settings: MqttSinkSection, topic: str, password: str | None, tls: ssl.SSLContext | None) -> None:
        """Raises SinkError where paho-mqtt is not installed."""
        self.name, self.timeout_s = settings.name, settings.timeout_s
        self._topic = topic
        self._link = MqttLink(settings.host, settings.port, settings.timeout_s, settings.user, password, tls)

    def open(self) -> None:
        """Connect; returns when the broker has let us in."""
        self._link.open()

    def send(self, delivery: Delivery) -> None:
        """Returns when the broker has it."""
        self._link.publish(self._topic, json.dumps(delivery.payload(), ensure_ascii=False, allow_nan=False).encode())

    def close(self) -> None:
        """Let go."""
        self._link.close()
