"""Who may do what at the station."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is trusted with; each may also do what the ones before may."""

    OPERATOR = "operator"  # runs the line
    QA = "qa"  # reviews, counts, exports
    ENGINEER = "engineer"  # changes models, thresholds, recipes, accounts

    def includes(self, other: Role) -> bool:
        """Whether this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class User:
    """A person at the station; '' is nobody in particular."""

    name: str
    role: Role


NOBODY = User("", Role.OPERATOR)
