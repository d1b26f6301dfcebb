"""Who may sign in: accounts with a role and a secret, of which only the argon2id hash is kept.

Every change of an account and every sign-in, sign-out and refused try is an event; a change that cannot be written down
does not happen. Accounts are deactivated, never deleted, so that a name in the records stays the same person.
"""

from __future__ import annotations

import functools
import threading
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlalchemy import Engine, exists, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from station.access import Role, User
from station.lot import LotError, check_text
from station.shot import now
from station.store.database import StoreError
from station.store.journal import Detail, append_event, chain_event, writing
from station.store.schema import Account

MIN_PIN = 4  # digits, for operators
MIN_PASSWORD = 10  # characters, for everybody else
MAX_SECRET = 256
FREE_TRIES = 5
"""So many wrong secrets in a row cost nothing; then each costs a pause, doubled every time."""
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 900.0
_MAX_REMEMBERED = 1000  # names with wrong tries; the oldest is forgotten first
_HASHER = PasswordHasher()


class AccountError(StoreError):
    """An account cannot be made or changed so; the message says why. Nothing was changed."""


class WrongSecret(AccountError):
    """Name and secret do not belong together, or there is no such account. Try again."""


class SignInPaused(AccountError):
    """Too many wrong tries for this name: even the right secret is not looked at until the pause is over."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"too many wrong tries: wait {wait_s:.0f} seconds")
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account, as a list shows it."""

    name: str
    role: Role
    is_active: bool
    created_at: datetime


class Accounts:
    """The accounts of a station's database. Safe to use from any thread; hashing takes a good part of a second."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: seconds, for the pauses after wrong tries."""
        self._engine = engine
        self._clock = clock
        self._wrong: dict[str, tuple[int, float]] = {}  # by name: wrong tries in a row, and when the next one is looked at
        self._checking = threading.Lock()  # one try after the other: ten at once are ten tries

    # -- looking ---------------------------------------------------------------------------------------------------

    def all(self) -> list[AccountLine]:
        """Every account, active ones first, by name. Without an active one everybody may do everything.

        Raises:
            StoreError: they cannot be read.
        """
        try:
            with Session(self._engine) as session:
                rows = [_line(row) for row in session.scalars(select(Account))]
        except SQLAlchemyError as err:
            raise StoreError(f"the accounts cannot be read: {getattr(err, 'orig', None) or err}") from err
        return sorted(rows, key=lambda row: (not row.is_active, _key(row.name)))

    def find(self, name: str) -> AccountLine | None:
        """The account of this name, whatever its case."""
        return next((row for row in self.all() if _key(row.name) == _key(name)), None)

    # -- changing --------------------------------------------------------------------------------------------------

    def add(self, name: str, role: Role, secret: str, actor: str = "") -> AccountLine:
        """Make an account; one that was deactivated comes back, with this role and this secret.

        Raises:
            AccountError: the name is empty, too long or taken, the secret too short, or the first account is no engineer's.
        """
        name = _clean(name)
        secret_hash = _HASHER.hash(check_secret(role, secret))
        try:
            with writing(self._engine) as session:
                rows = session.scalars(select(Account)).all()
                if role is not Role.ENGINEER and not any(row.is_active for row in rows):
                    raise AccountError(f"account {name!r}: the first one must be an engineer's; somebody has to be able to add the others")
                row = next((row for row in rows if _key(row.name) == _key(name)), None)
                if row is None:
                    row = Account(name=name, role=role.value, secret_hash=secret_hash, is_active=True, created_at=now())
                    session.add(row)
                    chain_event(session, "account", actor, action="added", name=name, role=role.value)
                elif row.is_active:
                    raise AccountError(f"account {name!r}: there is one already, {row.name!r}; upper and lower case make no difference")
                else:
                    row.role, row.secret_hash, row.is_active = role.value, secret_hash, True
                    chain_event(session, "account", actor, action="brought back", name=row.name, role=role.value)
                line = _line(row)
        except SQLAlchemyError as err:
            raise _unwritten(err) from err
        self._forgive(name)
        return line

    def set_role(self, name: str, role: Role, actor: str = "", secret: str | None = None) -> AccountLine:
        """Give an account another role.

        Args:
            secret: a new one; an operator who becomes more needs it, since a PIN is too short for that.

        Raises:
            AccountError: no such account, the last engineer, or a secret that is missing or too short.
        """
        secret_hash = None if secret is None else _HASHER.hash(check_secret(role, secret))

        def change(session: Session, row: Account) -> None:
            if row.role == Role.OPERATOR and role is not Role.OPERATOR and secret_hash is None:
                raise AccountError(f"account {row.name!r}: an operator's PIN is too short for {role.value}; give a password with the role")
            if role is not Role.ENGINEER:
                _keep_an_engineer(session, row)
            before, row.role = row.role, role.value
            if secret_hash is not None:
                row.secret_hash = secret_hash
            chain_event(session, "account", actor, action="role", name=row.name, role=role.value, before=before, new_secret=secret_hash is not None)

        return self._change(name, change)

    def set_secret(self, name: str, secret: str, actor: str = "") -> AccountLine:
        """Give an account another PIN or password; a pause after wrong tries ends.

        Raises:
            AccountError: no such account, or the secret is too short for its role.
        """
        known = self.find(name)
        if known is None:
            raise _unknown(name)
        secret_hash = _HASHER.hash(check_secret(known.role, secret))

        def change(session: Session, row: Account) -> None:
            if row.role != known.role:
                raise AccountError(f"account {row.name!r}: its role has just been changed to {row.role}; try again")
            row.secret_hash = secret_hash
            chain_event(session, "account", actor, action="secret", name=row.name)

        line = self._change(name, change)
        self._forgive(name)
        return line

    def deactivate(self, name: str, actor: str = "") -> AccountLine:
        """Let nobody sign in with this account any more; `add` brings it back.

        Raises:
            AccountError: no such account, deactivated already, or the last engineer.
        """

        def change(session: Session, row: Account) -> None:
            _keep_an_engineer(session, row)
            row.is_active = False
            chain_event(session, "account", actor, action="deactivated", name=row.name)

        return self._change(name, change)

    def _change(self, name: str, change: Callable[[Session, Account], None]) -> AccountLine:
        try:
            with writing(self._engine) as session:
                row = _row(session, name)
                if row is None:
                    raise _unknown(name)
                if not row.is_active:
                    raise AccountError(f"account {row.name!r}: is deactivated; add it again to bring it back")
                change(session, row)
                return _line(row)
        except SQLAlchemyError as err:
            raise _unwritten(err) from err

    # -- signing in ------------------------------------------------------------------------------------------------

    def check(self, name: str, secret: str) -> User:
        """The person with this name and secret. An unknown name takes as long as a known one; refused tries become events.

        Raises:
            SignInPaused: too many wrong tries before; this one was not looked at and does not count.
            WrongSecret: the two do not belong together.
            AccountError, StoreError: the stored hash is damaged, or the records cannot be read or written.
        """
        with self._checking:
            key = _key(name)
            n_wrong, free_at = self._wrong.get(key, (0, 0.0))
            if (wait_s := free_at - self._clock()) > 0:
                raise SignInPaused(wait_s)
            user = self._verified(name, secret)
            if user is None:
                self._count_wrong(name, n_wrong + 1)
                raise WrongSecret("name and PIN or password do not belong together")
            self._wrong.pop(key, None)
            return user

    def signed_in(self, user: User) -> None:
        """Write down that somebody has signed in. Raises StoreError."""
        append_event(self._engine, "sign-in", user.name, role=user.role.value)

    def signed_out(self, user: User, reason: str) -> None:
        """Write down that somebody has signed out. reason: 'asked', 'idle', 'closed' … Raises StoreError."""
        append_event(self._engine, "sign-out", user.name, reason=reason)

    def _verified(self, name: str, secret: str) -> User | None:
        nobody = _nobodys_hash()  # asked for before it is known whether it is needed
        try:
            with Session(self._engine) as session:
                row = _row(session, name)
        except SQLAlchemyError as err:
            raise StoreError(f"the accounts cannot be read: {getattr(err, 'orig', None) or err}") from err
        known = row is not None and row.is_active
        try:
            _HASHER.verify(row.secret_hash if row is not None and known else nobody, _normal(secret))
        except VerifyMismatchError:
            return None
        except (InvalidHashError, VerificationError) as err:
            raise AccountError(f"account {name!r}: its stored hash cannot be read; let an engineer set a new PIN or password") from err
        if row is None or not known:
            return None
        if _HASHER.check_needs_rehash(row.secret_hash):
            self._rehash(row, secret)
        return User(row.name, _line(row).role)

    def _rehash(self, row: Account, secret: str) -> None:
        secret_hash = _HASHER.hash(_normal(secret))
        try:
            with writing(self._engine) as session:
                current = session.get_one(Account, row.id)
                if current.secret_hash == row.secret_hash:  # else somebody has set a new secret meanwhile
                    current.secret_hash = secret_hash
                    chain_event(session, "account", row.name, action="hash renewed", name=row.name)
        except SQLAlchemyError as err:
            raise _unwritten(err) from err

    def _count_wrong(self, name: str, n_wrong: int) -> None:
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(n_wrong - FREE_TRIES, 20)) if n_wrong >= FREE_TRIES else 0.0
        self._wrong.pop(_key(name), None)
        self._wrong[_key(name)] = n_wrong, self._clock() + pause_s
        if len(self._wrong) > _MAX_REMEMBERED:
            self._wrong.pop(next(iter(self._wrong)))
        # an unknown name is not written down: it may be a password that was typed into the wrong field
        known = self.find(name)
        more: dict[str, Detail] = {"pause_s": pause_s} if pause_s else {}
        if known is not None and not known.is_active:
            more["deactivated"] = True
        append_event(self._engine, "sign-in failed", "", name=known.name if known else None, wrong_in_a_row=n_wrong, **more)

    def _forgive(self, name: str) -> None:
        with self._checking:
            self._wrong.pop(_key(name), None)


def check_secret(role: Role, secret: str) -> str:
    """The secret as it is hashed.

    Raises:
        AccountError: it is too short or too long for the role.
    """
    secret = _normal(secret)
    if len(secret) > MAX_SECRET:
        raise AccountError(f"the secret has {len(secret)} characters, at most {MAX_SECRET} allowed")
    if len(secret) >= MIN_PASSWORD:
        return secret
    if role is not Role.OPERATOR:
        raise AccountError(f"the password of role {role.value} needs at least {MIN_PASSWORD} characters, this one has {len(secret)}")
    if len(secret) < MIN_PIN or not (secret.isascii() and secret.isdigit()):
        raise AccountError(f"an operator's PIN needs at least {MIN_PIN} digits (or a password of at least {MIN_PASSWORD} characters)")
    return secret


def _keep_an_engineer(session: Session, leaving: Account) -> None:
    others = select(exists().where(Account.is_active, Account.role == Role.ENGINEER.value, Account.id != leaving.id))
    if leaving.role == Role.ENGINEER and not session.scalar(others):
        raise AccountError(f"account {leaving.name!r}: is the last active engineer; make another one first, or nobody could change anything any more")


def _row(session: Session, name: str) -> Account | None:
    return next((row for row in session.scalars(select(Account)) if _key(row.name) == _key(name)), None)


def _line(row: Account) -> AccountLine:
    if row.role not in list(Role):
        raise StoreError(f"account {row.name!r}: role {row.role!r} is none of {', '.join(Role)}; the database was changed from outside")
    return AccountLine(row.name, Role(row.role), row.is_active, row.created_at)


def _clean(name: str) -> str:
    name = _normal(name).strip()
    if not name:
        raise AccountError("an account needs a name, and this one is empty")
    try:
        check_text("account", name)
    except LotError as err:
        raise AccountError(str(err)) from err
    return name


def _key(name: str) -> str:
    """The same for names that people would take for the same."""
    return _normal(name).strip().casefold()


def _normal(text: str) -> str:
    """Full-width letters and digits, as a Japanese keyboard gives them, are the plain ones."""
    return unicodedata.normalize("NFKC", text)


@functools.cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this secret")


def _unknown(name: str) -> AccountError:
    return AccountError(f"account {name!r}: there is none of this name")


def _unwritten(err: SQLAlchemyError) -> StoreError:
    return StoreError(f"the account cannot be written to the database: {getattr(err, 'orig', None) or err}; nothing was changed")
