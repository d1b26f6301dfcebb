"""`models pull` as a user types it, from a hub on loopback."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import huggingface_hub
import pytest

from models.manifest import MANIFEST_NAME, ModelError, read_manifest
from models.registry import Registry
from models.signing import new_key, sign_bundle, signer_of
from station.commands.pull import pull
from station.config import ModelsSection
from tests.conftest import REPOSITORY
from tests.station.local_model_hub import COMMIT, LocalModelHub, local_model_hub

REFERENCE = "plant/small-part"


class Pc:
    """A line PC with an empty store, and the repository `plant/small-part` on a hub that is all its own."""

    def __init__(self, folder: Path, hub: LocalModelHub) -> None:
        self.folder = folder
        self.hub = hub
        self.repository = hub.root / REFERENCE
        self.registry = Registry(folder / "store", folder / "data" / "active")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGING"))} | {
            "PYTHONPATH": str(REPOSITORY), "HF_ENDPOINT": hub.address, "HF_HOME": str(folder / "hf"), "NO_PROXY": "127.0.0.1",
            "HF_HUB_DISABLE_TELEMETRY": "1", "TMPDIR": str(folder / "tmp"),
        }  # fmt: skip
        (folder / "tmp").mkdir()
        (folder / "config.toml").write_text('[models]\nallow_unsigned = true\nstore = "store"\nprovider = "cpu"\n')

    def pull(self, *words: str, before: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """before: Python that runs ahead of the command."""
        arguments = ["--config", str(self.folder / "config.toml"), "models", "pull", *words]
        code = f"import sys; {before}\nfrom station.__main__ import main\nsys.exit(main({arguments!r}))"
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=100, env=self.environment | environment, check=False, cwd=REPOSITORY
        )
        assert "Traceback" not in run.stderr
        assert list((self.folder / "tmp").glob("station-pull-*")) == [], "nothing is left lying about"
        return run

    def refuses(self, sentence: str, *words: str, before: str = "", **environment: str) -> None:
        """One sentence, exit code 2, and the store as it was."""
        names = self.registry.names()
        run = self.pull(*(words or (REFERENCE,)), before=before, **environment)
        assert (run.returncode, run.stdout) == (2, ""), run.stderr
        assert re.search(sentence, run.stderr), run.stderr
        assert len(run.stderr.splitlines()) == 1
        assert self.registry.names() == names


@pytest.fixture
def pc(tmp_path: Path, published: Path) -> Iterator[Pc]:
    shutil.copytree(published / "small" / "1", tmp_path / "hub" / REFERENCE)
    (tmp_path / "hub" / REFERENCE / "README.md").write_text("# What the hub shows\n")
    (tmp_path / "hub" / REFERENCE / ".gitattributes").write_text("*.onnx filter=lfs\n")
    with local_model_hub(tmp_path / "hub") as hub:
        yield Pc(tmp_path, hub)


def test_a_pulled_bundle_lies_in_the_store_whole_and_is_not_yet_on_line(pc: Pc) -> None:
    run = pc.pull(REFERENCE, "--json")
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert json.loads(run.stdout) == {"name": "small", "version": "1", "commit": COMMIT, "signer": None, "state": "pulled"}
    assert pc.registry.verify("small", "1") == read_manifest(pc.repository)
    folder = pc.registry.folder("small", "1")
    assert sorted(p.name for p in folder.rglob("*") if p.is_file()) == ["golden.npz", "manifest.toml", "model.onnx", "report.md"]
    assert all(stat.S_IMODE(p.stat().st_mode) & 0o044 == 0o044 for p in folder.rglob("*")), "another user's station can read it"
    assert pc.registry.active("small") is None


def test_pulled_again_it_is_there_already(pc: Pc) -> None:
    assert pc.pull(REFERENCE).returncode == 0
    again = pc.pull(f"{REFERENCE}@v1")
    assert again.returncode == 0, again.stderr
    assert re.match(r"model small 1 of plant/small-part@v1 is already in .*store, not signed, in order on CPU; put it on line:", again.stdout)
    assert f"GET /api/models/{REFERENCE}/revision/v1" in pc.hub.paths


def test_another_bundle_under_the_same_version_is_refused(pc: Pc) -> None:
    assert pc.pull(REFERENCE).returncode == 0
    before = (pc.registry.folder("small", "1") / MANIFEST_NAME).read_bytes()
    path = pc.repository / MANIFEST_NAME
    path.write_text(path.read_text().replace("ok_at_most = 12.0", "ok_at_most = 13.0"))
    pc.refuses(r"small 1 of plant/small-part is another one than the small 1 in .*never overwritten; publish one of the two under the next version")
    assert (pc.registry.folder("small", "1") / MANIFEST_NAME).read_bytes() == before


def test_a_signed_bundle_keeps_manifest_and_signature(pc: Pc) -> None:
    public = new_key(pc.folder / "key.pem")
    path = pc.repository / MANIFEST_NAME
    path.write_text("# by another release\n" + path.read_text())
    sign_bundle(pc.repository, pc.folder / "key.pem")
    (pc.folder / "config.toml").write_text(f'[models]\nstore = "store"\ntrusted_keys = ["{public}"]\n')
    run = pc.pull(REFERENCE)
    assert run.returncode == 0, run.stderr
    assert f"signed by {public}" in run.stdout
    folder = pc.registry.folder("small", "1")
    assert (folder / MANIFEST_NAME).read_bytes() == path.read_bytes()
    assert signer_of(folder) == public


def test_a_bundle_that_no_trusted_key_signed_never_reaches_the_store(pc: Pc) -> None:
    public = new_key(pc.folder / "key.pem")
    (pc.folder / "config.toml").write_text(f'[models]\nstore = "store"\ntrusted_keys = ["{public}"]\n')
    pc.refuses("model bundle plant/small-part: is not signed")
    other = new_key(pc.folder / "other.pem")
    sign_bundle(pc.repository, pc.folder / "other.pem")
    pc.refuses(f"model bundle plant/small-part: signed by {re.escape(other)}, which is not in")


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda pc: _flip(pc.repository / "model.onnx"), r"bundle plant/small-part: model\.onnx has sha256"),
        (lambda pc: (pc.repository / "extra.py").write_text("x"), r"extra\.py is not listed in manifest\.toml"),
        (lambda pc: (pc.repository / "golden.npz").unlink(), r"golden\.npz is missing"),
        (lambda pc: (pc.repository / MANIFEST_NAME).write_text("name = "), r"plant/small-part: manifest\.toml: not valid TOML"),
        (lambda pc: (pc.repository / MANIFEST_NAME).unlink(), r"is no model bundle of this station: it has no manifest\.toml"),
        (lambda pc: [(pc.repository / f"f{n}").write_text("") for n in range(59)], "has 65 files, at most 64"),
        (lambda pc: pc.hub.told_sizes.update({"model.onnx": 2**29 + 1}), r"model\.onnx has 536870913 bytes, at most 536870912"),
        (lambda pc: pc.hub.told_sizes.update({"model.onnx": None}), r"model\.onnx has an unknown number of bytes"),
        (lambda pc: pc.hub.told_names.append("../../outside"), r"file name '\.\./\.\./outside'"),
        (lambda pc: pc.hub.told_names.append("/tmp/outside"), "file name '/tmp/outside'"),
        (
            lambda pc: pc.hub.told_names.append("gone.bin"),
            r"the download broke off .*try again, or copy the bundle's folder to .*store as NAME/VERSION",
        ),
    ],
)
def test_a_repository_that_is_no_sound_bundle_is_refused(
    pc: Pc, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Pc], object], sentence: str
) -> None:
    damage(pc)
    # in this process: a dozen cases in the time of one
    monkeypatch.setattr("huggingface_hub.HfApi", partial(huggingface_hub.HfApi, endpoint=pc.hub.address))
    with pytest.raises(ModelError, match=sentence):
        pull(REFERENCE, pc.registry, ModelsSection(provider="cpu"))
    assert pc.registry.names() == []
    too_much = ("files, at most", "bytes", "file name", "it has no manifest")
    if any(word in sentence for word in too_much):
        assert not any("/resolve/" in path for path in pc.hub.paths), "seen before anything was fetched"


def test_a_bundle_that_fails_its_golden_self_test_here_is_refused(pc: Pc) -> None:
    path = pc.repository / MANIFEST_NAME
    path.write_text(re.sub(r"(regions = \[\n).*?\n", r"\1", path.read_text(), count=1))
    pc.refuses("golden.npz holds 3 vectors and 3 scores a part")


@pytest.mark.parametrize("reference", ["small", "plant/small/part", "plant/small@", "../x", "plant/small part", "https://host/plant/small"])
def test_words_that_name_no_repository_are_told(tmp_path: Path, reference: str) -> None:
    with pytest.raises(ModelError, match="expected a Hugging Face model repository, OWNER/NAME or OWNER/NAME@REVISION"):
        pull(reference, Registry(tmp_path, tmp_path), ModelsSection())


def test_a_repository_or_revision_that_is_not_there_is_told(pc: Pc) -> None:
    pc.refuses("repository plant/other: cannot be reached .there is none of this name, or not for you: .*HF_TOKEN", "plant/other")
    pc.refuses("repository plant/small-part: cannot be reached .it has no such revision", f"{REFERENCE}@v9")
    pc.refuses(r"say which Hugging Face model repository: OWNER/NAME", "--json")


BY_HAND = r"repository plant/small-part: cannot be reached \({}\); check .* or copy the bundle's folder to .*store as NAME/VERSION by hand"


def test_a_hub_that_is_not_there_is_told_with_the_way_by_hand(pc: Pc) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        pc.refuses(BY_HAND.format(".*refused"), HF_ENDPOINT=f"http://127.0.0.1:{closed.getsockname()[1]}")


def test_a_hub_that_never_answers_is_not_waited_for(pc: Pc) -> None:
    """The library's own limit is put out of the way: what ends the wait is ours alone."""
    before = "import threading, huggingface_hub as h, station.commands.pull as p; p.FIRST_ANSWER_S = 0.5; h.HfApi.model_info = lambda *a, **k: threading.Event().wait()"
    pc.refuses(BY_HAND.format("no answer within 0.5 s"), before=before)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        pc.refuses(BY_HAND.format(".+"), before="import station.commands.pull as p; p.FIRST_ANSWER_S = 1.0", HF_ENDPOINT=address)


def test_without_the_hubs_package_it_is_said_how_to_install_it(pc: Pc) -> None:
    pc.refuses("needs the package huggingface-hub, .*uv pip install 'huggingface-hub>=1'", before="sys.modules['huggingface_hub'] = None")


def test_a_token_comes_from_the_environment_and_from_nowhere_else(pc: Pc) -> None:
    (pc.folder / "hf").mkdir()
    (pc.folder / "hf" / "token").write_text("hf_of_somebody_else")
    assert pc.pull(REFERENCE).returncode == 0
    assert pc.hub.tokens == {None}
    assert pc.pull(REFERENCE, HF_TOKEN="hf_of_this_run").returncode == 0
    assert pc.hub.tokens == {None, "Bearer hf_of_this_run"}
