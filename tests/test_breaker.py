"""An endpoint that refuses the key or has no credit: nobody waits, the admins hear of it once."""

import pytest

from bot.llm.breaker import Breaker
from bot.llm.errors import KeyRefused, ModelUnavailable, NoCredit
from bot.settings import Settings
from handlers.context import Services
from handlers.errors import WORDS
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

REFUSES = "refuses the bot's key"


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.but(breaker_pause=getattr(request, "param", 3600.0))


async def can_be_told(admin: Someone) -> None:
    admin.says("/start")
    await admin.sees_words("Hello")


async def test_who_asks_while_it_refuses_hears_so_without_a_request(
    alice: Someone, ben: Someone, admin: Someone, bot: Services, model: FakeOpenAI
) -> None:
    await can_be_told(admin)
    model.will_fail(401, code="invalid_api_key")
    alice.says("One")
    await alice.sees(english(WORDS[KeyRefused]))
    await admin.sees_words(REFUSES, "OPENAI_API_KEY")
    alice.says("Two")
    ben.says("Three")
    await ben.sees(english(WORDS[KeyRefused]))
    await alice.sees_messages(2)

    assert alice.screen == [english(WORDS[KeyRefused])] * 2
    assert len(model.asked) == 1
    assert sum(REFUSES in words for words in admin.screen) == 1


@pytest.mark.parametrize("settings", [0.0], indirect=True)
async def test_it_goes_on_by_itself_once_it_is_paid(
    alice: Someone, admin: Someone, bot: Services, model: FakeOpenAI
) -> None:
    await can_be_told(admin)
    for _ in range(2):
        model.will_fail(429, code="insufficient_quota")
        alice.says("Anything?")
    await alice.sees_messages(2)
    alice.says("And now?")
    await alice.sees("You said: And now?")
    await admin.sees_words("answers again")
    alice.says("And now?")
    await alice.sees_messages(4)

    assert alice.screen[:2] == [english(WORDS[NoCredit])] * 2
    assert [words.split(" ", 1)[1][:7] for words in admin.screen[1:]] == ["account", "answers"]


def test_one_question_in_a_while_tries() -> None:
    now = 0.0
    breaker = Breaker(30.0, lambda: now)
    breaker.failed(NoCredit("insufficient_quota"))
    now = 29.9
    with pytest.raises(NoCredit) as refused:
        breaker.check()
    now = 30.0
    breaker.check()
    with pytest.raises(NoCredit):
        breaker.check()

    assert refused.value.code == "insufficient_quota"


def test_what_passes_by_itself_opens_nothing() -> None:
    breaker = Breaker(30.0)
    breaker.failed(ModelUnavailable())
    breaker.check()

    assert not breaker.is_open
    assert breaker.news() == []


def test_each_thing_is_news_once() -> None:
    breaker = Breaker(30.0)
    breaker.failed(NoCredit())
    breaker.failed(NoCredit())
    breaker.failed(KeyRefused())
    breaker.worked()
    breaker.worked()
    told = breaker.news()

    assert [type(error) for error in told] == [NoCredit, KeyRefused, type(None)]
    assert breaker.news() == []
