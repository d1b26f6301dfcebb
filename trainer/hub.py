"""What talks to the Hugging Face hub: is it there, which commit is meant, push a data set or a model.

Every first question has a deadline of ours: huggingface_hub's own time-outs leave a server that accepts and never answers
hanging for minutes, and a machine without name service for half of one. The token comes from the environment variable
HF_TOKEN and nowhere else. Downloads and uploads, once begun, take as long as they take.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import urlsplit

from trainer.data import DataError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

log = logging.getLogger(__name__)

Kind = Literal["dataset", "model"]
T = TypeVar("T")

DEADLINE_S = 8.0
"""Answers of the hub take 0.1 to 1 s on a line's network; a person waits 8 s without doubting the program."""

SILENCE_S = 10.0
"""For one question under way, where huggingface_hub sets no limit. It asks up to six times, so a hub that falls silent in the
middle of a download is given up after a minute and a half."""
COMMIT_SILENCE_S = 120.0
"""For what is sent: the hub checks a large commit before it answers, and it is not sent twice."""

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_TABLES = ["*.parquet", "README.md"]


class HubUnreachable(DataError):
    """The hub gave no answer; the message names the offline alternative. Whoever has a cached copy may go on with it."""


def is_repository_name(text: str) -> bool:
    """True for `owner/name`."""
    return _NAME.fullmatch(text) is not None


def check_reachable(repository: str, revision: str | None = None, kind: Kind = "dataset", deadline_s: float = DEADLINE_S) -> str:
    """The commit (40 hex digits) that this revision of the repository stands for now.

    Args:
        repository: `owner/name`.
        revision: commit, tag or branch; None for the head of `main`.

    Raises:
        HubUnreachable: no answer within the deadline, or a broken one; or HF_HUB_OFFLINE is set.
        DataError: no such repository or revision, or no permission.
    """
    api = _api()
    topic = _Topic(repository, revision, kind)
    # a little longer than ours, so that the sentence is always the same; it only ends the thread
    information = _asked(lambda: api.repo_info(repository, revision=revision, repo_type=kind, timeout=deadline_s + 1), topic, deadline_s)
    if not information.sha:
        raise DataError(f"{topic} has no commit yet; push something first")
    return str(information.sha)


def fetch_tables(repository: str, revision: str | None) -> Path:
    """Folder in the local cache with every Parquet file of this revision of a data set; its name is the commit.

    What is not there yet is downloaded, and the revision and list of files noted, so that `cached_tables` finds it later.

    Raises:
        HubUnreachable: the connection was lost.
        DataError: refused, or no Parquet file there.
    """
    topic = _Topic(repository, revision, "dataset")
    return _with_tables(_asked(lambda: _snapshot(repository, revision, is_local=False), topic, None), topic)


def cached_tables(repository: str, revision: str | None) -> Path | None:
    """Folder in the local cache with every Parquet file of this revision, or None; no network.

    A branch or tag is known only where it was fetched under that name. A partial download counts as none.
    """
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return _with_tables(_snapshot(repository, revision, is_local=True), _Topic(repository, revision, "dataset"))
    except LocalEntryNotFoundError:
        return None


def push_dataset(folder: Path, repository: str, private: bool = True, message: str = "Add inspection vectors", deadline_s: float = DEADLINE_S) -> str:
    """URL of the commit that put the folder into a data set repository, which is made if it is not there.

    Raises:
        HubUnreachable, DataError: see `check_reachable`; also no HF_TOKEN, an empty folder, or a public repository although
            `private` was asked for: what is pushed there cannot be taken back.
    """
    return _push(folder, repository, "dataset", private, message, deadline_s)


def push_model(folder: Path, repository: str, private: bool = True, message: str = "Add model bundle", deadline_s: float = DEADLINE_S) -> str:
    """URL of the commit that put a model bundle into a model repository; as `push_dataset`."""
    return _push(folder, repository, "model", private, message, deadline_s)


def _push(folder: Path, repository: str, kind: Kind, private: bool, message: str, deadline_s: float) -> str:
    if not folder.is_dir() or not any(path.is_file() for path in folder.rglob("*")):
        raise DataError(f"{folder}: nothing to push; expected a folder with files")
    if not os.environ.get("HF_TOKEN"):
        raise DataError(f"pushing to {repository} needs a token with write permission in the environment variable HF_TOKEN; it is not set")
    api = _api()
    topic = _Topic(repository, None, kind, f"{folder} stays as it is; push it later")
    _asked(lambda: api.create_repo(repository, repo_type=kind, private=private, exist_ok=True), topic, deadline_s)
    # create_repo says nothing of a repository that was there already, whatever its visibility
    there = _asked(lambda: api.repo_info(repository, repo_type=kind, timeout=deadline_s + 1), topic, deadline_s)
    if private and not there.private:
        raise DataError(f"{topic} is public, but a private one was asked for; nothing was pushed. Make it private, or say public")
    commit = _asked(lambda: api.upload_folder(repo_id=repository, folder_path=folder, repo_type=kind, commit_message=message), topic, None)
    log.info("pushed %s to %s", folder, commit.commit_url)
    return str(commit.commit_url)


def hub_token() -> str | bool:
    """The token in HF_TOKEN, or False: ask without one, also where a login has stored one on this machine."""
    return os.environ.get("HF_TOKEN") or False


def _api() -> HfApi:
    # imported here: it takes a second, and it reads HF_ENDPOINT and HF_HOME when it is imported
    from huggingface_hub import HfApi, set_client_factory

    set_client_factory(_client)
    return HfApi(token=hub_token(), library_name="nsoartc-trainer")


def _client() -> Any:
    """As huggingface_hub makes it, but no request waits for ever: many of its own are sent with no time-out at all."""
    from huggingface_hub.utils._http import default_client_factory

    def limit(request: Any) -> None:
        silence_s = SILENCE_S if request.method in ("GET", "HEAD") else COMMIT_SILENCE_S
        asked_for = request.extensions.get("timeout", {})
        request.extensions["timeout"] = {phase: asked_for.get(phase) or silence_s for phase in ("connect", "read", "write", "pool")}

    client = default_client_factory()
    client.event_hooks = {**client.event_hooks, "request": [*client.event_hooks["request"], limit]}
    return client


def _snapshot(repository: str, revision: str | None, is_local: bool) -> Path:
    folder = _api().snapshot_download(repository, repo_type="dataset", revision=revision, allow_patterns=_TABLES, local_files_only=is_local)
    return Path(folder)


def _with_tables(folder: Path, topic: _Topic) -> Path:
    if not any(folder.rglob("*.parquet")):
        raise DataError(f"{topic} holds no Parquet file; expected data/train-00000-of-00001.parquet or the like")
    return folder


@dataclass(frozen=True, slots=True)
class _Topic:
    """What the hub is asked about, and what to do where it does not answer."""

    repository: str
    revision: str | None
    kind: Kind
    instead: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.repository}" + (f" at {self.revision}" if self.revision else "") + f" on {_host()}"

    def unreachable(self, reason: str) -> HubUnreachable:
        what = "a local folder or Parquet file of the same layout" if self.kind == "dataset" else "a bundle in a local folder"
        instead = self.instead or f"without the hub use {what}, or HF_HUB_OFFLINE=1 with a warmed cache"
        return HubUnreachable(f"{self} cannot be reached ({reason}); {instead}")


def _host() -> str:
    from huggingface_hub import constants

    return urlsplit(constants.ENDPOINT).netloc or str(constants.ENDPOINT)


def _asked(question: Callable[[], T], topic: _Topic, deadline_s: float | None) -> T:
    """The hub's answer, or one sentence that says why there is none."""
    from huggingface_hub import errors

    token = "HF_TOKEN in the environment " + ("does not give access" if hub_token() else "is not set")
    try:
        return question() if deadline_s is None else _within(deadline_s, question)
    except TimeoutError as err:
        raise topic.unreachable(f"no answer within {deadline_s:g} s" if deadline_s else "it fell silent") from err
    except errors.GatedRepoError as err:
        raise DataError(f"{topic} is gated: ask for access on its page, then set HF_TOKEN to a token of that account; now {token}") from err
    except errors.RepositoryNotFoundError as err:
        raise DataError(f"{topic} does not exist, or is private and {token}; expected owner/name as in the address of its page") from err
    except errors.RevisionNotFoundError as err:
        raise DataError(f"{topic}: there is no such revision; expected a commit, tag or branch of the repository") from err
    except errors.HFValidationError as err:
        raise DataError(f"{topic.repository!r} is not the name of a repository; expected owner/name") from err
    except errors.OfflineModeIsEnabled as err:
        raise topic.unreachable("HF_HUB_OFFLINE is set") from err
    except errors.LocalEntryNotFoundError as err:  # what a download makes of a lost connection
        raise topic.unreachable("the connection was lost") from err
    except errors.HfHubHTTPError as err:
        status = err.response.status_code
        if status in (401, 403):
            raise DataError(f"{topic}: no permission (HTTP {status}); {token}") from err
        if 400 <= status < 500 and status not in (408, 429):
            raise DataError(f"{topic}: refused (HTTP {status}): {_first_line(err.server_message or err)}") from err
        raise topic.unreachable(f"it answers HTTP {status}") from err
    except json.JSONDecodeError as err:
        raise topic.unreachable("it answers, but not as a hub does") from err
    except ValueError as err:  # among them a data card that the hub refuses
        raise DataError(f"{topic}: {' '.join(str(err).split())}") from err
    except (errors.HTTPError, OSError) as err:  # type: ignore[attr-defined]  # the transport's own
        raise topic.unreachable(_first_line(err)) from err


def _first_line(err: object) -> str:
    return (str(err).strip().splitlines() or [type(err).__name__])[0]


def _within(deadline_s: float, question: Callable[[], T]) -> T:
    """What the question answers. Raises TimeoutError past the deadline; its thread is a daemon and holds nobody up."""
    answer: Future[T] = Future()

    def ask() -> None:
        try:
            answer.set_result(question())
        except Exception as err:  # carried to the asking thread and raised there, whatever it is
            answer.set_exception(err)

    threading.Thread(target=ask, name="hub", daemon=True).start()
    return answer.result(deadline_s)
