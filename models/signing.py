"""Who vouches for a bundle: an Ed25519 signature over its manifest.toml, in manifest.sig beside it.

The manifest holds the sha256 of every other file, so whoever signs the manifest signs thresholds, graph and golden parts.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from pathlib import Path

import tomli_w
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from pydantic import BaseModel, ConfigDict, Field

from models.manifest import MANIFEST_NAME, SIGNATURE_NAME, Manifest, ModelError, manifest_bytes, parse_manifest
from models.toml_files import parse_toml, read_limited

PREFIX = "ed25519:"
# The last letter before the '=' holds bits that must be 0: each key has exactly one spelling, so that keys compare as text.
PUBLIC_KEY_PATTERN = r"^ed25519:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$"
_SIGNATURE_PATTERN = r"^[A-Za-z0-9+/]{85}[AQgw]==$"
_MAX_SIGNATURE_BYTES = 4096  # a real one has about 180
_MAX_KEY_BYTES = 65536  # a real one has 119
OWN_KEY = "data/keys/station.pem"
"""Where a station's own key lies unless its config.toml says otherwise; relative to that file."""


class _Signature(BaseModel):
    """The whole of manifest.sig."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    public_key: str = Field(pattern=PUBLIC_KEY_PATTERN)
    signature: str = Field(pattern=_SIGNATURE_PATTERN, description="base64 of the 64 bytes over manifest.toml as it lies there")


def new_key(path: Path) -> str:
    """The public key, one line `ed25519:…`, of a private key newly written to `path` (PKCS8 PEM, readable by its owner only).

    Raises:
        ModelError: there is a file already (a key that models were signed with is never overwritten), or it cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(text)
            f.flush()
            os.fsync(f.fileno())
    except FileExistsError as err:
        raise ModelError(f"key {path}: there is a file of this name, and keys are never overwritten; choose another name") from err
    except OSError as err:
        raise ModelError(f"key {path}: cannot be written: {err.strerror or err}") from err
    return public_text(key)


def make_own_key(path: Path) -> str:
    """The public key of the station's own private key in `path`, which is made now where there is none.

    Raises:
        ModelError: it can be neither read nor made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_there = path.exists()
    except OSError as err:
        raise ModelError(f"key {path}: its folder cannot be made: {err.strerror or err}; name another file in [models] signing_key") from err
    return public_text(read_private_key(path)) if is_there else new_key(path)


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """The key that `new_key` wrote. Raises ModelError: unreadable, with a passphrase, or another kind of key."""
    try:
        key = load_pem_private_key(read_limited(path, lambda message: ModelError(f"key {path}: {message}"), _MAX_KEY_BYTES), password=None)
    except TypeError as err:  # so says cryptography where a passphrase is wanted
        raise ModelError(f"key {path}: has a passphrase; expected an Ed25519 private key in PEM without one") from err
    except (ValueError, UnsupportedAlgorithm) as err:
        raise ModelError(f"key {path}: is no private key in PEM") from err
    if not isinstance(key, Ed25519PrivateKey):
        raise ModelError(f"key {path}: is a private key of another kind, expected Ed25519; make one: python -m trainer keys new")
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half of a key as `trusted_keys` lists it: `ed25519:` and base64 of its 32 bytes."""
    return PREFIX + base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def sign_bundle(folder: Path, key_path: Path) -> str:
    """The public key under whose name manifest.sig now stands beside the manifest; a signature that was there is replaced.

    Raises:
        ModelError: no manifest to sign, or no usable key.
    """
    key = read_private_key(key_path)
    signature = base64.b64encode(key.sign(manifest_bytes(folder))).decode("ascii")
    row = {"public_key": public_text(key), "signature": signature}
    (folder / SIGNATURE_NAME).write_text(tomli_w.dumps(row), encoding="utf-8")
    return row["public_key"]


def signer_of(folder: Path) -> str | None:
    """The public key whose signature over manifest.toml verifies; None where the bundle is not signed.

    This says nothing of the other files: `verify_files` compares them with the manifest.

    Raises:
        ModelError: manifest.sig is malformed, or is not the signature of this manifest.
    """
    row = _signature(folder)
    return None if row is None else _signer(folder, row, manifest_bytes(folder))


def _signature(folder: Path) -> _Signature | None:
    def fault(message: str) -> ModelError:
        return ModelError(f"model bundle {folder}: {SIGNATURE_NAME}: {message}")

    path = folder / SIGNATURE_NAME
    return parse_toml(read_limited(path, fault, _MAX_SIGNATURE_BYTES), _Signature, fault) if os.path.lexists(path) else None


def _signer(folder: Path, row: _Signature, manifest: bytes) -> str:
    raw = base64.b64decode(row.public_key.removeprefix(PREFIX), validate=True)
    if _is_of_small_order(raw):
        raise ModelError(f"model bundle {folder}: {SIGNATURE_NAME} names {row.public_key}, which is nobody's key: anyone can sign in its name")
    try:
        key = Ed25519PublicKey.from_public_bytes(raw)
        key.verify(base64.b64decode(row.signature, validate=True), manifest)
    except (InvalidSignature, ValueError) as err:
        raise ModelError(
            f"model bundle {folder}: {SIGNATURE_NAME} is not a signature of this {MANIFEST_NAME} by {row.public_key}: "
            "one of the two was changed after signing; publish the bundle again"
        ) from err
    return row.public_key


def trusted_manifest(folder: Path, trusted_keys: Sequence[str] | None) -> Manifest:
    """The manifest of a bundle that may judge: signature and content come from one reading of the file.

    Args:
        trusted_keys: public keys, one of which must have signed it; None: a bundle need not be signed, but where it is, the
            signature must fit.

    Raises:
        ModelError: unsigned, wrongly signed, signed by a key that is not listed, or no manifest.
    """
    row, content = _signature(folder), manifest_bytes(folder)
    signer = None if row is None else _signer(folder, row, content)
    if trusted_keys is not None and signer is None:
        raise ModelError(
            f"model bundle {folder}: is not signed, and this station accepts only what a key in [models] trusted_keys or its own key signed; "
            "publish it again with --key, or activate a version that is signed"
        )
    if trusted_keys is not None and signer not in trusted_keys:
        raise ModelError(
            f"model bundle {folder}: signed by {signer}, which is not in [models] trusted_keys ({', '.join(trusted_keys) or 'no key is trusted'}); "
            "list that key if you trust its holder, or activate a version signed by a listed one"
        )
    return parse_manifest(content, folder)


def _is_of_small_order(raw: bytes) -> bool:
    """Whether a public key is one of the few points of order 1, 2, 4 or 8.

    No private key leads to one, and OpenSSL still verifies signatures under them that were made from nothing: 64 zero
    bytes fit the all-zero key for one manifest in four. Points of order 4 have y = 0, of order 1 and 2 y = ±1, and
    doubling a point to y = 0 on -x² + y² = 1 + d x² y² needs d y⁴ + 2 y² = 1.
    """
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p
    y = int.from_bytes(raw, "little") % 2**255  # the highest bit is the sign of x
    return y * (y * y - 1) * (d * y**4 + 2 * y * y - 1) % p == 0
