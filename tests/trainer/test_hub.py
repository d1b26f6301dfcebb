"""The trainer against a real HTTP server on loopback, and against servers that are not there.

What only huggingface_hub does runs in this process, its endpoint replaced; reading tables runs as a user would run it, in a
process of its own with HF_ENDPOINT and HF_HOME, since both libraries read them when they are imported.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import huggingface_hub
import numpy as np
import pytest
from huggingface_hub import constants
from numpy.typing import NDArray

from models.nsoartc import VECTOR_LENGTH
from tests.conftest import REPOSITORY
from tests.trainer.local_hub import LocalHub, Repository, refused_port, silent_server
from tests.trainer.test_tables import HF, needs_published, triplets, write
from trainer.data import DataError
from trainer.dataset_export import TABLE, CardFields, write_dataset
from trainer.hub import HubUnreachable, check_reachable, push_dataset, push_model
from trainer.tables import read_vectors

NAME = "owner/vectors"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalHub]:
    with LocalHub().running() as running:
        point_at(running.endpoint, monkeypatch)
        yield running
        huggingface_hub.close_session()


def point_at(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


def export(folder: Path, labels: list[int]) -> Path:
    n = len(labels)
    vectors: NDArray[np.float32] = np.random.default_rng(labels).normal(size=(n, VECTOR_LENGTH)).astype(np.float32)
    write_dataset(folder, vectors, np.array(labels), np.array(["OK"] * n), {}, CardFields("t", "s", "r"))
    return folder


READ = """
import json, logging, sys
logging.basicConfig(level=logging.WARNING, format="log: %(message)s")
from trainer.data import DataError
from trainer.tables import read_triplets, read_vectors
for word in sys.argv[1:]:
    layout, source, revision = word.split("|")
    try:
        table = {"vectors": read_vectors, "triplets": read_triplets}[layout](source, revision or None)
    except DataError as err:
        print(json.dumps({"error": type(err).__name__, "message": str(err)}))
        continue
    vectors = table.vectors if layout == "vectors" else table.negatives
    print(json.dumps({"source": table.source, "fingerprint": table.fingerprint, "shape": vectors.shape}))
"""


def read_elsewhere(home: Path, endpoint: str, *words: str, **environment: str) -> tuple[list[dict[str, object]], str]:
    """What a process of its own reads of each "layout|source|revision", and what it logs."""
    inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy") and not name.startswith("HF_")}
    own = inherited | {"HF_HOME": str(home), "HF_ENDPOINT": endpoint} | environment
    run = subprocess.run([sys.executable, "-c", READ, *words], cwd=REPOSITORY, env=own, capture_output=True, text=True, timeout=100, check=False)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()], run.stderr


@dataclass(frozen=True, slots=True)
class Warmed:
    """A home that has read from a hub, which is gone now."""

    home: Path
    folder: Path  # old/, new/, three/: what the hub served
    old: str
    new: str
    three: str
    tables: list[dict[str, object]]
    log: str
    asked: list[str]


@pytest.fixture(scope="module")
def warmed(tmp_path_factory: pytest.TempPathFactory) -> Warmed:
    folder = tmp_path_factory.mktemp("hub")
    with LocalHub().running() as hub:
        old = hub.add_folder(NAME, export(folder / "old", [0, 1]))
        new = hub.add_folder(NAME, export(folder / "new", [0, 1, 2]))
        write(folder / "three" / TABLE, triplets(4))
        three = hub.add_folder("owner/triplets", folder / "three")
        words = (
            f"vectors|{NAME}|{old}",
            f"vectors|{NAME}|main",
            f"vectors|{NAME}|",
            f"triplets|owner/triplets|{three}",
            f"vectors|owner/triplets|{three}",
        )
        tables, log = read_elsewhere(folder / "home", hub.endpoint, *words)
        return Warmed(folder / "home", folder, old, new, three, tables, log, hub.asked)


def test_both_layouts_come_from_the_hub_at_the_revision_asked_for(warmed: Warmed) -> None:
    sources = [table.get("source") for table in warmed.tables]
    assert sources == [f"{NAME}@{warmed.old}", f"{NAME}@{warmed.new}", f"{NAME}@{warmed.new}", f"owner/triplets@{warmed.three}", None]
    assert [table.get("shape") for table in warmed.tables] == [[2, 1404], [3, 1404], [3, 1404], [4, 1404], None]
    assert warmed.tables[0]["fingerprint"] == read_vectors(warmed.folder / "old").fingerprint
    assert warmed.tables[1]["fingerprint"] == read_vectors(warmed.folder / "new").fingerprint
    assert f"no revision given, took commit {warmed.new}" in warmed.log
    assert "it looks like triplets: use read_triplets" in str(warmed.tables[4]["message"])
    assert f"GET /datasets/{NAME}/resolve/{warmed.old}/{TABLE.as_posix()}" in warmed.asked


def test_a_hub_that_is_gone_leaves_what_was_read_and_a_warning(warmed: Warmed) -> None:
    unknown = "0" * 40
    words = f"vectors|{NAME}|{warmed.old}", f"vectors|{NAME}|main", f"vectors|{NAME}|{unknown}"
    tables, log = read_elsewhere(warmed.home, refused_port(), *words)
    assert tables[:2] == warmed.tables[:2]
    assert log.count("cannot be reached") == log.count("going on with the copy in the local cache") == 2
    assert tables[2]["error"] == "HubUnreachable", "never another commit for the one that was asked for"
    assert f"dataset {NAME} at {unknown}" in str(tables[2]["message"])


def test_offline_mode_reads_what_was_read_before_and_says_so(warmed: Warmed) -> None:
    tables, log = read_elsewhere(warmed.home, refused_port(), f"triplets|owner/triplets|{warmed.three}", HF_HUB_OFFLINE="1")
    assert tables == warmed.tables[3:4]
    assert "HF_HUB_OFFLINE is set" in log
    assert "going on with the copy in the local cache" in log


@needs_published
def test_the_published_tables_come_through_the_hub_row_by_row_alike(hub: LocalHub, tmp_path: Path) -> None:
    vectors = hub.add_folder("YxBxRyXJx/NSOARTC_Tanshi_1221", HF / "NSOARTC_Tanshi_1221")
    three = hub.add_folder("YxBxRyXJx/TRIPLET_Tanshi_1226", HF / "TRIPLET_Tanshi_1226")
    local = f"vectors|{HF / 'NSOARTC_Tanshi_1221'}|", f"triplets|{HF / 'TRIPLET_Tanshi_1226'}|"
    remote = f"vectors|YxBxRyXJx/NSOARTC_Tanshi_1221|{vectors}", f"triplets|YxBxRyXJx/TRIPLET_Tanshi_1226|{three}"
    tables, _ = read_elsewhere(tmp_path / "home", hub.endpoint, *local, *remote)
    assert [table["shape"] for table in tables] == [[240, 1404], [300, 1404]] * 2
    assert [table["fingerprint"] for table in tables[:2]] == [table["fingerprint"] for table in tables[2:]]


def test_a_download_that_was_cut_off_does_not_count_as_a_copy(hub: LocalHub, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    for i in range(2):
        write(folder / "data" / f"train-0000{i}-of-00002.parquet", {"label": [i]})
    commit = hub.add_folder(NAME, folder)
    code = (
        "from huggingface_hub import snapshot_download\n"
        "import trainer.hub as hub\n"
        f"snapshot_download({NAME!r}, repo_type='dataset', revision={commit!r}, allow_patterns=['*.parquet'])\n"
        f"folder = hub.cached_tables({NAME!r}, {commit!r})\n"
        "(folder / 'data' / 'train-00001-of-00002.parquet').unlink()\n"
        f"print(hub.cached_tables({NAME!r}, {commit!r}))\n"
    )
    own = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    own |= {"HF_HOME": str(tmp_path / "home"), "HF_ENDPOINT": hub.endpoint}
    run = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, env=own, capture_output=True, text=True, timeout=60, check=False)
    assert run.stdout.strip() == "None", run.stderr


def test_no_request_waits_for_ever_even_where_it_says_so(hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add_folder(NAME, export(tmp_path / "set", [0]))
    check_reachable(NAME)
    monkeypatch.setattr("trainer.hub.SILENCE_S", 0.3)
    with silent_server() as silent, pytest.raises(huggingface_hub.errors.HTTPError, match="timed out"):
        huggingface_hub.get_session().get(silent, timeout=None)  # as the listing of a repository is sent


def test_the_commit_of_a_revision_is_found(hub: LocalHub, tmp_path: Path) -> None:
    old = hub.add_folder(NAME, export(tmp_path / "old", [0]))
    new = hub.add_folder(NAME, export(tmp_path / "new", [1]))
    hub.repositories["models/owner/net"] = Repository()
    model = hub.repositories["models/owner/net"].commit({"model.onnx": b"x"})
    assert check_reachable(NAME) == check_reachable(NAME, "main") == new
    assert check_reachable(NAME, old) == old
    assert check_reachable("owner/net", kind="model") == model


def test_a_token_comes_from_the_environment_alone(hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add_folder(NAME, export(tmp_path / "set", [0]))
    (tmp_path / "token").write_text("hf_stored_by_a_login")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    check_reachable(NAME)
    assert hub.tokens == set()
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_environment")
    check_reachable(NAME)
    assert hub.tokens == {"Bearer hf_of_the_environment"}


def test_what_the_hub_refuses_has_a_sentence_of_its_own(hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add_folder(NAME, export(tmp_path / "set", [0]))
    hub.repositories["datasets/owner/gated"] = Repository(gated=True)
    hub.repositories["datasets/owner/new"] = Repository()
    host = hub.endpoint.removeprefix("http://")
    for repository, revision, sentence in (
        ("owner/nothing", None, f"dataset owner/nothing on {host} does not exist, or is private and HF_TOKEN in the environment is not set"),
        (NAME, "v9", f"dataset {NAME} at v9 on {host}: there is no such revision; expected a commit, tag or branch"),
        ("owner/gated", None, f"dataset owner/gated on {host} is gated: ask for access on its page, then set HF_TOKEN"),
        ("owner/new", None, "has no commit yet"),
        ("a/b/c", None, "'a/b/c' is not the name of a repository; expected owner/name"),
    ):
        with pytest.raises(DataError, match=sentence) as met:
            check_reachable(repository, revision)
        assert not isinstance(met.value, HubUnreachable), "a cached copy is no way out"
        assert "\n" not in str(met.value)
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(DataError, match="is private and HF_TOKEN in the environment does not give access"):
        check_reachable("owner/nothing")


def test_a_hub_that_refuses_or_is_silent_is_given_up_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    started = time.monotonic()
    with silent_server() as silent:
        for endpoint, reason in ((refused_port(), "refused"), (silent, "no answer within 1 s"), ("http://nobody.invalid", "[Nn]ame|resol|address")):
            point_at(endpoint, monkeypatch)
            with pytest.raises(HubUnreachable, match=reason) as met:
                check_reachable(NAME, "v1", deadline_s=1)
            sentence = str(met.value)
            assert sentence.startswith(f"dataset {NAME} at v1 on {endpoint.removeprefix('http://')} cannot be reached (")
            assert "a local folder or Parquet file of the same layout" in sentence
            assert "HF_HUB_OFFLINE=1 with a warmed cache" in sentence
            assert "\n" not in sentence
        wait_for_hub_threads()
    huggingface_hub.close_session()
    assert time.monotonic() - started < 30


def test_name_service_that_does_not_answer_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    point_at("http://hub.example", monkeypatch)
    released = threading.Event()

    def slow(*_: object, **__: object) -> list[object]:
        released.wait(60)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with pytest.raises(HubUnreachable, match="on hub.example cannot be reached .no answer within 0.3 s"):
        check_reachable(NAME, deadline_s=0.3)
    assert not released.is_set()
    released.set()
    wait_for_hub_threads()
    huggingface_hub.close_session()


def wait_for_hub_threads() -> None:
    """Threads given up end by themselves; wait, so that none outlives what its test replaced."""
    for thread in [thread for thread in threading.enumerate() if thread.name == "hub"]:
        thread.join(20)
        assert not thread.is_alive()


def test_a_server_that_is_no_hub_is_said_to_refuse(hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", f"{hub.endpoint}/login?")
    with pytest.raises(DataError, match=r"refused \(HTTP 404\)"):
        check_reachable(NAME)


def test_offline_mode_is_an_unreachable_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    point_at("http://hub.example", monkeypatch)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(HubUnreachable, match="HF_HUB_OFFLINE is set"):
        check_reachable(NAME)


def test_a_pushed_data_set_is_read_back(hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = export(tmp_path / "set", [0, 1, 1])
    monkeypatch.setenv("HF_TOKEN", "hf_writer")
    url = push_dataset(folder, NAME)
    repository = hub.repositories[f"datasets/{NAME}"]
    commit = repository.branches["main"]
    assert url == f"{hub.endpoint}/datasets/{NAME}/commit/{commit}"
    assert repository.private
    assert repository.commits[commit] == {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    tables, _ = read_elsewhere(tmp_path / "home", hub.endpoint, f"vectors|{NAME}|{commit}")
    assert tables[0]["fingerprint"] == read_vectors(folder).fingerprint


def test_a_pushed_model_is_private_unless_said_otherwise(hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.onnx").write_bytes(b"graph")
    monkeypatch.setenv("HF_TOKEN", "hf_writer")
    url = push_model(tmp_path, "owner/net")
    assert url == f"{hub.endpoint}/owner/net/commit/{hub.repositories['models/owner/net'].branches['main']}"
    assert hub.repositories["models/owner/net"].private
    push_model(tmp_path, "owner/open", private=False)
    assert not hub.repositories["models/owner/open"].private
    (tmp_path / "model.onnx").write_bytes(b"another graph")
    with pytest.raises(DataError, match="model owner/open on .* is public, but a private one was asked for; nothing was pushed"):
        push_model(tmp_path, "owner/open")
    assert list(hub.repositories["models/owner/open"].commits.values()) == [{"model.onnx": b"graph"}]


def test_a_push_needs_a_token_a_folder_and_a_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    point_at(refused_port(), monkeypatch)
    with pytest.raises(DataError, match="nothing to push; expected a folder with files"):
        push_dataset(tmp_path, NAME)
    (tmp_path / "README.md").write_text("x")
    with pytest.raises(DataError, match="needs a token with write permission in the environment variable HF_TOKEN; it is not set"):
        push_dataset(tmp_path, NAME)
    monkeypatch.setenv("HF_TOKEN", "hf_writer")
    with pytest.raises(HubUnreachable, match="stays as it is; push it later"):
        push_dataset(tmp_path, NAME)
    huggingface_hub.close_session()
