"""[[sinks]] and [trigger_in] of config.toml: where verdicts are delivered, and who may trigger parts from outside.

No secret is ever a setting: a password or token is the name of an environment variable that holds it.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from station.sinks.sink import FIELDS


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _publish_topic(topic: str) -> str:
    if any(sign in topic for sign in "+#\x00"):
        raise ValueError(f"topic {topic!r}: a topic holds no +, # or NUL")
    return topic


def _url_without_secret(url: str) -> str:
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError("url: no user and no password in the address; say user = … and password_env = the name of an environment variable")
    if not parts.hostname:
        raise ValueError(f"url {url!r}: names no host")
    return url


Host = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[^\x00\s]+$")]
Port = Annotated[int, Field(ge=1, le=65535)]
PathText = Annotated[str, Field(pattern=r"^[^\x00]*$", description="relative to config.toml")]
SecretName = Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$", description="environment variable that holds the secret; empty = none")]
Url = Annotated[str, AfterValidator(_url_without_secret)]
Topic = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_publish_topic)]
Register = Annotated[int, Field(ge=0, le=65535)]
TimeLimit = Annotated[float, Field(ge=0.2, le=30, description="the receiver must answer within this time [s]")]


class TlsSection(_Section):
    """Certificates for an encrypted connection."""

    ca_file: PathText = Field("", description="certificates that the receiver's must be signed by; empty = those of the operating system")
    certificate_file: PathText = Field("", description="the station's own, where the receiver asks for one")
    key_file: PathText = ""

    @model_validator(mode="after")
    def _check_pair(self) -> Self:
        if bool(self.certificate_file) != bool(self.key_file):
            raise ValueError("certificate_file and key_file go together")
        return self


def _check_user(user: str, password_env: str) -> None:
    if password_env and not user:
        raise ValueError("password_env: it needs user = …, else nobody signs in with it")


class _Sink(_Section):
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$", description="of its own; a new name starts after the newest part")
    timeout_s: TimeLimit = 3.0


class ModbusSinkSection(_Sink):
    """Holding registers of a PLC; docs/delivery.md has the map."""

    kind: Literal["modbus"]
    host: Host
    port: Port = 502
    device_id: int = Field(1, ge=0, le=255)
    address: Register = Field(0, description="first register of the block, counted from 0")
    text_registers: int = Field(0, ge=0, le=50, description="registers for the lot, and as many for the serial; 0 = no texts")
    acknowledge_address: Register | None = Field(
        None,
        description="first of two registers into which the PLC copies the sequence of a verdict it has taken; left out = the write is enough",
    )

    @model_validator(mode="after")
    def _check_room(self) -> Self:
        last, copy = self.address + 9 + 2 * self.text_registers, self.acknowledge_address
        if last > 65535:
            raise ValueError(f"address {self.address}: the block would end at register {last}, there are 0 to 65535")
        if copy is None:
            return self
        if copy == 65535:
            raise ValueError(f"acknowledge_address {copy}: the sequence takes two registers, the second would be {copy + 1}, there are 0 to 65535")
        if self.address - 1 <= copy <= last:
            raise ValueError(f"acknowledge_address {copy}: registers {copy}, {copy + 1} reach into the block of registers {self.address} to {last}")
        return self


class MqttSinkSection(_Sink):
    """A broker; quality of service 1."""

    kind: Literal["mqtt"]
    host: Host
    port: Port = 1883
    topic: Topic = Field("inspection/{station}/verdict", description="{station} is the station's name")
    user: str = ""
    password_env: SecretName = ""
    tls: TlsSection | None = Field(None, description="left out = not encrypted")

    @model_validator(mode="after")
    def _check_sign_in(self) -> Self:
        _check_user(self.user, self.password_env)
        return self


class OpcuaSinkSection(_Sink):
    """Variables of an OPC UA server."""

    kind: Literal["opcua"]
    url: Url = Field(pattern=r"^opc\.tcp://")
    nodes: dict[str, str] = Field(min_length=1, description="field of a verdict = node id, as sequence = 'ns=2;s=Station1.Sequence'")
    user: str = ""
    password_env: SecretName = ""
    security: Literal["none", "Basic256Sha256", "Aes128Sha256RsaOaep", "Aes256Sha256RsaPss"] = "none"
    certificate_file: PathText = ""
    key_file: PathText = ""
    server_certificate_file: PathText = Field("", description="the server's own certificate: no other server is talked to")
    application_uri: str = Field("urn:inspection:station", description="as the certificate says")

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        if unknown := sorted(set(self.nodes) - set(FIELDS)):
            raise ValueError(f"nodes: {', '.join(unknown)} is no field of a verdict; there are {', '.join(FIELDS)}")
        if "sequence" not in self.nodes:
            raise ValueError("nodes: sequence is missing; without it nobody can tell a new verdict from the one before")
        files = (self.certificate_file, self.key_file, self.server_certificate_file)
        if (self.security != "none") != all(files) or (self.security == "none" and any(files)):
            raise ValueError("security: certificate_file, key_file and server_certificate_file go with it, all three, and not without it")
        _check_user(self.user, self.password_env)
        return self


class HttpSinkSection(_Sink):
    """A web server that takes JSON."""

    kind: Literal["http"]
    url: Url = Field(pattern=r"^https?://")
    user: str = ""
    password_env: SecretName = ""
    token_env: SecretName = Field("", description="sent as Authorization: Bearer …")
    tls: TlsSection = TlsSection()

    @model_validator(mode="after")
    def _check_one_secret(self) -> Self:
        if self.token_env and (self.user or self.password_env):
            raise ValueError("token_env and user: say one of them")
        _check_user(self.user, self.password_env)
        return self


class CsvSinkSection(_Sink):
    """Files in a folder, one a day."""

    kind: Literal["csv"]
    folder: PathText = Field(min_length=1, description="must exist, so that a share that is not mounted is noticed; relative to config.toml")


SinkSection = ModbusSinkSection | MqttSinkSection | OpcuaSinkSection | HttpSinkSection | CsvSinkSection
Sinks = list[Annotated[SinkSection, Field(discriminator="kind")]]


def check_names(sinks: Sinks) -> Sinks:
    """The same list; raises ValueError where two sinks have one name."""
    names = [sink.name for sink in sinks]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"sinks: {', '.join(json.dumps(name) for name in twice)} is named twice; the ledger counts by name")
    return sinks


_PLANT_QUERY = ("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "target_session_attrs")


def _plant_url(url: str) -> str:
    parts = urlsplit(_url_without_secret(url))
    _ = parts.port  # raises ValueError where it is no number
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    if unknown := sorted(set(names) - set(_PLANT_QUERY)):
        raise ValueError(f"url: {', '.join(unknown)} cannot be said in the address; there are {', '.join(_PLANT_QUERY)}")
    return url


class PlantSection(_Section):
    """A PostgreSQL database that gets every record of every station."""

    url: Annotated[str, AfterValidator(_plant_url)] = Field(
        pattern=r"^postgresql://[^/?]+/[^/?]+(\?.*)?$",
        description="postgresql://host[:port]/database, with ?sslmode=verify-full&sslrootcert=FILE beyond a network of its own",
    )
    user: str = ""
    password_env: SecretName = ""
    vectors: bool = Field(False, description="true: each region with its vector too, about 0.3 MB a part")
    timeout_s: TimeLimit = 5.0

    @model_validator(mode="after")
    def _check_sign_in(self) -> Self:
        _check_user(self.user, self.password_env)
        return self


class ModbusTriggerSection(_Section):
    """A coil of a PLC."""

    kind: Literal["modbus"]
    host: Host
    port: Port = 502
    device_id: int = Field(1, ge=0, le=255)
    coil: Register = Field(description="counted from 0; the PLC sets it, the station resets it")
    poll_ms: int = Field(20, ge=5, le=1000, description="how often the coil is read [ms]")
    answer_register: Register | None = Field(None, description="holding register for the station's answer, written before the coil is reset")
    timeout_s: TimeLimit = 1.0


class MqttTriggerSection(_Section):
    """Messages of a broker."""

    kind: Literal["mqtt"]
    host: Host
    port: Port = 1883
    topic: Topic = Field("inspection/{station}/trigger", description="{station} is the station's name")
    user: str = ""
    password_env: SecretName = ""
    tls: TlsSection | None = Field(None, description="left out = not encrypted")
    timeout_s: TimeLimit = 3.0

    @model_validator(mode="after")
    def _check_sign_in(self) -> Self:
        _check_user(self.user, self.password_env)
        return self


TriggerInSection = Annotated[ModbusTriggerSection | MqttTriggerSection, Field(discriminator="kind")]
