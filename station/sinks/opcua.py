"""Verdicts into variables of an OPC UA server, `sequence` last and alone: the status codes of the writes are the acknowledgement."""

from __future__ import annotations

import concurrent.futures
import logging
import struct
from collections.abc import Coroutine
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.sinks.loop import Answer, Loop
from station.sinks.settings import OpcuaSinkSection
from station.sinks.sink import Delivery, SinkError

if TYPE_CHECKING:
    from asyncua import ua
    from asyncua.client.client import Client
    from asyncua.common.node import Node

CLOSE_S = 1.0
_INTEGERS = {"SByte": 8, "Byte": 8, "Int16": 16, "UInt16": 16, "Int32": 32, "UInt32": 32, "Int64": 64, "UInt64": 64}
_NUMBERS = {"sequence", "shot", "recipe_revision", "retest_of", "verdict"}  # what an integer variable may hold; of `verdict` its code
_FRACTIONS = {"score", "ok_at_most", "ng_above"}


class OpcuaSink:
    """Two write requests a verdict: the values, and once each of them is written, `sequence`.

    A failure between the two leaves new values under the old sequence, until the verdict is tried again.
    """

    kind = "opcua"

    def __init__(self, settings: OpcuaSinkSection, folder: Path, password: str | None) -> None:
        """
        Args:
            folder: what certificate paths are relative to.

        Raises:
            SinkError: asyncua is not installed, or a certificate cannot be read.
        """
        try:
            from asyncua import ua
            from asyncua.client.client import Client
            from asyncua.crypto import security_policies
            from asyncua.crypto.uacrypto import CertProperties
            from asyncua.ua.uaerrors import UaError
        except ImportError as err:
            raise SinkError("kind opcua needs the package asyncua, which is not installed: uv pip install 'asyncua>=1.1'") from err
        logging.getLogger("asyncua").setLevel(logging.CRITICAL)  # SinkError says it, once and with the sink's name
        self.name, self.timeout_s = settings.name, settings.timeout_s
        self._ua, self._make, self._policies, self._error = ua, Client, security_policies, UaError
        self._settings, self._password = settings, password
        self._properties = CertProperties
        self._certificates = () if settings.security == "none" else _read_certificates(settings, folder)
        self._fields = sorted(settings.nodes, key=lambda field: field == "sequence")
        self._loop: Loop | None = None
        self._client: Client | None = None
        self._variables: list[tuple[str, Node, ua.VariantType]] = []

    def open(self) -> None:
        """Connect, and look that every node is there, is a variable and has a type that its field fits."""
        self.close()
        self._loop = Loop("opcua", 5 * self._settings.timeout_s)  # several requests, each with its own limit
        self._variables = self._ask(self._connect(), "cannot be reached")

    def send(self, delivery: Delivery) -> None:
        """Returns when the server has answered Good for every variable."""
        if self._client is None:
            raise SinkError(f"{self._settings.url}: not open")
        self._ask(self._write(delivery), f"did not take verdict {delivery.sequence}")

    def close(self) -> None:
        """Let go; a server that does not answer is not waited for."""
        loop, client, self._loop, self._client = self._loop, self._client, None, None
        if loop is None:
            return
        try:
            if client is not None:
                loop.call(client.disconnect(), CLOSE_S)
        except Exception as err:  # whatever a broken connection says to its end, it is over
            logging.getLogger(__name__).debug("sink %s: %s", self.name, err)
        loop.stop()

    async def _connect(self) -> list[tuple[str, Node, ua.VariantType]]:
        settings, ua = self._settings, self._ua
        # asked once a minute, a server keeps an idle session; a broken connection is told by the next write
        client = self._make(settings.url, timeout=settings.timeout_s, watchdog_intervall=60)
        client.application_uri, client.name = settings.application_uri, "inspection station"
        if settings.user:
            client.set_user(settings.user)
            client.set_password(self._password or "")
        if settings.security != "none":
            certificate, key, server = (self._properties(content, "pem" if b"-----BEGIN" in content else "der") for content in self._certificates)
            policy = getattr(self._policies, f"SecurityPolicy{settings.security}")
            mode = ua.MessageSecurityMode.SignAndEncrypt
            await client.set_security(policy, certificate, key, server_certificate=server, mode=mode)
        await client.connect()
        self._client = client
        variables = []
        for field in self._fields:
            try:
                node = client.get_node(settings.nodes[field])
                kind = await node.read_data_type_as_variant_type()
            except (self._error, ValueError) as err:
                raise SinkError(f"{settings.url}: node {settings.nodes[field]} for {field}: {_said(err)}") from err
            _check_type(field, settings.nodes[field], kind.name)
            variables.append((field, node, kind))
        return variables

    async def _write(self, delivery: Delivery) -> None:
        ua, client = self._ua, self._client
        assert client is not None  # send has looked
        # The sequence last and alone: a server writes of one request what it can, and a new sequence says that all the rest is there.
        rest = [variable for variable in self._variables if variable[0] != "sequence"]
        for variables in filter(None, (rest, [variable for variable in self._variables if variable[0] == "sequence"])):
            # no time stamps: many servers refuse a write that brings its own
            values = [ua.DataValue(ua.Variant(opcua_value(field, delivery, kind.name), kind)) for field, _, kind in variables]
            codes = await client.uaclient.write_attributes([node.nodeid for _, node, _ in variables], values, ua.AttributeIds.Value)
            for (field, node, _), code in zip(variables, codes, strict=True):
                if not code.is_good():
                    raise SinkError(f"{self._settings.url}: node {node.nodeid.to_string()} for {field} was not written: {code.name}")

    def _ask(self, coroutine: Coroutine[Any, Any, Answer], failure: str) -> Answer:
        assert self._loop is not None  # open comes first
        try:
            return self._loop.call(coroutine)
        except (
            OSError,
            ValueError,
            struct.error,
            concurrent.futures.CancelledError,
            self._error,
        ) as err:  # a TimeoutError is an OSError
            raise SinkError(f"{self._settings.url}: {failure}: {_said(err)}") from err


def opcua_value(field: str, delivery: Delivery, kind: str) -> Any:
    """The field as a variable of this type holds it.

    A score that there is none of is NaN, a `retest_of` that there is none of 0; whole numbers begin again where the type ends.
    """
    value = getattr(delivery, field)
    if kind in _INTEGERS:
        number = delivery.code if field == "verdict" else value or 0
        bits = _INTEGERS[kind] - (not kind.startswith(("U", "Byte")))
        return int(number) % 2**bits
    if kind in ("Float", "Double"):
        return float("nan") if value is None else float(delivery.code if field == "verdict" else value)
    if kind == "DateTime":
        return value.astimezone(UTC)
    text = delivery.payload()[field]
    return "" if text is None else str(text)


def _check_type(field: str, node: str, kind: str) -> None:
    """Raises SinkError where a variable's type cannot hold the field."""
    allowed = {"String"}
    if field in _NUMBERS:
        allowed |= {*_INTEGERS, "Float", "Double"}
    if field in _FRACTIONS:
        allowed |= {"Float", "Double"}
    if field == "taken_at":
        allowed |= {"DateTime"}
    if kind not in allowed:
        raise SinkError(f"node {node} for {field} is of type {kind}; it can be {', '.join(sorted(allowed))}")


def _read_certificates(settings: OpcuaSinkSection, folder: Path) -> tuple[bytes, bytes, bytes]:
    """Own certificate, key, server's certificate, in PEM or DER: their content says which, not their names."""
    try:
        own, key, server = ((folder / name).read_bytes() for name in (settings.certificate_file, settings.key_file, settings.server_certificate_file))
    except OSError as err:
        raise SinkError(f"certificate {err.filename}: {err.strerror}") from err
    return own, key, server


def _said(err: Exception) -> str:
    return str(err) or type(err).__name__
