"""Accounts: who may sign in, what it takes, and what is written down of it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, text

from station.__main__ import main
from station.access import Role, User
from station.store import accounts as accounts_module
from station.store.accounts import AccountError, Accounts, SignInPaused, WrongSecret
from station.store.database import StoreError, open_database
from station.store.events import check_chain, event_page

PASSWORD = "correct horse"
SHIPPED = accounts_module._HASHER


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm with less memory: the rules do not depend on it."""
    monkeypatch.setattr(accounts_module, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    accounts_module._nobodys_hash.cache_clear()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    accounts = Accounts(engine)
    accounts.add("Kondo", Role.ENGINEER, PASSWORD)
    return accounts


def said(engine: Engine) -> list[tuple[str, str, dict[str, object]]]:
    """Every event as (kind, actor, detail), oldest first."""
    return [(e.kind, e.actor, e.fields) for e in reversed(event_page(engine, 100))]


def test_the_right_secret_gives_the_person_and_another_one_does_not(accounts: Accounts) -> None:
    assert accounts.check("Kondo", PASSWORD) == User("Kondo", Role.ENGINEER)
    assert accounts.check(" kondo ", PASSWORD).name == "Kondo", "case and spaces around a name make no difference"
    for name, secret in (("Kondo", "correct horsf"), ("Kondo", ""), ("Nobody", PASSWORD), ("", "")):
        with pytest.raises(WrongSecret):
            accounts.check(name, secret)


def test_only_a_salted_argon2id_hash_is_stored(accounts: Accounts, engine: Engine) -> None:
    accounts.add("Sato", Role.ENGINEER, PASSWORD)
    with engine.connect() as connection:
        hashes = list(connection.execute(text("SELECT secret_hash FROM account")).scalars())
        everything = [str(row) for table in ("account", "event") for row in connection.execute(text(f"SELECT * FROM {table}"))]
    assert all(h.startswith("$argon2id$") for h in hashes)
    assert hashes[0] != hashes[1], "the same password, another salt"
    assert not any(PASSWORD in row for row in everything)


@pytest.mark.parametrize(
    ("role", "secret", "is_enough"),
    [
        (Role.OPERATOR, "1234", True),
        (Role.OPERATOR, "１２３４", True),  # full-width digits of a Japanese keyboard
        (Role.OPERATOR, "123", False),
        (Role.OPERATOR, "12a4", False),
        (Role.OPERATOR, "ten letters", True),
        (Role.QA, "123456789", False),
        (Role.QA, "1234567890", True),
        (Role.ENGINEER, "123456789", False),
        (Role.ENGINEER, "x" * 257, False),
    ],
)
def test_how_long_a_secret_must_be(accounts: Accounts, role: Role, secret: str, is_enough: bool) -> None:
    if is_enough:
        accounts.add("Sato", role, secret)
        assert accounts.check("Sato", secret).role is role
        return
    with pytest.raises(AccountError, match="at least|at most"):
        accounts.add("Sato", role, secret)
    assert accounts.find("Sato") is None


def test_a_full_width_pin_is_the_plain_one(accounts: Accounts) -> None:
    accounts.add("Sato", Role.OPERATOR, "１２３４")
    assert accounts.check("Ｓato", "1234").name == "Sato"


def test_names_are_unique_whatever_their_case(accounts: Accounts) -> None:
    with pytest.raises(AccountError, match="there is one already, 'Kondo'"):
        accounts.add("KONDO", Role.OPERATOR, "1234")
    for name, problem in (("", "empty"), ("x" * 65, "65 characters"), ("a\nb", "cannot be printed")):
        with pytest.raises(AccountError, match=problem):
            accounts.add(name, Role.OPERATOR, "1234")


def test_the_first_account_must_be_an_engineers(engine: Engine) -> None:
    with pytest.raises(AccountError, match="first one must be an engineer's"):
        Accounts(engine).add("Sato", Role.OPERATOR, "1234")


def test_the_last_active_engineer_stays(accounts: Accounts) -> None:
    for change in (lambda: accounts.deactivate("Kondo"), lambda: accounts.set_role("Kondo", Role.QA)):
        with pytest.raises(AccountError, match="last active engineer"):
            change()
    accounts.add("Ito", Role.ENGINEER, PASSWORD)
    accounts.deactivate("Kondo")
    with pytest.raises(AccountError, match="last active engineer"):
        accounts.deactivate("Ito")


def test_a_deactivated_account_signs_in_no_more_and_can_be_brought_back(accounts: Accounts, engine: Engine) -> None:
    accounts.add("Sato", Role.OPERATOR, "1234")
    accounts.deactivate("Sato")
    with pytest.raises(WrongSecret):
        accounts.check("Sato", "1234")
    assert said(engine)[-1] == ("sign-in failed", "", {"name": "Sato", "deactivated": True, "wrong_in_a_row": 1})
    for change in (lambda: accounts.deactivate("Sato"), lambda: accounts.set_secret("Sato", "4321")):
        with pytest.raises(AccountError, match="deactivated"):
            change()
    assert [(line.name, line.is_active) for line in accounts.all()] == [("Kondo", True), ("Sato", False)], "the row stays"
    accounts.add("sato", Role.OPERATOR, "4321", "Kondo")
    assert accounts.check("Sato", "4321").role is Role.OPERATOR
    assert ("account", "Kondo", {"action": "brought back", "name": "Sato", "role": "operator"}) in said(engine)


def test_an_operator_who_becomes_more_needs_a_password(accounts: Accounts) -> None:
    accounts.add("Sato", Role.OPERATOR, "1234")
    with pytest.raises(AccountError, match="PIN is too short"):
        accounts.set_role("Sato", Role.QA)
    accounts.set_role("Sato", Role.QA, secret="longer than ten")
    assert accounts.check("Sato", "longer than ten").role is Role.QA
    accounts.set_role("Sato", Role.ENGINEER)
    assert accounts.check("Sato", "longer than ten").role is Role.ENGINEER


def test_after_five_wrong_tries_each_costs_a_pause_twice_as_long(engine: Engine) -> None:
    time_s = [1000.0]
    accounts = Accounts(engine, clock=lambda: time_s[0])
    accounts.add("Kondo", Role.ENGINEER, PASSWORD)
    for _ in range(5):
        with pytest.raises(WrongSecret):
            accounts.check("Kondo", "wrong")
    for pause_s in (5.0, 10.0, 20.0):
        with pytest.raises(SignInPaused) as paused:
            accounts.check("kondo", PASSWORD)  # even the right one is not looked at
        assert paused.value.wait_s == pause_s
        time_s[0] += pause_s - 0.5
        with pytest.raises(SignInPaused):
            accounts.check("Kondo", PASSWORD)
        time_s[0] += 0.6
        with pytest.raises(WrongSecret):
            accounts.check("Kondo", "wrong")
    pauses = [detail.get("pause_s", 0) for kind, _, detail in said(engine) if kind == "sign-in failed"]
    assert pauses == [0, 0, 0, 0, 5, 10, 20, 40], "every wrong try is an event, those within a pause are none"
    time_s[0] += 41
    assert accounts.check("Kondo", PASSWORD).name == "Kondo"
    with pytest.raises(WrongSecret):
        accounts.check("Kondo", "wrong")
    assert accounts.check("Kondo", PASSWORD).name == "Kondo", "the right secret forgives"
    for _ in range(30):
        time_s[0] += 10000
        with pytest.raises(WrongSecret):
            accounts.check("Kondo", "wrong")
    with pytest.raises(SignInPaused) as paused:
        accounts.check("Kondo", PASSWORD)
    assert paused.value.wait_s == 900, "never longer than a quarter of an hour"
    accounts.set_secret("Kondo", "another password")
    assert accounts.check("Kondo", "another password").name == "Kondo", "a new secret ends the pause"


def test_an_unknown_name_is_hashed_against_too_and_never_written_down(accounts: Accounts, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    real = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, h, secret: (looked_at.append(str(h)), real(self, h, secret))[1])
    with pytest.raises(WrongSecret):
        accounts.check("my secret password", "Kondo")
    assert len(looked_at) == 1
    assert looked_at[0].startswith("$argon2id$v=19$m=1024,t=1,p=1$"), "the same effort as for a known name"
    kind, _, detail = said(engine)[-1]
    assert (kind, detail["name"]) == ("sign-in failed", None), "it may be a password in the wrong field"
    with pytest.raises(WrongSecret):
        accounts.check("Kondo", "wrong")
    assert said(engine)[-1][2]["name"] == "Kondo"


def test_a_hash_of_weaker_parameters_is_renewed_at_the_next_sign_in(accounts: Accounts, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts_module, "_HASHER", PasswordHasher(time_cost=2, memory_cost=2048, parallelism=1))
    assert accounts.check("Kondo", PASSWORD).name == "Kondo"
    with engine.connect() as connection:
        assert "m=2048,t=2,p=1" in str(connection.execute(text("SELECT secret_hash FROM account")).scalar_one())
    assert said(engine)[-1] == ("account", "Kondo", {"action": "hash renewed", "name": "Kondo"})
    assert accounts.check("Kondo", PASSWORD).name == "Kondo"
    assert [kind for kind, _, _ in said(engine)].count("account") == 2, "once"


def test_every_change_is_an_event_of_a_whole_chain(accounts: Accounts, engine: Engine) -> None:
    accounts.add("Sato", Role.OPERATOR, "1234", "Kondo")
    accounts.set_secret("Sato", "9999", "Kondo")
    accounts.set_role("Sato", Role.QA, "Kondo", "longer than ten")
    accounts.deactivate("Sato", "Kondo")
    user = accounts.check("Kondo", PASSWORD)
    accounts.signed_in(user)
    accounts.signed_out(user, "idle")
    assert [(kind, actor, d.get("action", "")) for kind, actor, d in said(engine)] == [
        ("account", "", "added"),
        ("account", "Kondo", "added"),
        ("account", "Kondo", "secret"),
        ("account", "Kondo", "role"),
        ("account", "Kondo", "deactivated"),
        ("sign-in", "Kondo", ""),
        ("sign-out", "Kondo", ""),
    ]
    assert check_chain(engine).first_broken is None


def test_a_change_that_cannot_be_written_down_does_not_happen(accounts: Accounts, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'disk full'); END"))
    for change in (lambda: accounts.add("Sato", Role.OPERATOR, "1234"), lambda: accounts.set_secret("Kondo", "another password")):
        with pytest.raises(StoreError, match="disk full; nothing was changed"):
            change()
    assert accounts.find("Sato") is None
    assert accounts.check("Kondo", PASSWORD).name == "Kondo"


def test_a_damaged_hash_lets_nobody_in(accounts: Accounts, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE account SET secret_hash = 'plain'"))
    with pytest.raises(AccountError, match="cannot be read"):
        accounts.check("Kondo", "plain")


def test_accounts_and_events_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("")

    def station(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = main(["--config", str(tmp_path / "config.toml"), *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    assert "everybody may do everything" in station("accounts", "list")[1]
    code, out, err = station("accounts", "add", "Kondo", "engineer", stdin="short\n")
    assert (code, out) == (2, "")
    assert "at least 10 characters, this one has 5" in err
    code, _, err = station("accounts", "secret")
    assert code == 2
    assert "never an argument" in err
    monkeypatch.setattr(accounts_module, "_HASHER", SHIPPED)
    assert json.loads(station("accounts", "add", "Kondo", "engineer", "--json", stdin=PASSWORD + "\n")[1])["role"] == "engineer"
    station("accounts", "add", "Sato", "operator", stdin="1234\n")
    code, _, err = station("accounts", "role", "Sato", "qa", stdin="1234\n")
    assert (code, "at least 10 characters" in err) == (2, True)
    assert station("accounts", "role", "Sato", "qa", stdin="longer than ten\n")[1].startswith("Sato: qa, since ")
    assert "last active engineer" in station("accounts", "deactivate", "Kondo")[2]
    assert station("accounts", "deactivate", "Sato")[1].startswith("Sato: qa, deactivated")
    assert "there is none of this name" in station("accounts", "secret", "Nobody", stdin="longer than ten\n")[2]
    engine = open_database(tmp_path / "data")
    try:
        with engine.connect() as connection:
            stored = str(connection.execute(text("SELECT secret_hash FROM account")).scalars().first())
        usual = PasswordHasher()
        assert stored.startswith(f"$argon2id$v=19$m={usual.memory_cost},t={usual.time_cost},p={usual.parallelism}$"), "the library's own parameters"
        assert usual.verify(stored, PASSWORD)
        assert [actor.startswith("command line") for _, actor, _ in said(engine)] == [True] * 4
        code, out, _ = station("events", "verify", "--json")
        assert (code, json.loads(out)["events"]) == (0, 4)
        noted = json.loads(out)["last_hash"]
        assert station("events", "verify", "--expect", noted)[:2] == (0, f"4 events, unbroken; the last one is 4 with hash {noted}\n")
        assert station("events", "verify", "--expect", "0" * 64)[0] == 1
        with engine.begin() as connection:
            connection.execute(text("UPDATE event SET actor = 'somebody else' WHERE id = 3"))
        code, out, _ = station("events", "verify")
        assert (code, out.startswith("event 3 is broken")) == (1, True)
    finally:
        engine.dispose()
