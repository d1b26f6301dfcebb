"""Models: bytes flipped, signatures forged, shares gone; whatever it is, the old version goes on judging."""

from __future__ import annotations

import io
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import tomli_w
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.faults.bench import Bench, Outcome, fault, is_sentence
from benchmarks.faults.small_part import pictures
from models.manifest import checksums, read_manifest, write_manifest
from models.signing import new_key, sign_bundle

GROUP = "model"
_MODEL = "small"


def _prepared(bench: Bench) -> Path:
    """The small line on signed models, version 1 active; version 2 is there to be spoiled. Its folder."""
    shown = pictures(bench.folder / "parts", 60)
    bench.configure_small(f"folder:{shown}", camera="[camera.folder]\nloop = true")
    text = bench.config.read_text().replace("allow_unsigned = true", "")
    key = bench.folder / "trainer.pem"
    public = new_key(key)
    for version in ("1", "2"):
        sign_bundle(bench.folder / "store" / _MODEL / version, key)
    text = text.replace("trusted_keys = [", f'trusted_keys = ["{public}", ').replace(", ]", "]")
    bench.config.write_text(text)
    return bench.folder / "store" / _MODEL / "2"


def _resigned(folder: Path, bench: Bench) -> None:
    """Whoever spoiled it has the key: checksums and signature fit, only what is in the files is wrong."""
    write_manifest(read_manifest(folder).model_copy(update={"files": checksums(folder)}), folder)
    sign_bundle(folder, bench.folder / "trainer.pem")


def _spoiled_on_activation(name: str, spoil: Callable[[Path, Bench], object], reason: str) -> None:
    """Version 2 is spoiled and put on line by hand, past the command's own checks, while version 1 judges."""

    def inject(bench: Bench) -> Outcome:
        folder = _prepared(bench)
        spoil(folder, bench)
        bench.data.mkdir(exist_ok=True)
        _point(bench, "1")
        running = bench.start(interval_ms=60)
        running.wait_parts(3)
        asked = bench.command("models", "activate", f"{_MODEL}@2", "--data", str(bench.data))
        _point(bench, "1", "2")
        running.wait_said("goes on judging")
        recovery = running.wait_ok()
        code = running.stop()
        wrong = sum(row.model_version != "1" for row in bench.rows())
        said = next(line for line in running.said if "goes on judging" in line)
        is_right = code == 0 and asked.returncode == 2 and reason in said and is_sentence(running.said) and is_sentence([asked.stderr])
        return Outcome(said, is_right, bench.lost(running), wrong, recovery)

    fault(GROUP, f"{name}, activated while parts run", "refused by the command and by the line; version 1 goes on judging")(inject)


def _point(bench: Bench, *history: str) -> None:
    active = bench.data / "active"
    active.mkdir(parents=True, exist_ok=True)
    temporary = active / f".{_MODEL}.new"
    temporary.write_text(tomli_w.dumps({"activated": list(history)}))
    temporary.replace(active / f"{_MODEL}.toml")


def _flip(path: Path, n: int = 1) -> None:
    content, generator = bytearray(path.read_bytes()), random.Random(11)
    for place in generator.sample(range(len(content)), n):
        content[place] ^= 1 << generator.randrange(8)
    path.write_bytes(content)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def _foreign(folder: Path, bench: Bench) -> None:
    new_key(bench.folder / "stranger.pem")
    sign_bundle(folder, bench.folder / "stranger.pem")


def _with_onnx(change: Callable[[onnx.ModelProto], None]) -> Callable[[Path, Bench], None]:
    def spoil(folder: Path, bench: Bench) -> None:
        graph = onnx.load(folder / "model.onnx")
        change(graph)
        (folder / "model.onnx").write_bytes(graph.SerializeToString())
        _resigned(folder, bench)

    return spoil


def _external(graph: onnx.ModelProto) -> None:
    tensor = graph.graph.initializer[0]
    tensor.data_location = onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../../etc/passwd"


def _custom(graph: onnx.ModelProto) -> None:
    graph.graph.node[0].domain = "com.example"
    graph.opset_import.append(onnx.helper.make_opsetid("com.example", 1))


def _renamed_output(graph: onnx.ModelProto) -> None:
    graph.graph.output[0].name = "other"


def _bomb(folder: Path, bench: Bench) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("score_0.npy", "w", force_zip64=True) as f:
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": (2**30,)})
        f.write(header.getvalue())
        for _ in range(4 * 64):
            f.write(bytes(2**24))
    (folder / "golden.npz").write_bytes(content.getvalue())
    _resigned(folder, bench)


def _other_scores(folder: Path, bench: Bench) -> None:
    with np.load(folder / "golden.npz") as archive:
        arrays = {name: archive[name] for name in archive.files}
    arrays["score_0"] = arrays["score_0"] + np.float32(1.0)
    np.savez_compressed(folder / "golden.npz", **arrays)
    _resigned(folder, bench)


_spoiled_on_activation("one bit of model.onnx flipped", lambda folder, _: _flip(folder / "model.onnx"), "sha256")
_spoiled_on_activation(
    "thresholds in the manifest edited", lambda folder, _: _edit(folder / "manifest.toml", "ok_at_most = ", "ok_at_most = 9"), "signature"
)
_spoiled_on_activation("signature removed", lambda folder, _: (folder / "manifest.sig").unlink(), "not signed")
_spoiled_on_activation("signed with a stranger's key", _foreign, "trusted_keys")
_spoiled_on_activation(
    "signature of another bundle", lambda folder, _: shutil.copy(folder.parent / "1" / "manifest.sig", folder / "manifest.sig"), "signature"
)
_spoiled_on_activation(
    "model.onnx cut in half", lambda folder, _: (folder / "model.onnx").write_bytes((folder / "model.onnx").read_bytes()[:5000]), "sha256"
)
_spoiled_on_activation("a file added to the bundle", lambda folder, _: (folder / "extra.bin").write_bytes(b"x"), "not listed")
_spoiled_on_activation("graph with external data, signed", _with_onnx(_external), "external")
_spoiled_on_activation("graph with a custom operator, signed", _with_onnx(_custom), "com.example")
_spoiled_on_activation("graph with other outputs, signed", _with_onnx(_renamed_output), "")
_spoiled_on_activation(
    "random bits flipped all over model.onnx, signed",
    lambda folder, bench: (_flip(folder / "model.onnx", 200), _resigned(folder, bench)),
    "",
)
_spoiled_on_activation("golden parts that unpack to 4 GB, signed", _bomb, "golden")
_spoiled_on_activation("golden scores that this machine does not reproduce, signed", _other_scores, "golden")


@fault(GROUP, "model store (a network share) gone while parts run", "the loaded version goes on judging")
def store_gone(bench: Bench) -> Outcome:
    folder = _prepared(bench)
    _point(bench, "1")
    running = bench.start(interval_ms=60)
    running.wait_parts(3)
    folder.parent.parent.rename(bench.folder / "elsewhere")
    _point(bench, "1", "2")
    running.wait_said("goes on judging")
    recovery = running.wait_ok()
    code = running.stop()
    return Outcome(next(line for line in running.said if "goes on judging" in line), code == 0, bench.lost(running), 0, recovery)


@fault(GROUP, "list of activated versions overwritten with junk while parts run", "the loaded version goes on judging, told")
def junk_pointer(bench: Bench) -> Outcome:
    _prepared(bench)
    _point(bench, "1")
    running = bench.start(interval_ms=60)
    running.wait_parts(3)
    (bench.data / "active" / f"{_MODEL}.toml").write_bytes(random.Random(1).randbytes(300))
    running.wait_said("goes on judging")
    recovery = running.wait_ok()
    code = running.stop()
    return Outcome(next(line for line in running.said if "goes on judging" in line), code == 0, bench.lost(running), 0, recovery)


@fault(GROUP, "one bit of the active model.onnx flipped while the station is off", "refused at start with a sentence")
def flipped_at_start(bench: Bench) -> Outcome:
    folder = _prepared(bench)
    _point(bench, "2")
    _flip(folder / "model.onnx")
    running = bench.start("--parts", "3")
    code = running.end()
    return Outcome(running.said[-1], code == 2 and not running.parts and is_sentence(running.said))


@fault(GROUP, "vendor's key replaced in the settings", "refused at start with a sentence")
def other_key(bench: Bench) -> Outcome:
    _prepared(bench)
    _point(bench, "1")
    import base64

    from models.signing import PREFIX

    stranger = PREFIX + base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    text = bench.config.read_text()
    start = text.index("trusted_keys = [")
    bench.config.write_text(text[:start] + f'trusted_keys = ["{stranger}"]' + text[text.index("]", start) + 1 :])
    running = bench.start("--parts", "3")
    code = running.end()
    return Outcome(running.said[-1], code == 2 and not running.parts and is_sentence(running.said))
