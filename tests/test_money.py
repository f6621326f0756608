"""A thousand turns of people, faults, stops and kills: what the ledger then says, to the nano."""

import asyncio
import itertools
import json
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.image_tokens import image_tokens
from playground.people import Person
from playground.world import World
from tests.books import PRICES, assert_balanced, billed, ledger, mark, price
from tests.conftest import picture
from tests.fakes.chat_rules import Refused
from tests.fakes.openai import FakeOpenAI
from tests.fakes.script import Failure, Reaction
from tests.fakes.speech import Cut, Drop, Speech
from tests.people import Someone
from tests.processes import Start, kill

PEOPLE = 25
ROUNDS = 40
KILLS = 6
SETTINGS = {"PRICES": json.dumps(PRICES), "RETRY_PAUSE": "0", "OUTAGE_PAUSE": "0.01"}
MOODS = Counter(
    {
        "say": 50,  # an answer of some length
        "long": 20,  # a long question: from the second on, much of it is cached
        "photo": 10,
        "cut": 5,  # the answer ends without a word why
        "drop": 5,  # the connection breaks before the first word, once
        "busy": 5,  # refused once, then answered
        "refused": 5,  # refused for good
        "stop": 5,
    }
)
SIZE = (640, 480)


class Moody:
    """How the model reacts: as the question says, and otherwise at the second attempt."""

    def __init__(self) -> None:
        self.tries: dict[int, int] = defaultdict(int)

    def __call__(self, body: dict[str, Any]) -> Reaction | None:
        number, mood = mark(body)
        self.tries[number] += 1
        is_first = self.tries[number] == 1
        busy = Failure(Refused("Busy.", "rate_limit", status=429, type="requests"), {})
        no = Failure(Refused("No.", "content_policy_violation", status=400), {})
        words = Speech().say(*["word "] * (number % 40 + 1)).finish()
        return {
            "say": words,
            "long": words,
            "cut": Speech().say("Once ", "upon ").then(Cut()),
            "drop": Speech().then(Drop()) if is_first else None,
            "busy": busy if is_first else None,
            "refused": no,
            "stop": Speech().say("Endless ", f"#{number} "),
        }.get(mood)


async def ask(person: Someone, number: int, mood: str) -> None:
    """Ask one question; what is to be stopped is stopped once it grows."""
    match mood:
        case "long":
            person.says(f"#{number} {mood}" + " and more of it" * 400)
        case "photo":
            person.sends_photo(picture(size=SIZE), f"#{number} {mood}")
        case _:
            person.says(f"#{number} {mood}")
    if mood == "stop":
        await person.sees(f"Endless #{number}")
        person.says("/stop")
        await person.sees(f"Endless #{number}\n\nStopped.")


def are_answered(people: Sequence[Someone], questions: int) -> bool:
    """Whether everybody has seen an answer to each of their questions."""
    seen = ([text for text in person.screen if not text.endswith(" …")] for person in people)
    return all(len(each) >= questions for each in seen)


async def test_the_ledger_is_the_providers_bill_after_a_thousand_turns(
    world: World, model: FakeOpenAI, start: Start, tmp_path: Path
) -> None:
    people = [Someone(world, world.add_person(Person(n, f"P{n}"))) for n in range(5000, 5025)]
    chance = random.Random(20261122)
    moods = list(MOODS.elements())
    model.reacts = Moody()
    model.image_tokens = image_tokens("gpt-6-luna", *SIZE, "high")
    numbers = itertools.count(1)
    process = await start(**SETTINGS)
    for each in range(ROUNDS):
        is_killed = each % (ROUNDS // KILLS) == 3
        asked = len(model.asked)
        chosen = [chance.choice(moods) for _ in people]
        if is_killed:
            chosen = ["say" if mood == "stop" else mood for mood in chosen]
        asking = [ask(*one) for one in zip(people, numbers, chosen, strict=False)]
        await asyncio.gather(*asking)
        if is_killed:
            await model.wait_asked(asked + chance.randrange(1, PEOPLE))
            await kill(process)
            process = await start(**SETTINGS)
        await world.wait_for(partial(are_answered, people, each + 1), timeout=60)
    for person, number in zip(people, numbers, strict=False):
        person.says(f"#{number} bye")
        await person.sees(f"You said: #{number} bye")

    exact = assert_balanced(tmp_path, model)
    rows, bill = ledger(tmp_path), billed(model)

    assert len(rows) == (ROUNDS + 1) * PEOPLE
    assert len(exact) > 0.7 * len(rows)
    assert any(charge.cached for charge in model.bill)
    assert any(row.state == "lost" for each in rows.values() for row in each)
    # A cut or stopped answer is counted as what came of it, without the rebate for a known prompt.
    for number, all_of_it in rows.items():
        if len(all_of_it) == len(bill[number]) == 1 and number not in exact:
            assert all_of_it[0].nanos == price(replace(bill[number][0], cached=0))
