"""The fake model server, asked by the real SDK."""

import base64
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionChunk
from PIL import Image

from bot.serving import serving
from tests.fakes.answers import Charge
from tests.fakes.openai import FakeOpenAI

HELLO = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def model() -> FakeOpenAI:
    return FakeOpenAI()


@pytest.fixture
async def client(model: FakeOpenAI) -> AsyncIterator[AsyncOpenAI]:
    async with asking(model) as client:
        yield client


@asynccontextmanager
async def asking(model: FakeOpenAI, *, key: str = "sk-test") -> AsyncIterator[AsyncOpenAI]:
    async with (
        serving(model) as url,
        AsyncOpenAI(api_key=key, base_url=f"{url}/v1", max_retries=0, timeout=10) as client,
    ):
        yield client


async def ask(client: AsyncOpenAI, messages: object = HELLO, **options: Any) -> Any:
    asked: dict[str, Any] = {"model": "gpt-6-luna", "messages": messages}
    return await client.chat.completions.create(**asked | options)


async def chunks(client: AsyncOpenAI, **options: Any) -> list[ChatCompletionChunk]:
    async with await ask(client, stream=True, **options) as stream:
        return [chunk async for chunk in stream]


def picture(text: str = "What is it?", *, url: str | None = None, **image: str) -> list[Any]:
    url = url or photo()
    parts = [
        {"type": "text", "text": text},
        {"type": "image_url", "image_url": {"url": url, **image}},
    ]
    return [{"role": "user", "content": parts}]


def photo() -> str:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(data, "PNG")
    return f"data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}"


def words(heard: list[ChatCompletionChunk]) -> list[str]:
    return [chunk.choices[0].delta.content or "" for chunk in heard if chunk.choices]


async def test_without_a_script_it_repeats_what_was_asked(client: AsyncOpenAI) -> None:
    answer = await ask(client)

    assert answer.choices[0].message.content == "You said: Hello"
    assert (await ask(client, picture())).choices[0].message.content == "I see 1 image."


async def test_a_stream_is_a_role_then_words_then_an_end_then_the_usage(
    client: AsyncOpenAI, model: FakeOpenAI
) -> None:
    model.will_say("Hel", "lo", gap=0.001)

    heard = await chunks(client, stream_options={"include_usage": True})

    assert heard[0].choices[0].delta.role == "assistant"
    assert words(heard) == ["", "Hel", "lo", ""]
    assert [chunk.choices[0].finish_reason for chunk in heard[:-1]] == [None, None, None, "stop"]
    assert heard[-1].choices == []
    assert heard[-1].usage is not None
    assert (heard[-1].usage.prompt_tokens, heard[-1].usage.completion_tokens) == (8, 1)
    assert model.bill == [Charge("gpt-6-luna", prompt=8, cached=0, completion=1)]


async def test_no_usage_comes_where_none_was_asked_for(client: AsyncOpenAI) -> None:
    assert all(chunk.usage is None and chunk.choices for chunk in await chunks(client))


async def test_an_answer_stops_at_the_longest_that_was_allowed(
    client: AsyncOpenAI, model: FakeOpenAI
) -> None:
    model.will_say("one two three", " four five six")

    heard = await chunks(client, max_completion_tokens=4)

    assert words(heard) == ["", "one two three", " four", ""]
    assert heard[-1].choices[0].finish_reason == "length"
    assert model.bill[0].completion == 4


async def test_what_was_asked_before_is_cached_in_steps_of_128(
    client: AsyncOpenAI, model: FakeOpenAI
) -> None:
    start = {"role": "system", "content": "word " * 1_300}

    await ask(client, [start, {"role": "user", "content": "One"}])
    answer = await ask(client, [start, {"role": "user", "content": "Two"}])
    await ask(client, [{"role": "system", "content": "word " * 900}])

    assert answer.usage.prompt_tokens_details.cached_tokens == 1_280
    assert [charge.cached for charge in model.bill] == [0, 1_280, 0]


async def test_an_image_costs_its_tokens() -> None:
    model = FakeOpenAI(image_tokens=1_440)
    async with asking(model) as client:
        await ask(client, picture())

    assert model.bill[0].prompt == 1_440 + 4 + 3 + 1 + 3


async def test_a_held_answer_is_stepped_through(client: AsyncOpenAI, model: FakeOpenAI) -> None:
    speech = model.hold().say("One")
    async with await ask(client, stream=True) as stream:
        heard = [await anext(stream), await anext(stream)]
        assert words(heard) == ["", "One"]
        speech.say("Two").finish("content_filter")
        heard = [chunk async for chunk in stream]

    assert words(heard) == ["Two", ""]
    assert heard[-1].choices[0].finish_reason == "content_filter"


async def test_hanging_up_is_noticed_and_what_was_said_is_billed(
    client: AsyncOpenAI, model: FakeOpenAI
) -> None:
    model.will_stall("Hello there")
    async with await ask(client, stream=True) as stream:
        await anext(stream)
        await anext(stream)
    await model.wait_hung_up()

    assert [charge.completion for charge in model.bill] == [2]


async def test_a_stalled_answer_ends_when_it_is_released(
    client: AsyncOpenAI, model: FakeOpenAI
) -> None:
    model.will_stall("Hel")
    async with await ask(client, stream=True) as stream:
        await anext(stream)
        await anext(stream)
        model.release()

        assert (await anext(stream)).choices[0].finish_reason == "stop"


async def test_a_cut_stream_ends_without_a_word(client: AsyncOpenAI, model: FakeOpenAI) -> None:
    model.will_cut("Hel")

    heard = await chunks(client, stream_options={"include_usage": True})

    assert words(heard) == ["", "Hel"]
    assert heard[-1].choices[0].finish_reason is None
    assert model.bill[0].completion == 1


async def test_a_dropped_stream_is_a_broken_connection(
    client: AsyncOpenAI, model: FakeOpenAI
) -> None:
    model.will_drop("Hel")

    with pytest.raises(openai.APIConnectionError):
        await chunks(client)


async def test_a_corrupt_chunk_is_no_json(client: AsyncOpenAI, model: FakeOpenAI) -> None:
    model.will_send_corrupt_chunk("Hel")

    with pytest.raises(json.JSONDecodeError):
        await chunks(client)


async def test_an_error_event_breaks_a_stream(client: AsyncOpenAI, model: FakeOpenAI) -> None:
    model.will_send_error_event("Hel", message="Overloaded.", code="overloaded")

    with pytest.raises(openai.APIError, match=r"Overloaded\.") as caught:
        await chunks(client)

    assert caught.value.code == "overloaded"


async def test_a_page_in_place_of_an_answer_is_a_string(
    client: AsyncOpenAI, model: FakeOpenAI
) -> None:
    model.will_answer_html()

    assert "Please sign in." in await ask(client)


async def test_an_error_with_200_has_no_choices(client: AsyncOpenAI, model: FakeOpenAI) -> None:
    model.will_answer_error_with_200()

    assert (await ask(client)).choices is None


async def test_it_fails_as_told(client: AsyncOpenAI, model: FakeOpenAI) -> None:
    model.will_fail(429, code="rate_limit_exceeded", headers={"retry-after": "7"})

    with pytest.raises(openai.RateLimitError) as caught:
        await ask(client)

    assert caught.value.code == "rate_limit_exceeded"
    assert caught.value.response.headers["retry-after"] == "7"
    assert model.bill == []
    assert (await ask(client)).choices[0].message.content == "You said: Hello"


async def test_a_wrong_key_is_refused(model: FakeOpenAI) -> None:
    async with asking(model, key="sk-wrong") as client:
        with pytest.raises(openai.AuthenticationError) as caught:
            await ask(client)

    assert caught.value.code == "invalid_api_key"
    assert model.asked == []


@pytest.mark.parametrize(
    ("options", "code", "param"),
    [
        ({"model": "gpt-3"}, "model_not_found", None),
        ({"extra_body": {"top_k": 3}}, "unknown_parameter", "top_k"),
        ({"max_tokens": 5}, "unsupported_parameter", "max_tokens"),
        ({"temperature": 0.2}, "unsupported_parameter", "temperature"),
        ({"model": "gpt-4o", "reasoning_effort": "low"}, "unsupported_parameter", None),
        ({"model": "gpt-6.1-sol", "reasoning_effort": "none"}, "unsupported_value", None),
        ({"max_completion_tokens": 0}, "integer_below_min_value", "max_completion_tokens"),
        ({"model": "gpt-4o", "max_completion_tokens": 16_385}, "invalid_value", None),
        ({"messages": []}, "empty_array", "messages"),
        ({"messages": [{"role": "bot", "content": "Hi"}]}, "invalid_value", "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "invalid_type", "messages[0].content"),
        ({"messages": picture(detail="best")}, "invalid_value", None),
        ({"messages": picture(url="https://example.com/a.png")}, "invalid_image_url", None),
        ({"messages": picture(url="data:image/png;base64,AAAA")}, "invalid_image_format", None),
        (
            {"messages": [{"role": "user", "content": "word " * 101}]},
            "context_length_exceeded",
            None,
        ),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_openai_refuses_is_refused(
    options: dict[str, Any], code: str, param: str | None
) -> None:
    async with asking(FakeOpenAI(context_window=100, image_tokens=1)) as client:
        with pytest.raises(openai.APIStatusError) as caught:
            await ask(client, **options)

    assert caught.value.code == code
    assert param is None or caught.value.param == param


@pytest.mark.parametrize(
    "options",
    [
        {"temperature": 0.2, "reasoning_effort": "none"},
        {"model": "gpt-4o", "temperature": 0.2, "max_tokens": 5},
        {"messages": picture(detail="original")},
        {"prompt_cache_key": "tg:1", "safety_identifier": "abc", "store": False},
    ],
    ids=str,
)
async def test_what_openai_takes_is_taken(client: AsyncOpenAI, options: dict[str, Any]) -> None:
    assert (await ask(client, **options)).choices


async def test_a_field_can_be_made_unsupported(client: AsyncOpenAI, model: FakeOpenAI) -> None:
    model.refuses.add("verbosity")

    with pytest.raises(openai.BadRequestError) as caught:
        await ask(client, verbosity="low")

    assert (caught.value.code, caught.value.param) == ("unsupported_parameter", "verbosity")


@pytest.mark.parametrize(
    ("options", "length"), [({"max_completion_tokens": 2}, 3), ({"max_tokens": 2}, 2)]
)
async def test_ollama_knows_only_max_tokens_and_needs_no_key(
    options: dict[str, Any], length: int
) -> None:
    model = FakeOpenAI(flavour="ollama")
    model.will_say("one two three")
    async with asking(model, key="any") as client:
        await ask(client, top_p=0.3, extra_body={"keep_alive": 5}, **options)

    assert model.bill[0].completion == length


async def test_geminis_errors_are_a_list() -> None:
    async with asking(FakeOpenAI(flavour="gemini")) as client:
        with pytest.raises(openai.BadRequestError) as caught:
            await ask(client, extra_body={"prompt_cache_key": "tg:1"})

    assert isinstance(caught.value.body, list)
    assert caught.value.code is None


async def test_the_models_say_when_they_end(client: AsyncOpenAI) -> None:
    entries = {entry.id: entry async for entry in client.models.list()}

    assert entries["gpt-4o"].shutdown_date == "2027-01-14"
    assert "gpt-6-luna" in entries


async def test_waiting_for_a_question_in_vain_shows_what_was_asked(
    client: AsyncOpenAI, model: FakeOpenAI
) -> None:
    await ask(client)
    await model.wait_asked(1)

    with pytest.raises(AssertionError, match=r"(?s)2 questions within 0\.01 s.*Hello"):
        await model.wait_asked(2, timeout=0.01)


async def test_an_unstreamed_answer_can_break_too(client: AsyncOpenAI, model: FakeOpenAI) -> None:
    model.will_drop("Hel")

    with pytest.raises(openai.APIConnectionError):
        await ask(client)

    assert model.headers[0]["authorization"] == "Bearer sk-test"
    assert model.asked[0]["messages"] == HELLO
