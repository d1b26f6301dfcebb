from __future__ import annotations

import base64
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import tomli_w
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.manifest import ModelError, read_manifest, verify_files
from models.recipe import Recipe
from models.registry import Registry
from models.scorer import Scorer
from models.signing import PUBLIC_KEY_PATTERN, new_key, public_text, read_private_key, sign_bundle, signer_of, trusted_manifest
from tests.small import small_manifest, write_small_bundle

STRANGER = "ed25519:" + "A" * 41 + "EA="


@pytest.fixture
def key(tmp_path: Path) -> Path:
    new_key(tmp_path / "plant.pem")
    return tmp_path / "plant.pem"


@pytest.fixture
def public(key: Path) -> str:
    return public_text(read_private_key(key))


@pytest.fixture
def signed(registry: Registry, key: Path) -> Path:
    """small 1, signed where it lies."""
    folder = registry.folder("small", "1")
    sign_bundle(folder, key)
    return folder


def test_a_new_key_is_its_owners_alone_and_its_public_half_one_line(tmp_path: Path) -> None:
    public = new_key(tmp_path / "plant.pem")
    assert stat.S_IMODE((tmp_path / "plant.pem").stat().st_mode) == 0o600
    assert (tmp_path / "plant.pem").read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert re.fullmatch(PUBLIC_KEY_PATTERN, public)
    assert len(base64.b64decode(public.removeprefix("ed25519:"), validate=True)) == 32
    assert public_text(read_private_key(tmp_path / "plant.pem")) == public


def test_a_key_is_never_overwritten(key: Path) -> None:
    before = key.read_bytes()
    with pytest.raises(ModelError, match=r"plant\.pem: there is a file of this name"):
        new_key(key)
    assert key.read_bytes() == before


def test_a_key_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be written: No such file or directory"):
        new_key(tmp_path / "nowhere" / "plant.pem")


ANOTHER_KIND = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
WITH_PASSPHRASE = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is no private key in PEM"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "is no private key in PEM"),
        (ANOTHER_KIND, "of another kind, expected Ed25519"),
        (WITH_PASSPHRASE, "has a passphrase"),
    ],
)
def test_a_key_that_cannot_sign_is_told(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "key.pem").write_bytes(content)
    with pytest.raises(ModelError, match=message):
        read_private_key(tmp_path / "key.pem")


def test_a_signed_bundle_names_its_signer_and_judges_where_that_key_is_trusted(signed: Path, public: str) -> None:
    assert signer_of(signed) == public
    trusted_manifest(signed, [STRANGER, public])
    verify_files(read_manifest(signed), signed)
    assert Scorer(signed, "cpu", trusted_keys=[public]).label == "small 1"


def test_where_unsigned_models_are_allowed_no_signature_is_asked_for(registry: Registry) -> None:
    folder = registry.folder("small", "1")
    assert signer_of(folder) is None
    trusted_manifest(folder, None)
    assert Scorer(folder, "cpu").label == "small 1"


@pytest.mark.parametrize("load", [trusted_manifest, lambda folder, keys: Scorer(folder, "cpu", trusted_keys=keys)])
def test_an_unsigned_bundle_is_refused_where_a_key_is_listed(registry: Registry, load: Callable[[Path, list[str]], object], public: str) -> None:
    with pytest.raises(ModelError, match=r"small/1: is not signed.*trusted_keys or its own key signed; publish it again with --key"):
        load(registry.folder("small", "1"), [public])


def test_a_bundle_signed_by_a_key_that_is_not_listed_is_refused(signed: Path, public: str) -> None:
    with pytest.raises(ModelError, match=re.escape(f"signed by {public}, which is not in [models] trusted_keys ({STRANGER}); list that key")):
        trusted_manifest(signed, [STRANGER])


def test_a_signature_under_another_ones_name_is_refused(signed: Path, public: str, tmp_path: Path) -> None:
    """The listed key's name over somebody else's signature."""
    other = new_key(tmp_path / "other.pem")
    sign_bundle(signed, tmp_path / "other.pem")
    sig = signed / "manifest.sig"
    sig.write_text(sig.read_text().replace(other, public))
    with pytest.raises(ModelError, match=r"manifest\.sig is not a signature of this manifest\.toml by ed25519:"):
        trusted_manifest(signed, [public])


@given(st.sampled_from(["manifest.toml", "model.onnx", "golden.npz", "report/report.md"]), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_one_changed_byte_of_any_file_is_refused(
    published: Path, tmp_path_factory: pytest.TempPathFactory, name: str, where: float, flip: int
) -> None:
    work = tmp_path_factory.mktemp("changed")
    public = new_key(work / "key.pem")
    folder = work / "1"
    shutil.copytree(published / "small" / "1", folder)
    sign_bundle(folder, work / "key.pem")
    content = bytearray((folder / name).read_bytes())
    content[int(where * len(content))] ^= flip
    (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=r"is not a signature of this manifest" if name == "manifest.toml" else r"has sha256"):
        Scorer(folder, "cpu", trusted_keys=[public])
    shutil.rmtree(work)


def test_a_file_added_under_the_manifests_or_the_signatures_name_is_found(signed: Path) -> None:
    for name in ("manifest.toml", "manifest.sig"):
        (signed / "report" / name).write_text("x")
        with pytest.raises(ModelError, match=rf"report/{re.escape(name)} is not listed"):
            verify_files(read_manifest(signed), signed)
        (signed / "report" / name).unlink()


GOOD_ROW = {"public_key": STRANGER, "signature": "A" * 86 + "=="}
BASE64 = st.text("ABCDwxyz019+/=", min_size=80, max_size=90)
ROWS = st.fixed_dictionaries({"public_key": BASE64.map(lambda t: "ed25519:" + t[:44]), "signature": BASE64}).map(
    lambda row: tomli_w.dumps(row).encode()
)


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode) | ROWS)
@example(tomli_w.dumps(GOOD_ROW).encode())
@example(tomli_w.dumps(GOOD_ROW | {"algorithm": "none"}).encode())
@example(tomli_w.dumps(GOOD_ROW | {"public_key": STRANGER.replace("EA=", "EB=")}).encode())
@example(b"a = " + b"[" * 3000)
@example(b"a = " + b"9" * 4090)
@example(b"\xff\xfe" + bytes(5000))
def test_whatever_stands_in_the_signature_file_it_is_told_and_trusts_nobody(published: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.toml").write_bytes((published / "small" / "1" / "manifest.toml").read_bytes())
    (tmp_path / "manifest.sig").write_bytes(content)
    with pytest.raises(ModelError, match=r"manifest\.sig"):
        signer_of(tmp_path)
    with pytest.raises(ModelError, match=r"manifest\.sig"):
        trusted_manifest(tmp_path, [STRANGER])


P = 2**255 - 19
SMALL_ORDER = [
    *(y.to_bytes(32, "little") for y in (0, 1, P - 1, P, P + 1, 2**255, 2**255 + 1)),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
]


@pytest.mark.parametrize("point", SMALL_ORDER, ids=lambda raw: raw.hex()[:8])
def test_a_key_that_anyone_can_sign_for_is_never_a_signer(tmp_path: Path, point: bytes) -> None:
    """R = the point itself, S = 0: OpenSSL verifies that for some manifests under most of them."""
    public = "ed25519:" + base64.b64encode(point).decode()
    row = {"public_key": public, "signature": base64.b64encode(point + bytes(32)).decode()}
    (tmp_path / "manifest.sig").write_text(tomli_w.dumps(row))
    for n in range(40):
        (tmp_path / "manifest.toml").write_text(f"n = {n}\n")
        with pytest.raises(ModelError, match="anyone can sign in its name"):
            trusted_manifest(tmp_path, [public])


def test_a_signature_file_beyond_all_measure_is_not_read(signed: Path) -> None:
    path = signed / "manifest.sig"
    path.write_text(path.read_text() + "#" * 4096)
    with pytest.raises(ModelError, match=r"manifest\.sig: has more than 4096 bytes"):
        signer_of(signed)


def test_a_folder_instead_of_a_signature_and_a_manifest_that_is_gone_are_told(signed: Path, key: Path) -> None:
    (signed / "manifest.toml").unlink()
    with pytest.raises(ModelError, match=r"manifest\.toml: cannot be read"):
        signer_of(signed)
    with pytest.raises(ModelError, match=r"manifest\.toml: cannot be read"):
        sign_bundle(signed, key)
    (signed / "manifest.sig").unlink()
    (signed / "manifest.sig").mkdir()
    with pytest.raises(ModelError, match=r"manifest\.sig: cannot be read"):
        signer_of(signed)


# --- published with a key, and carried on


def test_publishing_with_a_key_signs_what_is_published(
    registry: Registry, recipe: Recipe, small_vectors: NDArray, tmp_path: Path, key: Path, public: str
) -> None:
    write_small_bundle(tmp_path / "bundle", recipe, small_vectors)
    target = registry.publish(tmp_path / "bundle", small_manifest(recipe, "3"), key)
    assert signer_of(target) == public
    assert not (tmp_path / "bundle" / "manifest.sig").exists()
    assert Registry(registry.store, registry.state, [public]).verify("small", "3").files.keys() == {"golden.npz", "model.onnx", "report/report.md"}


def test_with_a_key_that_cannot_sign_nothing_is_published(registry: Registry, recipe: Recipe, small_vectors: NDArray, tmp_path: Path) -> None:
    write_small_bundle(tmp_path / "bundle", recipe, small_vectors)
    with pytest.raises(ModelError, match=r"nokey\.pem: cannot be read"):
        registry.publish(tmp_path / "bundle", small_manifest(recipe, "3"), tmp_path / "nokey.pem")
    assert registry.versions("small") == ["1", "2"]


@pytest.fixture
def signed_by_hand(registry: Registry, key: Path) -> Path:
    """small 1, whose signed manifest says the same as ours in other bytes: as another release would write it."""
    folder = registry.folder("small", "1")
    path = folder / "manifest.toml"
    path.write_text("# by an earlier release\n" + path.read_text())
    sign_bundle(folder, key)
    return folder


def test_a_signed_bundle_copied_into_another_store_keeps_manifest_and_signature(signed_by_hand: Path, tmp_path: Path, public: str) -> None:
    other = Registry(tmp_path / "line", tmp_path / "line-active", [public])
    target = other.publish(signed_by_hand, read_manifest(signed_by_hand))
    for name in ("manifest.toml", "manifest.sig"):
        assert (target / name).read_bytes() == (signed_by_hand / name).read_bytes()
    other.activate("small", "1")
    assert signer_of(target) == public


def test_a_key_replaces_the_earlier_signature_over_the_same_manifest(signed_by_hand: Path, tmp_path: Path, public: str) -> None:
    plant = new_key(tmp_path / "second.pem")
    target = Registry(tmp_path / "line", tmp_path / "line-active").publish(signed_by_hand, read_manifest(signed_by_hand), tmp_path / "second.pem")
    assert (target / "manifest.toml").read_bytes() == (signed_by_hand / "manifest.toml").read_bytes()
    assert (signer_of(target), signer_of(signed_by_hand)) == (plant, public)


@pytest.mark.parametrize("with_key", [False, True])
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "report" / "report.md").write_text("# better\n"), r"report/report\.md has sha256"),
        (lambda f: (f / "manifest.toml").write_text((f / "manifest.toml").read_text() + "\n"), r"is not a signature of this manifest"),
        (lambda f: (f / "manifest.sig").write_text(""), r"manifest\.sig: public_key: Field required"),
    ],
)
def test_a_signed_bundle_that_was_changed_is_not_carried_on(
    signed: Path, tmp_path: Path, key: Path, damage: Callable[[Path], object], message: str, with_key: bool
) -> None:
    damage(signed)
    other = Registry(tmp_path / "line", tmp_path / "line-active")
    with pytest.raises(ModelError, match=message) as caught:
        other.publish(signed, read_manifest(signed), key if with_key else None)
    assert str(signed) in str(caught.value)
    assert other.names() == []


def test_a_signed_bundle_is_not_published_under_another_manifest(signed: Path, tmp_path: Path, recipe: Recipe) -> None:
    with pytest.raises(ModelError, match=r"signed it as small 1, .* published as small 7"):
        Registry(tmp_path / "line", tmp_path / "line-active").publish(signed, small_manifest(recipe, "7"))


def test_a_station_with_trusted_keys_neither_activates_nor_rolls_back_to_what_is_not_signed(registry: Registry, key: Path, public: str) -> None:
    registry.activate("small", "1")
    sign_bundle(registry.folder("small", "2"), key)
    strict = Registry(registry.store, registry.state, [public])
    strict.activate("small", "2")
    for act in (lambda: strict.activate("small", "1"), lambda: strict.roll_back("small"), lambda: strict.verify("small", "1")):
        with pytest.raises(ModelError, match="small/1: is not signed"):
            act()
    assert strict.active("small") == "2"
