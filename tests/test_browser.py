"""The playground's page in a real browser: talk, send photos, press buttons, be somebody else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.settings import Settings
from playground.playing import playing
from tests import chromium
from tests.conftest import picture
from tests.fakes.openai import FakeOpenAI

PHONE = {"width": 390, "height": 844}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(
    chromium.path() is None, reason="NOT TESTED: there is no Chromium for the story in the browser."
)


@pytest.fixture
def drafts() -> bool:
    """Whether answers grow as drafts."""
    return False


@pytest.fixture
async def url(settings: Settings, tmp_path: Path, *, drafts: bool) -> AsyncIterator[str]:
    """The whole playground, with a scripted model behind it."""
    asked = settings.but(
        access="ask",
        drafts=drafts,
        playground_port=0,
        database_url=f"sqlite:///{tmp_path}/playground.db",
    )
    async with playing(asked) as url:
        yield url


@pytest.fixture
async def page(url: str) -> AsyncIterator[Page]:
    """A phone, that Ben has in his hand."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium.path(), args=FLAGS)
        page = await browser.new_page(viewport=PHONE)  # type: ignore[arg-type]  # a TypedDict
        await page.goto(f"{url}/?as=1002#chat=1002")
        yield page
        await browser.close()


async def says(page: Page, text: str) -> None:
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("composer").press("Enter")


async def test_somebody_talks_shows_a_photo_and_is_let_in(
    page: Page, url: str, model: FakeOpenAI, tmp_path: Path
) -> None:
    said = page.get_by_test_id("text")

    answer = model.hold()
    await says(page, "Show me **bold** words")
    await model.wait_asked(1)
    answer.say("Here is **some")
    await expect(said.filter(has_text="Here is some")).to_be_visible()
    answer.say(" bold** text.").finish()
    await expect(page.locator("strong, b", has_text="some bold")).to_be_visible()

    photo = tmp_path / "square.jpg"
    photo.write_bytes(picture())
    model.will_say("A white square.")
    await page.locator("input[type=file]").first.set_input_files(photo)
    await says(page, "What is this?")
    await expect(said.filter(has_text="A white square.")).to_be_visible()
    await expect(page.get_by_test_id("photo")).to_be_visible()

    await page.goto(f"{url}/?as=1004#chat=1004")
    await says(page, "May I come in?")
    await expect(said.filter(has_text="an admin must let you in")).to_be_visible()
    await page.goto(f"{url}/?as=1001#chat=1001")
    await page.get_by_test_id("button").filter(has_text="Let in").click()
    await expect(said.filter(has_text="Sam may talk to me now.")).to_be_visible()
    await page.goto(f"{url}/?as=1004#chat=1004")
    await expect(said.filter(has_text="An admin has let you in.")).to_be_visible()
    model.will_say("Welcome, Sam.")
    await says(page, "Thank you!")
    await expect(said.filter(has_text="Welcome, Sam.")).to_be_visible()


@pytest.mark.parametrize("drafts", [True])
async def test_somebody_sees_a_draft_grow_and_stops_it(page: Page, model: FakeOpenAI) -> None:
    draft, stop = page.get_by_test_id("draft"), page.get_by_test_id("stop")

    answer = model.hold()
    await says(page, "Count")
    await expect(draft.filter(has_text="Thinking…")).to_be_visible()
    answer.say("**One")
    await expect(draft.filter(has_text="One")).to_be_visible()
    await stop.focus()
    answer.say("**, two")
    await expect(draft.filter(has_text="One, two")).to_be_visible()
    await expect(stop).to_be_focused()  # it is the same button, which could be pressed just now
    await expect(draft.locator("strong, b", has_text="One")).to_be_visible()

    await stop.click()
    await expect(page.get_by_test_id("text").filter(has_text="Stopped.")).to_be_visible()
    await expect(draft).to_have_count(0)


async def test_a_table_is_a_table_and_a_task_a_box(page: Page, model: FakeOpenAI) -> None:
    await says(page, "/settings")
    await page.get_by_test_id("button").filter(has_text="Rich messages: switch on").click()
    await expect(page.get_by_test_id("text").filter(has_text="Rich messages: on")).to_be_visible()
    columns = range(12)
    model.will_say(
        "- [x] done\n- [ ] to do\n\n$$x^2$$\n\n"
        f"|{'|'.join(f'column {each}' for each in columns)}|\n|{'-|' * 12}\n"
        f"|{'|'.join(f'cell {each}' for each in columns)}|"
    )
    await says(page, "Show me")

    await expect(page.get_by_role("cell", name="cell 0")).to_be_visible()
    await expect(page.get_by_role("columnheader", name="column 0")).to_be_visible()
    await expect(page.get_by_role("checkbox", name="Done", exact=True)).to_be_checked()
    await expect(page.get_by_role("checkbox", name="Not done")).not_to_be_checked()
    await expect(page.get_by_role("math")).to_have_text("x^2")
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
