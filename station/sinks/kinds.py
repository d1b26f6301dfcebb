"""A section of config.toml becomes a sink. The only place that reads secrets from the environment."""

from __future__ import annotations

import logging
import os
import ssl
from pathlib import Path

from station.config import ConfigError
from station.sinks.csv_file import CsvSink
from station.sinks.http import HttpSink
from station.sinks.modbus import ModbusSink
from station.sinks.mqtt import MqttSink
from station.sinks.opcua import OpcuaSink
from station.sinks.settings import CsvSinkSection, HttpSinkSection, ModbusSinkSection, MqttSinkSection, SinkSection, TlsSection
from station.sinks.sink import Sink, SinkError

log = logging.getLogger(__name__)


def make_sink(settings: SinkSection, station: str, folder: Path) -> Sink:
    """The sink, not opened yet.

    Args:
        station: its name, for topics.
        folder: what paths are relative to: that of config.toml.

    Raises:
        ConfigError: its library is not installed, a secret is not in the environment, a certificate cannot be read.
    """
    where = f"sink {settings.name!r}"
    try:
        if isinstance(settings, ModbusSinkSection):
            return ModbusSink(settings)
        if isinstance(settings, CsvSinkSection):
            return CsvSink(settings, folder / settings.folder)
        if isinstance(settings, HttpSinkSection):
            password = read_secret(where, settings.token_env or settings.password_env)
            warn_of_open_secret(where, password, settings.url.startswith("https:"))
            return HttpSink(settings, password, tls_context(where, settings.tls, folder))
        password = read_secret(where, settings.password_env)
        if isinstance(settings, MqttSinkSection):
            warn_of_open_secret(where, password, settings.tls is not None)
            tls = None if settings.tls is None else tls_context(where, settings.tls, folder)
            return MqttSink(settings, topic_of(where, settings.topic, station), password, tls)
        warn_of_open_secret(where, password, settings.security != "none")
        return OpcuaSink(settings, folder, password)
    except SinkError as err:
        raise ConfigError(f"{where}: {err}") from err


def read_secret(where: str, name: str) -> str | None:
    """What the environment variable holds; None where none is named. Raises ConfigError where it is not set."""
    if not name:
        return None
    secret = os.environ.get(name)
    if secret and (secret != secret.strip() or not secret.isprintable()):  # a library would refuse it with its content in the message
        raise ConfigError(
            f"{where}: the environment variable {name} begins or ends with a blank or line end, or holds what cannot be printed: set it without"
        )
    if not secret:
        raise ConfigError(f"{where}: the environment variable {name}, which holds its password or token, is not set; set it for the station's user")
    return secret


def warn_of_open_secret(where: str, secret: str | None, is_encrypted: bool) -> None:
    """Say once at the start what everybody on that network can read."""
    if secret is not None and not is_encrypted:
        log.warning("%s: its password or token crosses the network in the clear; use an encrypted connection", where)


def topic_of(where: str, topic: str, station: str) -> str:
    """The topic with the station's name in it; raises ConfigError where the name would make another topic of it."""
    if "{station}" in topic and any(sign in station for sign in "+#/\x00"):
        raise ConfigError(f"{where}: topic {topic!r}: the station's name {station!r} holds +, # or /; write the topic out")
    return topic.replace("{station}", station)


def tls_context(where: str, settings: TlsSection, folder: Path) -> ssl.SSLContext:
    """What certificates are trusted and shown; host names are checked, always. Raises ConfigError."""
    try:
        context = ssl.create_default_context(cafile=str(folder / settings.ca_file) if settings.ca_file else None)
        if settings.certificate_file:
            context.load_cert_chain(folder / settings.certificate_file, folder / settings.key_file)
    except (OSError, ssl.SSLError) as err:
        named = ", ".join(name for name in (settings.ca_file, settings.certificate_file, settings.key_file) if name)
        raise ConfigError(f"{where}: its certificates cannot be used ({named}): {err}") from err
    return context
