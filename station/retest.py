"""RETEST: the same part is presented once more, and both shots are linked. Plain rules; the window shows what they ask for."""

from __future__ import annotations

from dataclasses import dataclass

from station.verdict import Judgement


@dataclass(frozen=True, slots=True)
class Retest:
    """The part that is asked for once more."""

    part_id: int
    serial: str = ""


class RetestFlow:
    """Hears of every part in the order in which it is shown."""

    def __init__(self) -> None:
        self.awaited: Retest | None = None  # the next accepted shot is this part's second look
        self.aside: int | None = None  # this part was RETEST twice: a person decides

    def shown(self, part_id: int, judgement: Judgement, serial: str = "", retest_of: int | None = None) -> None:
        """One more recorded part is on the screen.

        A first RETEST asks for the part again. A second one asks for nothing more: the part is put aside. A part that was
        accepted before the RETEST was shown is no second look at it; after it nobody can say which part lies under the
        lens, so that the request is dropped and nothing is linked.
        """
        self.awaited = self.aside = None
        if judgement is Judgement.RETEST:
            if retest_of is None:
                self.awaited = Retest(part_id, serial)
            else:
                self.aside = part_id

    def forget(self) -> None:
        """The next part is another one."""
        self.awaited = self.aside = None
