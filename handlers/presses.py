"""The buttons there are, as values: what each says when it is pressed."""

import re
from dataclasses import dataclass

from bot.grammar import PLAN
from handlers.answer_presses import GoOn, Redo, Stop
from handlers.choosing.presses import PickModel, PickPersona, ShowCost, Switch
from handlers.job_presses import Describe, Halt
from handlers.looks.presses import Closely, Exhibit, Judge, Look, Ways
from handlers.tongues import Speak
from storage.money import Unit, Verdict, Window

# Ids have at most 52 significant bits (core.telegram.org/bots/api, User and Chat).
SUBJECT = re.compile(rf"user:-?\d{{1,16}}|group:-\d{{1,16}}|plan:{PLAN.pattern}|guests|bot")


class Subject(str):
    """Whose limits are meant: `user:7`, `plan:family`, `group:-100…`, `guests`, `bot`."""

    __slots__ = ()

    @classmethod
    def read(cls, text: str) -> "Subject | None":
        """A subject, if it is of the form."""
        is_one = SUBJECT.fullmatch(text) and text.isascii()
        return cls(text) if is_one else None

    @property
    def kind(self) -> str:
        return self.partition(":")[0]

    @property
    def name(self) -> str:
        return self.partition(":")[2]

    @property
    def number(self) -> int:
        """The id of a user or a group."""
        return int(self.name)


class Word(str):
    """A name of ours: small letters, digits, - and _; or `-` for none."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Door:
    """Let someone in, or not."""

    user_id: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Home:
    """Show all whose limits there are."""


@dataclass(frozen=True, slots=True)
class Card:
    """Show how it stands with somebody's limits."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Edit:
    """Show somebody's limits to be changed."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Change:
    """Show one limit to be changed."""

    subject: Subject
    unit: Unit
    window: Window


@dataclass(frozen=True, slots=True)
class Add:
    """Choose what a new limit shall count."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class AddUnit:
    """Choose the window of a new limit."""

    subject: Subject
    unit: Unit


@dataclass(frozen=True, slots=True)
class Set:
    """Set a limit."""

    subject: Subject
    unit: Unit
    window: Window
    amount: int


@dataclass(frozen=True, slots=True)
class Lift:
    """Take a limit away that was set for a subject."""

    subject: Subject
    unit: Unit
    window: Window


@dataclass(frozen=True, slots=True)
class Unlimit:
    """Let a subject spend without limit."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Reset:
    """Let a subject have the defaults again; for a plan made in a chat: let it be no more."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Plans:
    """Show the plans; where `user_id` is not 0, to put someone on one."""

    user_id: int


@dataclass(frozen=True, slots=True)
class PutOn:
    """Put someone on a plan."""

    user_id: int
    plan: Word


@dataclass(frozen=True, slots=True)
class DropPlan:
    """Forget a plan, if the admin is sure."""

    plan: Word
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Groups:
    """Show the groups."""

    page: int


@dataclass(frozen=True, slots=True)
class GiveUnit:
    """Choose what to grant."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class GiveAmount:
    """Choose how long a grant holds; `hours` 0: until it is used."""

    subject: Subject
    unit: Unit
    amount: int


@dataclass(frozen=True, slots=True)
class Give:
    """Grant something; `nonce` makes two presses of one button one grant."""

    subject: Subject
    unit: Unit
    amount: int
    hours: int
    nonce: int


@dataclass(frozen=True, slots=True)
class Ban:
    """Shut someone out, or let them back."""

    user_id: int
    is_banned: bool


@dataclass(frozen=True, slots=True)
class People:
    """Show who wrote to the bot."""

    page: int
    order: Word


@dataclass(frozen=True, slots=True)
class Stats:
    """Show what was spent."""

    window: Window


@dataclass(frozen=True, slots=True)
class Audit:
    """Show who changed what; entries older than number `before`, 0: the newest."""

    before: int


@dataclass(frozen=True, slots=True)
class More:
    """Ask the admins for more; only `user_id` may."""

    user_id: int
    subject: Subject
    unit: Unit
    window: Window


@dataclass(frozen=True, slots=True)
class Decide:
    """What an admin says to someone who asked for more."""

    ask_id: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave a group."""

    group: Subject


@dataclass(frozen=True, slots=True)
class Close:
    """Put the buttons away."""


Press = (
    Door
    | Home
    | Card
    | Edit
    | Change
    | Add
    | AddUnit
    | Set
    | Lift
    | PickModel
    | PickPersona
    | ShowCost
    | Switch
    | Unlimit
    | Reset
    | Plans
    | PutOn
    | DropPlan
    | Groups
    | GiveUnit
    | GiveAmount
    | Give
    | Ban
    | People
    | Stats
    | Audit
    | More
    | Decide
    | Stop
    | Redo
    | GoOn
    | Speak
    | Leave
    | Ways
    | Closely
    | Look
    | Judge
    | Exhibit
    | Describe
    | Halt
    | Close
)
