"""`models pull`: a bundle from a Hugging Face model repository into this station's store. It activates nothing."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from models.manifest import MANIFEST_NAME, Manifest, ModelError, read_manifest
from models.registry import Registry
from models.scorer import MAX_MODEL_BYTES, Scorer
from models.signing import signer_of
from station.config import ModelsSection

MAX_FILES = 64
FIRST_ANSWER_S = 10.0
"""How long the hub may take to say what is in the repository. Ours: the library itself waits for ever on a silent line."""
DOWNLOAD_S = 60.0
LEAST_BYTES_PER_S = 250_000
"""A download may take DOWNLOAD_S and what its bytes take at this speed."""

_REPOSITORY = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)(@(?P<revision>[\w][\w./-]*))?", re.ASCII)
_FILE = re.compile(r"[\w.-]+(/[\w.-]+)*", re.ASCII)
_OF_THE_HUB = (".gitattributes", "README.md")  # lie in every repository of the hub; no part of the bundle unless its manifest lists them

T = TypeVar("T")


def pull(reference: str, registry: Registry, section: ModelsSection) -> tuple[str, dict[str, str | None]]:
    """What was done, as a sentence and as fields: the bundle of OWNER/NAME[@REVISION] is now in the store, or was already.

    Raises:
        ModelError: the repository cannot be reached, is no bundle, or the bundle is damaged, not trusted or fails its
            golden self-test here; also if the store has another bundle of that name and version. The store is as before.
    """
    match = _REPOSITORY.fullmatch(reference)
    if match is None:
        raise ModelError(f"models pull {reference!r}: expected a Hugging Face model repository, OWNER/NAME or OWNER/NAME@REVISION")
    # A download that passed its deadline may still write while its folder is being removed.
    with tempfile.TemporaryDirectory(prefix="station-pull-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary) / "bundle"
        commit = _fetch(match["name"], match["revision"], folder, registry.store)
        try:
            manifest = read_manifest(folder)
            _leave_out_what_the_hub_added(folder, manifest)
            scorer = Scorer(folder, section.provider, section.require_cuda, registry.trusted_keys)
            signer = signer_of(folder)
        except ModelError as err:  # the folder is gone when the message is read
            raise ModelError(str(err).replace(str(folder), reference)) from err
        is_new = manifest.version not in registry.versions(manifest.name)
        if is_new:
            registry.publish(folder, manifest)
    if registry.verify(manifest.name, manifest.version) != manifest:
        raise ModelError(
            f"model {manifest.name} {manifest.version} of {reference} is another one than the {manifest.name} {manifest.version} in "
            f"{registry.store}, and versions are never overwritten; publish one of the two under the next version"
        )
    label = f"{manifest.name}@{manifest.version}"
    act = f"pulled from {reference} (commit {commit[:12]})" if is_new else f"of {reference} is already in {registry.store}"
    text = (
        f"model {manifest.name} {manifest.version} {act}, {f'signed by {signer}' if signer else 'not signed'}, in order on {scorer.provider}; "
        f"put it on line: python -m station models activate {label}"
    )
    return text, {"name": manifest.name, "version": manifest.version, "commit": commit, "signer": signer, "state": "pulled" if is_new else "present"}


def _fetch(repository: str, revision: str | None, folder: Path, store: Path) -> str:
    """Every file of one commit of the repository, now in `folder`; returns the commit.

    File by file instead of `snapshot_download`: that lists the repository a second time, where other names and sizes
    could stand than those checked here, and waits at exit for threads of its own.
    """
    try:
        from huggingface_hub import HfApi
        from huggingface_hub.utils.tqdm import disable_progress_bars
    except ImportError as err:
        raise ModelError(
            "models pull needs the package huggingface-hub, which is not installed: uv pip install 'huggingface-hub>=1' "
            f"(or copy the bundle's folder to {store} as NAME/VERSION)"
        ) from err
    disable_progress_bars()
    api = HfApi(token=os.environ.get("HF_TOKEN") or False)  # False: not the token of whoever once logged in on this PC either
    by_hand = f"or copy the bundle's folder to {store} as NAME/VERSION by hand"
    where = f"Hugging Face model repository {repository}"

    info = _within(
        FIRST_ANSWER_S,
        lambda: api.model_info(repository, revision=revision, files_metadata=True, timeout=FIRST_ANSWER_S),
        f"{where}: cannot be reached",
        f"check its name and the network, {by_hand}",
    )
    sizes = _checked_sizes(where, {s.rfilename: s.size for s in info.siblings or ()})
    commit = info.sha or ""
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        raise ModelError(f"{where}: the hub names its commit {commit!r}, expected 40 hexadecimal digits")

    def download() -> None:
        for name in sizes:
            api.hf_hub_download(repository, name, revision=commit, local_dir=folder, cache_dir=folder.with_name("cache"))

    limit_s = DOWNLOAD_S + sum(sizes.values()) / LEAST_BYTES_PER_S
    _within(limit_s, download, f"{where}: the download broke off", f"try again, {by_hand}")
    shutil.rmtree(folder / ".cache", ignore_errors=True)  # the library's notes on what it fetched
    return commit


def _checked_sizes(where: str, sizes: Mapping[str, int | None]) -> dict[str, int]:
    """The sizes by file name, none of which leads out of the folder, is too large, or too many. Raises ModelError."""
    if MANIFEST_NAME not in sizes:
        raise ModelError(f"{where}: is no model bundle of this station: it has no {MANIFEST_NAME}")
    if len(sizes) > MAX_FILES:
        raise ModelError(f"{where}: has {len(sizes)} files, at most {MAX_FILES} are fetched; a bundle has about five")
    checked = {}
    for name, size in sizes.items():
        if not _FILE.fullmatch(name) or {".", ".."} & set(name.split("/")) or name.startswith(".cache/"):
            raise ModelError(f"{where}: file name {name!r}: letters, digits, '.', '_' and '-' are allowed, and sub-folders")
        if size is None or not 0 <= size <= MAX_MODEL_BYTES:
            raise ModelError(f"{where}: {name} has {'an unknown number of' if size is None else size} bytes, at most {MAX_MODEL_BYTES} are fetched")
        checked[name] = size
    return checked


def _leave_out_what_the_hub_added(folder: Path, manifest: Manifest) -> None:
    for name in _OF_THE_HUB:
        if name not in manifest.files:
            (folder / name).unlink(missing_ok=True)


def _within(seconds: float, call: Callable[[], T], what: str, advice: str) -> T:
    """What `call` returns, in a thread that is left behind if it takes longer.

    Raises:
        ModelError: too late, or whatever the call raised: `what` with the reason, then `advice`.
    """
    answers: list[T] = []
    faults: list[Exception] = []

    def run() -> None:
        try:
            answers.append(call())
        except Exception as err:  # the hub's library changes its HTTP client, and with it the errors, between releases
            faults.append(err)

    thread = threading.Thread(target=run, name="hub", daemon=True)
    thread.start()
    thread.join(seconds)
    if faults:
        raise ModelError(f"{what} ({_reason(faults[0])}); {advice}") from faults[0]
    if not answers:
        raise ModelError(f"{what} (no answer within {seconds:g} s); {advice}")
    return answers[0]


def _reason(err: Exception) -> str:
    from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

    if isinstance(err, RevisionNotFoundError):
        return "it has no such revision"
    if isinstance(err, RepositoryNotFoundError):
        return "there is none of this name, or not for you: a private one needs a token in the environment, HF_TOKEN"
    return str(err).strip().split("\n")[0] or type(err).__name__
