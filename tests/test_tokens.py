"""Texts and images, counted as the provider counts them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.image_tokens import FAMILIES, MOST_PATCHES, PATCH, image_tokens, target_size
from bot.tokens import PRIMING, message_tokens, text_tokens

DETAILS = ["low", "high", "original", "auto"]
SIDES = st.integers(1, 70_000)

# model, detail, width, height, tokens: from OpenAI's guide, or measured with its API.
VECTORS = [
    ("gpt-4o", "high", 512, 512, 255),
    ("gpt-4o", "high", 1024, 1024, 765),
    ("gpt-4o", "high", 1920, 1080, 1105),
    ("gpt-4o", "high", 2048, 4096, 1105),
    ("gpt-4o", "high", 1280, 960, 765),
    ("gpt-4o", "low", 4096, 8192, 85),
    ("gpt-4o-mini", "low", 1024, 1024, 2833),
    ("gpt-4o-mini", "high", 1024, 1024, 25_501),
    ("gpt-4o-mini", "high", 1280, 720, 36_835),
    ("gpt-5.4", "high", 1024, 1024, 1229),
    ("gpt-5.4", "high", 2048, 2048, 3000),
    ("gpt-5.4-mini", "high", 1280, 960, 1440),
    ("gpt-6-luna", "auto", 256, 256, 77),
    ("gpt-6-luna", "auto", 512, 512, 308),
    ("gpt-6-luna", "auto", 768, 768, 692),
    ("gpt-6-luna", "auto", 1280, 720, 1104),
    ("gpt-6-luna", "auto", 1920, 1080, 2448),
    ("gpt-6-luna", "auto", 2560, 1440, 4320),
    ("gpt-6-luna", "auto", 3840, 2160, 9792),
    ("gpt-6-luna", "auto", 4032, 3024, 14_364),
    ("gpt-6-luna", "original", 4032, 3024, 14_364),
    ("gpt-6-luna", "high", 4032, 3024, 2942),
    ("gpt-6-luna", "high", 1280, 960, 1440),
    ("gpt-6-luna", "high", 2560, 1440, 2765),
    ("gpt-6-luna", "low", 1280, 960, 231),
    ("gpt-6-luna", "low", 1280, 720, 173),
    ("gpt-5.5", "auto", 4032, 3024, 11_868),
    ("gpt-4.1-mini", "high", 1024, 1024, 1659),
    ("gpt-4.1-mini", "high", 1280, 960, 1944),
    ("gpt-4.1-mini", "high", 1800, 2400, 4977),
    ("o4-mini", "high", 1800, 2400, 2498),
]


@pytest.mark.parametrize(("model", "detail", "width", "height", "tokens"), VECTORS)
def test_an_image_is_as_many_tokens_as_the_provider_says(
    model: str, detail: str, width: int, height: int, tokens: int
) -> None:
    assert image_tokens(model, width, height, detail) == tokens
    assert image_tokens(model, height, width, detail) == tokens


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("openai/gpt-6-luna", "gpt-6-luna"),
        ("openrouter/openai/gpt-4o-mini:nitro", "gpt-4o-mini"),
        ("GPT-4o-2024-11-20", "gpt-4o"),
        ("ft:gpt-4.1-mini-2025-04-14:teller::x1", "gpt-4.1-mini"),
        ("gpt-6.2-astra", "gpt-6"),
        ("gpt-5-2025-08-07", "gpt-5"),
        ("gpt-5.4-nano", "gpt-5.4"),
        ("claude-haiku-4-5", "gpt-6"),
        ("", "gpt-6"),
    ],
)
def test_a_model_is_known_by_the_beginning_of_its_name(name: str, known: str) -> None:
    tokens = [image_tokens(name, 3000, 2000, detail) for detail in DETAILS]

    assert tokens == [image_tokens(known, 3000, 2000, detail) for detail in DETAILS]


def test_what_an_older_model_does_not_know_counts_as_its_finest() -> None:
    assert image_tokens("gpt-4o", 1024, 1024, "original") == 765
    assert image_tokens("gpt-6-luna", 512, 512, "unheard of") == 308


def test_a_12_megapixel_photo_is_made_as_large_as_the_model_sees() -> None:
    assert target_size("gpt-6-luna", 4000, 3000, "high") == (1824, 1368)
    assert target_size("gpt-6-luna", 4000, 3000, "low") == (512, 384)
    assert target_size("gpt-6-luna", 4000, 3000, "original") == (4000, 3000)
    assert target_size("gpt-4o", 4000, 3000, "high") == (1024, 768)
    assert target_size("gpt-4o", 4000, 3000, "low") == (512, 384)


@given(st.sampled_from(sorted(FAMILIES)), st.sampled_from(DETAILS), SIDES, SIDES)
def test_a_model_sees_as_much_of_the_target_size_as_of_the_image(
    model: str, detail: str, width: int, height: int
) -> None:
    target = target_size(model, width, height, detail)

    assert image_tokens(model, *target, detail) == image_tokens(model, width, height, detail)
    assert target_size(model, *target, detail) == target
    assert 1 <= target[0] <= width
    assert 1 <= target[1] <= height
    assert -(-target[0] // PATCH) * -(-target[1] // PATCH) <= MOST_PATCHES


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("hello world", 2), ("你好，世界！", 4), ("<|endoftext|>", 7), ("\ud800", 1)],
)
def test_a_text_is_counted_exactly(text: str, tokens: int) -> None:
    assert text_tokens(text) == tokens


def test_a_message_is_wrapped() -> None:
    assert message_tokens("user", "hello world") == 3 + 1 + 2
    assert PRIMING == 3


@pytest.mark.parametrize("text", ["A" * 1_000_000, "字" * 100_000, "<|endoftext|>" * 10_000])
def test_no_text_takes_long(text: str) -> None:
    text_tokens("ready")  # the tokens are loaded once
    started = time.process_time()

    assert text_tokens(text) > 0

    assert time.process_time() - started < 2
