"""Many people who talk to the bot at the same time, and what each of them got for it."""

import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.image_tokens import image_tokens
from handlers.errors import ENDINGS
from playground.people import Person
from playground.world import World
from tests.books import PRICES, mark
from tests.conftest import picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.fakes.script import Reaction
from tests.fakes.speech import Pause, Speech
from tests.people import Someone

MOODS = Counter({"say": 40, "long": 3, "photo": 10, "album": 6, "stop": 6, "help": 10, "new": 5})
QUESTIONS = {"say", "long", "photo", "album", "stop"}
QUOTA = "quota"
SIZE = (640, 480)
AT_ONCE = 2  # so many things at the most has one person asked that are not answered
PARAGRAPHS = 90  # of a long answer, which takes three messages
WHOLE = re.compile(r"\bend(\d+)\.")
BEGUN = re.compile(r"^A(\d+) ")
# What the bot's own words answer.
OWN = {
    "help": "Write to me or send me a photo.",
    "new": "fresh start",
    QUOTA: "requests/day",
    "apology": english("error-apology"),
}
NOTES = tuple(english(note).strip("_") for note in ENDINGS.values())


@dataclass
class Member:
    """One of the crowd: what they wanted, one label each, and which messages ended something."""

    someone: Someone
    moods: Sequence[str]
    wanted: list[str] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    stops: set[str] = field(default_factory=set)  # what they want stopped as soon as it grows
    begun: dict[int, str] = field(default_factory=dict)  # messages, and whose answer they began

    @property
    def is_free(self) -> bool:
        """Whether they wait for too little to be busy."""
        return len(self.wanted) - len(self.ended) < AT_ONCE


@dataclass(frozen=True)
class Outcome:
    """What became of all that was wanted: numbers of questions."""

    questions: int
    lost: list[str]
    doubled: list[str]
    disordered: list[str]
    said_twice: int  # the bot's own words, which are no answers
    orphans: int  # beginnings that a crash left behind


class Crowd:
    """People who go on asking, each in their chat, until it is enough."""

    def __init__(
        self, world: World, model: FakeOpenAI, *, size: int, chance: random.Random, admin: Person
    ) -> None:
        self._world = world
        self._chance = chance
        self._numbers = itertools.count(1)
        self._is_enough = False
        self._lacking: list[Member] = []
        moods = list(MOODS.elements())
        people = [world.add_person(Person(n, f"P{n}")) for n in range(5000, 5000 + size)]
        self.members = {each.id: Member(Someone(world, each), moods) for each in people}
        self.members[admin.id] = Member(Someone(world, admin), [QUOTA])
        self._pictures = [picture(colour, SIZE) for colour in ("teal", "red", "navy", "gold")]
        self.stopped: set[int] = set()
        model.reacts = react
        model.image_tokens = image_tokens("gpt-6-luna", *SIZE, "high")

    async def live(self) -> None:
        """Ask, and whenever something is answered ask on; ends when all is, and it is enough."""
        events = self._world.subscribe()
        for member in self.members.values():
            self._go_on(member)
        async for event in events:
            if event["kind"] in {"message", "edit"}:
                self._see(event["message"])
            elif event["kind"] == "draft":
                self._see_draft(event["chat_id"], event["text"])
            if self._is_enough and self.waiting <= 0 and not self._lacks():
                break

    def enough(self) -> None:
        """Ask nothing new; one thing more each, so that all has an end."""
        self._is_enough = True
        for member in self.members.values():
            self._act(member, QUOTA if member.moods == [QUOTA] else "say")
        self._lacking = list(self.members.values())

    @property
    def waiting(self) -> int:
        """How much has been asked that is not answered."""
        return sum(len(each.wanted) - len(each.ended) for each in self.members.values())

    def _lacks(self) -> bool:
        """Whether anybody lacks something; who has all keeps it, and is not asked again."""
        while self._lacking and not _compared(self._lacking[-1]).lost:
            self._lacking.pop()
        return bool(self._lacking)

    def _see(self, message: dict[str, Any]) -> None:
        member = self.members.get(message["chat"]["id"])
        if member is None or message["from"]["id"] != self._world.bot.id:
            return
        text = message.get("text") or message.get("caption") or ""
        if begun := BEGUN.match(text):
            member.begun[message["message_id"]] = begun[1]
            if begun[1] in member.stops:
                member.stops.discard(begun[1])
                member.someone.says("/stop")
                self.stopped.add(int(begun[1]))
        if label(text, member.begun.get(message["message_id"])) is not None:
            member.ended.add(message["message_id"])
            self._go_on(member)

    def _see_draft(self, chat_id: int, text: str) -> None:
        """Press Telegram's own button where somebody wanted to stop what begins here."""
        member, begun = self.members[chat_id], BEGUN.match(text)
        draft = self._world.screen.draft(chat_id)
        if begun and begun[1] in member.stops and draft and draft.can_stop:
            member.stops.discard(begun[1])
            self._world.stop_draft(member.someone.person)
            self.stopped.add(int(begun[1]))

    def _go_on(self, member: Member) -> None:
        while member.is_free and not self._is_enough:
            self._act(member, self._chance.choice(member.moods))

    def _act(self, member: Member, mood: str) -> None:
        number = next(self._numbers)
        text = f"#{number} {mood}"
        member.wanted.append(str(number) if mood in QUESTIONS else mood)
        match mood:
            case "photo":
                member.someone.sends_photo(self._chance.choice(self._pictures), text)
            case "album":
                count = self._chance.randrange(2, 4)
                member.someone.sends_album(self._chance.sample(self._pictures, count), text)
            case "help" | "new":
                member.someone.says(f"/{mood}")
            case "quota":
                whose = self._chance.choice([*self.members])
                member.someone.says(f"/quota {whose} {1000 + number}k requests/day")
            case _:
                if mood == "stop":
                    member.stops.add(str(number))
                member.someone.says(text)

    def outcome(self) -> Outcome:
        """Compare what is in the chats with what was wanted."""
        results = [_compared(each) for each in self.members.values()]
        words = [count for each in results for count in each.words.values()]
        return Outcome(
            questions=sum(
                each.isdecimal() for member in self.members.values() for each in member.wanted
            ),
            lost=[each for result in results for each in result.lost],
            doubled=[each for result in results for each in result.doubled],
            disordered=[each for result in results for each in result.disordered],
            said_twice=sum(words),
            orphans=sum(
                text.endswith(" …")
                for member in self.members.values()
                for text in member.someone.screen
            ),
        )


@dataclass(frozen=True)
class _Compared:
    lost: list[str]
    doubled: list[str]
    disordered: list[str]
    words: Counter[str]


def _shown(member: Member) -> Iterator[str]:
    """The labels of what has ended in a chat, in its order."""
    for message in member.someone.messages:
        text = message.get("text") or message.get("caption") or ""
        if (found := label(text, member.begun.get(message["message_id"]))) is not None:
            yield found


def _compared(member: Member) -> _Compared:
    shown = list(_shown(member))
    wanted = Counter(member.wanted)
    missing, more = wanted - Counter(shown), Counter(shown) - wanted
    # Stopped before its first word was there: it is not written there what it was.
    stopped = more.pop("stopped", 0)
    lost = list(missing.elements())[stopped:]
    answers = [int(each) for each in shown if each.isdecimal()]
    doubled = [each for each in more.elements() if each.isdecimal()]
    return _Compared(
        lost=lost,
        doubled=doubled + _repeated(member),
        disordered=[str(a) for a, b in itertools.pairwise(answers) if a > b],
        words=Counter({each: count for each, count in more.items() if not each.isdecimal()}),
    )


def _repeated(member: Member) -> list[str]:
    """Paragraphs of long answers that stand there twice."""
    texts = [text for text in member.someone.screen if not text.endswith(" …")]
    found = Counter(re.findall(r"\bp\d+-\d+\b", "\n".join(texts)))
    return [each for each, count in found.items() if count > 1]


def label(text: str, begun: str | None) -> str | None:
    """What a message of the bot ends: a question by its number, or a command by its name."""
    if text.endswith(" …"):
        return None
    if whole := WHOLE.search(text):
        return whole[1]
    if text.endswith(NOTES):
        return begun or "stopped"
    return next((name for name, words in OWN.items() if words in text), None)


def react(body: dict[str, Any]) -> Reaction:
    """Answer a question as its mood wants it, with its number at both ends."""
    number, mood = mark(body)
    speech = Speech().then(Pause(0.004 * (number % 7))).say(f"A{number} ")
    match mood:
        case "long":
            words = "and on it goes with many words that mean nothing " * 2
            for each in range(PARAGRAPHS):
                speech.say(f"p{each}-{number} {words}\n\n")
        case "stop":
            for _ in range(40):
                speech.say("word ").then(Pause(0.02))
        case _:
            for each in range(number % 30 + 1):
                speech.say(f"word{each} ")
                if each % 8 == number % 8:
                    speech.then(Pause(0.01))
    return speech.say(f"end{number}.").finish()


def habits(admin: Person) -> dict[str, str]:
    """How the bot has to be set for a crowd."""
    return {
        "PRICES": json.dumps(PRICES),
        "ADMINS": str(admin.id),
        "ALBUM_PAUSE": "0.05",
        "OUTAGE_PAUSE": "0.01",
        "RETRY_PAUSE": "0",
        "HISTORY_TOKENS": "1500",
        "ANSWER_TOKENS": "4000",
    }
