"""The playground's page over real HTTP: its JSON API and its stream of events."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette

from bot.serving import serving
from playground.page import routes
from playground.people import Json, Person
from playground.screen import Action, Draft
from playground.world import World

BOT = Person(999, "Teller", "teller_bot", is_bot=True)
ANN = Person(1, "Ann", "ann")
BOB = Person(2, "Bob")
CLEO = Person(3, "Cleo")
GROUP = -100123
NOT_A_PHOTO = "That is not a photo that Telegram would take; send it as a file."


def picture(width: int = 64, height: int = 48) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


def files(*contents: bytes, name: str = "photo.png", kind: str = "image/png") -> list[Any]:
    return [("files", (name, content, kind)) for content in contents]


@pytest.fixture
def world() -> World:
    world = World(bot=BOT, token="999:token")
    for person in (ANN, BOB, CLEO):
        world.add_person(person)
    world.add_group(GROUP, "Walks", [ANN, BOB])
    return world


@pytest.fixture
async def page(world: World) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=routes(world, notice="A small model answers."))
    async with (
        serving(app) as base,
        httpx.AsyncClient(base_url=base, trust_env=False, timeout=5) as client,
    ):
        yield client


@asynccontextmanager
async def events(page: httpx.AsyncClient, me: Person) -> AsyncIterator[AsyncIterator[Json]]:
    async with page.stream("GET", f"/events?as={me.id}") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        yield happening(response)


async def happening(response: httpx.Response) -> AsyncIterator[Json]:
    async for line in response.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


async def state_of(page: httpx.AsyncClient, me: Person) -> Json:
    state: Json = (await page.get("/state", params={"as": me.id})).json()
    return state


async def test_the_page_comes_with_its_files_and_lets_no_foreign_script_in(
    page: httpx.AsyncClient,
) -> None:
    index = await page.get("/")

    assert "Teller" in index.text
    assert index.headers["content-security-policy"].startswith("default-src 'self'")
    for name, kind in (
        ("chat.js", "text/javascript"),
        ("chat.css", "text/css"),
        ("icon.svg", "image/svg+xml"),
    ):
        asset = await page.get(f"/static/{name}")
        assert asset.headers["content-type"].startswith(kind)
        assert asset.headers["cache-control"] == "no-cache"


async def test_the_state_shows_people_and_ones_own_chats(
    page: httpx.AsyncClient, world: World
) -> None:
    world.commands.set({"type": "default"}, "", [{"command": "new", "description": "start over"}])

    ann, cleo = await state_of(page, ANN), await state_of(page, CLEO)

    assert [person["first_name"] for person in ann["people"]] == ["Ann", "Bob", "Cleo"]
    assert [(chat["id"], chat["title"]) for chat in ann["chats"]] == [
        (1, "Teller"),
        (GROUP, "Walks"),
    ]
    assert [chat["id"] for chat in cleo["chats"]] == [3]
    assert (ann["me"], ann["bot"]["username"]) == (1, "teller_bot")
    assert ann["notice"] == "A small model answers."
    assert ann["commands"] == [{"command": "new", "description": "start over"}]


async def test_whoever_does_not_say_who_they_are_is_the_first_person(
    page: httpx.AsyncClient,
) -> None:
    assert (await page.get("/state")).json()["me"] == ANN.id


async def test_what_others_write_is_unread_until_it_is_looked_at(
    page: httpx.AsyncClient, world: World
) -> None:
    world.say(ANN, "One", chat=GROUP)
    world.say(BOB, "Two", chat=GROUP)

    group = (await state_of(page, ANN))["chats"][1]
    assert (group["unread"], group["last"]["text"]) == (1, "Two")

    await page.get(f"/chats/{GROUP}?as=1")
    assert (await state_of(page, ANN))["chats"][1]["unread"] == 0
    assert (await state_of(page, BOB))["chats"][1]["unread"] == 1

    await page.post(f"/chats/{GROUP}/read?as=2")
    assert (await state_of(page, BOB))["chats"][1]["unread"] == 0


async def test_a_text_becomes_a_message_and_an_update(
    page: httpx.AsyncClient, world: World
) -> None:
    first = (await page.post("/chats/1/messages?as=1", json={"text": " /new \n"})).json()
    reply = {"text": "And?", "reply_to": first["message_id"]}
    second = (await page.post("/chats/1/messages?as=1", json=reply)).json()

    assert first["text"] == "/new"
    assert first["entities"] == [{"type": "bot_command", "offset": 0, "length": 4}]
    assert second["reply_to_message"]["text"] == "/new"
    assert [update["message"]["text"] for update in world.updates.pending] == ["/new", "And?"]
    assert (await page.get("/chats/1?as=1")).json()["messages"] == [first, second]


async def test_ones_own_message_can_be_edited(page: httpx.AsyncClient, world: World) -> None:
    mine = world.say(ANN, "Helo")["message_id"]

    edited = (await page.patch(f"/chats/1/messages/{mine}?as=1", json={"text": "Hello"})).json()

    assert edited["text"] == "Hello"
    assert world.updates.pending[-1]["edited_message"]["text"] == "Hello"


async def test_anothers_message_cannot_be_edited(page: httpx.AsyncClient, world: World) -> None:
    of_bob = world.say(BOB, "Mine", chat=GROUP)["message_id"]

    answer = await page.patch(f"/chats/{GROUP}/messages/{of_bob}?as=1", json={"text": "Ours"})

    assert answer.status_code == 400
    assert "not Ann's" in answer.json()["error"]
    assert world.messages(GROUP)[0]["text"] == "Mine"


async def test_one_photo_is_a_photo_that_can_be_fetched(
    page: httpx.AsyncClient, world: World
) -> None:
    asked = world.say(ANN, "Look")["message_id"]
    form = {"caption": "What is it?", "reply_to": str(asked)}
    answer = await page.post("/chats/1/photos?as=1", files=files(picture()), data=form)

    [message] = answer.json()["messages"]
    assert message["caption"] == "What is it?"
    assert message["reply_to_message"]["text"] == "Look"
    assert "media_group_id" not in message
    photo = await page.get(f"/files/{message['photo'][-1]['file_id']}")
    assert photo.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(photo.content)).size == (64, 48)


async def test_several_photos_are_an_album_and_more_than_ten_are_two(
    page: httpx.AsyncClient,
) -> None:
    photos = files(*[picture(40 + number) for number in range(12)])
    answer = await page.post("/chats/1/photos?as=1", files=photos, data={"caption": "All"})

    messages = answer.json()["messages"]
    albums = [message["media_group_id"] for message in messages]
    assert [albums.count(album) for album in dict.fromkeys(albums)] == [10, 2]
    assert [message.get("caption") for message in messages] == ["All"] + [None] * 11


async def test_files_are_sent_as_they_are_and_only_pictures_open_in_the_page(
    page: httpx.AsyncClient,
) -> None:
    form = {"as_file": "1", "caption": "Read"}
    chosen = files(b"<script>", name="päge.html", kind="text/html") + files(picture())
    answer = await page.post("/chats/1/photos?as=1", files=chosen, data=form)

    html, png = answer.json()["messages"]
    assert (html["document"]["file_name"], html["caption"]) == ("päge.html", "Read")
    assert "caption" not in png
    fetched = await page.get(f"/files/{html['document']['file_id']}")
    assert fetched.content == b"<script>"
    assert fetched.headers["content-disposition"] == "attachment; filename*=utf-8''p%C3%A4ge.html"
    fetched = await page.get(f"/files/{png['document']['file_id']}")
    assert fetched.content == picture()
    assert "content-disposition" not in fetched.headers


@pytest.mark.parametrize(
    ("chosen", "form", "sentence"),
    [
        pytest.param([], {"caption": "x"}, "Choose a photo or a file first.", id="no files"),
        pytest.param(files(b"text"), {}, NOT_A_PHOTO, id="no photo"),
        pytest.param(files(picture(), b"text"), {}, NOT_A_PHOTO, id="one is no photo"),
        pytest.param(files(picture(2100, 100)), {}, NOT_A_PHOTO, id="too narrow"),
        pytest.param(files(b""), {"as_file": "1"}, "An empty file cannot be sent.", id="empty"),
        pytest.param(
            files(picture()),
            {"caption": "x" * 1025},
            "A caption has at most 1,024 characters.",
            id="long caption",
        ),
        pytest.param(
            files(bytes((50 << 20) + 1), name="film.mp4"),
            {"as_file": "1"},
            "film.mp4 is too large: the playground takes files of up to 50 MB.",
            id="too large",
        ),
        pytest.param(
            files(picture()),
            {"reply_to": "that"},
            "What to reply to is told by a message's number.",
            id="odd reply",
        ),
    ],
)
async def test_uploads_that_cannot_be_are_refused_in_words(
    page: httpx.AsyncClient, world: World, chosen: list[Any], form: dict[str, str], sentence: str
) -> None:
    answer = await page.post("/chats/1/photos?as=1", files=chosen, data=form)

    assert (answer.status_code, answer.json()) == (400, {"error": sentence})
    assert world.messages(1) == []


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("/chats/1/messages?as=77", {"text": "x"}, (404, "There is no such person here.")),
        ("/chats/1/messages?as=ann", {"text": "x"}, (404, "There is no such person here.")),
        (f"/chats/{GROUP}/messages?as=3", {"text": "x"}, (404, "Cleo is in no such chat.")),
        ("/chats/2/messages?as=1", {"text": "x"}, (404, "Ann is in no such chat.")),
        ("/chats/x/messages?as=1", {"text": "x"}, (404, "Ann is in no such chat.")),
        ("/chats/1/messages?as=1", {"text": " \n"}, (400, "Write something first.")),
        (
            "/chats/1/messages?as=1",
            {"text": "😀" * 2049},
            (400, "A message has at most 4,096 characters."),
        ),
        (
            "/chats/1/messages?as=1",
            {},
            (400, "The field 'text' is missing, or not what it should be."),
        ),
        ("/chats/1/messages?as=1", [], (400, "That is not a JSON object.")),
        (
            "/chats/1/messages?as=1",
            {"text": "x", "reply_to": 5},
            (400, "There is no message 5 in that chat."),
        ),
        (
            "/chats/1/press?as=1",
            {"message_id": 5, "data": "x"},
            (400, "There is no message 5 in that chat."),
        ),
        ("/chats/1/stop?as=1", {}, (400, "Ann sees no draft that could be stopped.")),
    ],
)
async def test_what_cannot_be_is_refused_in_words(
    page: httpx.AsyncClient, world: World, path: str, body: object, refusal: tuple[int, str]
) -> None:
    answer = await page.post(path, json=body)

    assert (answer.status_code, answer.json()["error"]) == refusal
    assert world.updates.pending == []


async def test_what_is_no_json_is_refused(page: httpx.AsyncClient) -> None:
    answer = await page.post("/chats/1/messages?as=1", content="text=x")

    assert (answer.status_code, answer.json()) == (400, {"error": "That is not JSON."})


async def test_an_unknown_file_is_not_found(page: httpx.AsyncClient) -> None:
    answer = await page.get("/files/photos-77")

    assert (answer.status_code, answer.json()) == (404, {"error": "There is no such file."})


async def test_another_site_in_the_same_browser_cannot_write(
    page: httpx.AsyncClient, world: World
) -> None:
    answer = await page.post(
        "/chats/1/messages?as=1", json={"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 403
    assert world.messages(1) == []


async def test_a_pressed_button_asks_the_bot(page: httpx.AsyncClient, world: World) -> None:
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    message = world.post(BOT, world.chats[1], {"text": "Sure?", "reply_markup": keys})
    press = {"message_id": message["message_id"], "data": "y"}

    query_id = (await page.post("/chats/1/press?as=1", json=press)).json()["callback_query_id"]

    query = world.updates.pending[-1]["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (query_id, "y", ANN.id)


async def test_a_draft_is_in_the_chat_and_can_be_stopped(
    page: httpx.AsyncClient, world: World
) -> None:
    draft = Draft(
        draft_id=7, text="Well", entities=(), can_stop=True, thread_id=None, at=world.clock()
    )
    world.screen.show_draft(1, draft)

    shown = (await page.get("/chats/1?as=1")).json()["draft"]
    await page.post("/chats/1/stop?as=1", json={"draft_id": 7})

    assert shown == {"draft_id": 7, "text": "Well", "entities": [], "can_stop": True}
    assert world.updates.pending[-1]["stopped_message_generation"]["draft_id"] == 7


async def test_the_stream_tells_what_happens_in_ones_own_chats_only(
    page: httpx.AsyncClient, world: World
) -> None:
    async with events(page, ANN) as seen:
        world.say(CLEO, "A secret")
        world.say(BOB, "Hello, all", chat=GROUP)
        hello = await anext(seen)
        world.screen.replace(hello["message"] | {"text": "Hello, both"})
        edit = await anext(seen)
        world.screen.remove(GROUP, [hello["message"]["message_id"]])
        delete = await anext(seen)

    assert (hello["kind"], hello["chat_id"]) == ("message", GROUP)
    assert (edit["kind"], edit["message"]["text"]) == ("edit", "Hello, both")
    assert delete == {
        "kind": "delete",
        "chat_id": GROUP,
        "message_ids": [hello["message"]["message_id"]],
    }


async def test_the_stream_tells_of_typing_drafts_and_ones_own_answers(
    page: httpx.AsyncClient, world: World
) -> None:
    answer = {"kind": "answer", "callback_query_id": "5", "text": "Done", "show_alert": False}
    async with events(page, ANN) as seen:
        world.screen.show_action(1, Action(action="typing", thread_id=None, at=world.clock()))
        draft = Draft(
            draft_id=7, text="", entities=(), can_stop=False, thread_id=None, at=world.clock()
        )
        world.screen.show_draft(1, draft)
        world.watchers.tell(answer | {"user_id": BOB.id})
        world.watchers.tell(answer | {"user_id": ANN.id})
        world.watchers.tell({"kind": "commands"})
        kinds = [await anext(seen) for _ in range(4)]

    assert [event["kind"] for event in kinds] == ["action", "draft", "answer", "commands"]
    assert kinds[2]["user_id"] == ANN.id


async def test_the_stream_of_nobody_is_refused(page: httpx.AsyncClient) -> None:
    assert (await page.get("/events?as=77")).status_code == 404


async def test_who_left_can_come_back_to_the_stream(page: httpx.AsyncClient, world: World) -> None:
    async with events(page, ANN) as seen:
        world.say(ANN, "Bye")
        await anext(seen)

    async with events(page, ANN) as again:
        world.say(ANN, "Back")
        assert (await anext(again))["message"]["text"] == "Back"
