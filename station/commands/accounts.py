"""`accounts`: who may sign in at the window. Works beside a running station; whoever may write its database may do this."""

from __future__ import annotations

import argparse
import getpass
import json
import sys

from station.access import Role
from station.commands.acting import actor
from station.config import ConfigError, read_config
from station.store.accounts import AccountError, AccountLine, Accounts
from station.store.database import open_database


def accounts(options: argparse.Namespace) -> int:
    """Entry of the command."""
    _check_words(options)
    config = read_config(options.config)
    engine = open_database(options.data or config.data_folder, config.records.synchronous)
    try:
        lines = _act(Accounts(engine), options)
    finally:
        engine.dispose()
    for line in lines:
        print(json.dumps(_row(line), ensure_ascii=False) if options.json else _sentence(line))
    if not lines and not options.json:
        print("no account: everybody may do everything; the first one must be an engineer's")
    return 0


def _check_words(options: argparse.Namespace) -> None:
    needed = {"list": 0, "secret": 1, "deactivate": 1, "add": 2, "role": 2}[options.action]
    given = [word for word in (options.name, options.role) if word is not None]
    if len(given) != needed:
        words = ("", " NAME", " NAME ROLE")[needed]
        raise ConfigError(f"accounts {options.action}: say accounts {options.action}{words}; the secret is asked for, never an argument")


def _act(known: Accounts, options: argparse.Namespace) -> list[AccountLine]:
    who = actor()
    if options.action == "list":
        return known.all()
    if options.action == "deactivate":
        return [known.deactivate(options.name, who)]
    if options.action == "secret":
        if known.find(options.name) is None:  # before anybody types a secret for nothing
            raise AccountError(f"account {options.name!r}: there is none of this name")
        return [known.set_secret(options.name, _ask_secret(), who)]
    role = Role(options.role)
    if options.action == "add":
        return [known.add(options.name, role, _ask_secret(), who)]
    found = known.find(options.name)
    rises = found is not None and found.role is Role.OPERATOR and role is not Role.OPERATOR
    return [known.set_role(options.name, role, who, _ask_secret() if rises else None)]


def _ask_secret() -> str:
    """Typed twice at a terminal; else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    secret = getpass.getpass("PIN or password: ")
    if getpass.getpass("again: ") != secret:
        raise AccountError("the two were not the same; nothing was changed")
    return secret


def _row(line: AccountLine) -> dict[str, object]:
    return {"name": line.name, "role": line.role.value, "active": line.is_active, "created_at": line.created_at.isoformat(timespec="seconds")}


def _sentence(line: AccountLine) -> str:
    return f"{line.name}: {line.role.value}{'' if line.is_active else ', deactivated'}, since {line.created_at:%Y-%m-%d} UTC"
