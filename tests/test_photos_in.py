"""Every way in which people show a picture to the bot."""

from typing import Any

import pytest

from bot.images import UnreadableImage
from handlers.errors import WORDS
from playground.people import Chat
from playground.world import World
from tests.conftest import picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

NOT_A_PICTURE = b"\xff\xd8\xff\xe0 these are not the pixels you are looking for" * 40
FORWARD = {"type": "hidden_user", "sender_user_name": "Zoe", "date": 1}

pytestmark = pytest.mark.usefixtures("bot")


def asked(model: FakeOpenAI) -> tuple[str, list[str]]:
    """The last question: its words, and its pictures as data URLs."""
    content = model.asked[-1]["messages"][-1]["content"]
    if isinstance(content, str):
        return content, []
    words = [part["text"] for part in content if part["type"] == "text"]
    shown = [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
    return "".join(words), shown


def fetched(world: World) -> int:
    """How many files the bot has asked for."""
    return sum(call.method.lower() == "getfile" for call in world.calls)


async def sends_photo(someone: Someone, colour: str = "teal") -> dict[str, Any]:
    """A photo in somebody's own chat that has been answered."""
    seen = len(someone.messages)
    message = someone.world.send_photo(someone.person, picture(colour), caption=colour)
    await someone.sees_messages(seen + 1)
    return message


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "HEIF", "AVIF"])
@pytest.mark.parametrize("mime_type", [None, "application/octet-stream"])
async def test_an_image_file_is_known_by_its_name_where_nothing_else_is_said(
    alice: Someone, world: World, model: FakeOpenAI, kind: str, mime_type: str | None
) -> None:
    name = f"Scan.{'HEIC' if kind == 'HEIF' else kind}"
    file = world.document(picture(kind=kind), file_name=name, mime_type=mime_type or "")
    told = {key: value for key, value in file.items() if key != "mime_type" or mime_type}
    alice.sends(document=told, caption="What is this?")
    await alice.sees("I see 1 image.")

    words, shown = asked(model)
    assert words == "What is this?"
    assert len(shown) == 1


async def test_a_file_of_no_kind_and_no_name_is_no_picture(alice: Someone) -> None:
    for name in ("notes.txt", "jpg", ""):
        alice.sends_file(picture(), name, "application/octet-stream")
    alice.sends_file(picture(), "photo.jpg", "text/plain")

    assert await alice.sees_messages(4) == [english("answer-not-yet")] * 4


@pytest.mark.parametrize("moves", ["", "animated", "video"])
async def test_a_sticker_is_looked_at_and_of_one_that_moves_its_still(
    alice: Someone, world: World, model: FakeOpenAI, moves: str
) -> None:
    world.send_sticker(alice.person, picture(), moves=moves)
    await alice.sees("I see 1 image.")

    assert asked(model)[0] == ""
    assert len(asked(model)[1]) == 1


@pytest.mark.parametrize("has_still", [True, False])
async def test_of_a_gif_that_became_a_film_its_still_is_looked_at(
    alice: Someone, world: World, model: FakeOpenAI, has_still: bool
) -> None:
    # core.telegram.org/bots/api, Message.animation: "For backward compatibility, when this field
    # is set, the document field will also be set."
    film = world.document(b"a film", file_name="cat.mp4", mime_type="video/mp4")
    if has_still:
        film |= {"thumbnail": world.files.add_photo(picture())[0]}
    size = {"width": 320, "height": 240, "duration": 2}
    alice.sends(animation=film | size, document=film, caption="What is it?")
    await alice.sees("I see 1 image." if has_still else english("photo-no-still"))

    assert len(model.asked) == has_still


async def test_a_moving_sticker_without_a_still_gets_a_sentence(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    sticker = world.files.add_sticker(picture(), moves="animated")
    alice.sends(sticker={key: sticker[key] for key in sticker if key != "thumbnail"})

    assert await alice.sees_messages(1) == [english("photo-no-still")]
    assert model.asked == []


async def test_a_forward_with_its_caption_is_a_question(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    sizes = world.files.add_photo(picture())
    alice.sends(photo=sizes, caption="Look at that", forward_origin=FORWARD)
    await alice.sees("I see 1 image.")

    assert asked(model)[0] == "Forwarded from Zoe:\nLook at that"


async def test_a_photo_is_fetched_and_prepared_once(
    alice: Someone, ben: Someone, world: World, model: FakeOpenAI
) -> None:
    first = await sends_photo(alice)
    once = asked(model)[1]
    ben.sends(photo=first["photo"], caption="And this?")
    await ben.sees("I see 1 image.")

    assert asked(model) == ("And this?", once)
    assert fetched(world) == 1


async def test_a_photo_that_arrives_twice_at_once_is_answered_twice(
    alice: Someone, ben: Someone, world: World
) -> None:
    sizes = world.files.add_photo(picture())
    for someone in (alice, ben):
        someone.sends(photo=sizes)
    for someone in (alice, ben):
        await someone.sees("I see 1 image.")


async def test_a_reply_to_ones_photo_looks_at_it_again_also_after_new(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    photo = await sends_photo(alice)
    once = asked(model)[1]
    alice.says("/new")
    await alice.sees_words("fresh start")
    alice.says("Which colour was it?", reply_to=photo["message_id"])
    await model.wait_asked(2)

    assert asked(model) == ("Which colour was it?", once)
    assert len(model.asked[-1]["messages"]) == 2
    assert fetched(world) == 1


async def test_a_reply_to_a_photo_that_the_bot_never_saw_fetches_it(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    photo = world.files.add_photo(picture())
    replied = {"message_id": 3, "date": 1, "chat": {"id": alice.chat_id, "type": "private"}}
    alice.sends(text="What was it?", reply_to_message=replied | {"photo": photo})
    await alice.sees("I see 1 image.")

    assert fetched(world) == 1


async def test_a_reply_to_a_photo_of_another_chat_looks_at_it(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    photo = {"origin": FORWARD, "photo": world.files.add_photo(picture())}
    alice.sends(text="What is that?", external_reply=photo)
    await alice.sees("I see 1 image.")

    assert asked(model)[0] == "What is that?"


async def test_a_reply_to_the_bots_own_picture_looks_at_it(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    shown = world.post(
        world.bot, world.chats[alice.chat_id], {"photo": world.files.add_photo(picture())}
    )
    alice.says("What does it show?", reply_to=shown["message_id"])
    await model.wait_asked(1)

    assert len(asked(model)[1]) == 1


async def test_a_reply_to_a_part_of_an_album_looks_at_all_of_it(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    photos = [picture(colour) for colour in ("teal", "navy", "olive")]
    parts = world.send_album(alice.person, photos, caption="One")
    await alice.sees("I see 3 images.")
    album = asked(model)[1]
    alice.says("/new")
    await alice.sees_words("fresh start")
    alice.says("Which is the darkest?", reply_to=parts[1]["message_id"])
    await model.wait_asked(2)

    assert asked(model) == ("Which is the darkest?", album)
    assert fetched(world) == 3


async def test_a_photo_as_a_reply_to_a_photo_shows_both(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    photo = await sends_photo(alice)
    world.send_photo(alice.person, picture("navy"), caption="Compare", reply_to=photo["message_id"])
    await alice.sees("I see 2 images.")

    words, shown = asked(model)
    assert (words, len(shown), len(set(shown))) == ("Compare", 2, 2)


async def test_no_more_than_ten_pictures_are_looked_at(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    photo = await sends_photo(alice)
    alice.says("/new")
    await alice.sees_words("fresh start")
    sizes = [world.files.add_photo(picture("navy", (90, 90 + each))) for each in range(10)]
    for each in sizes:
        world.send(
            alice.person,
            {"photo": each, "media_group_id": "12"},
            reply_to=photo["message_id"],
        )
    await alice.sees(english("photo-too-many", most=10, links=5))
    await alice.sees("I see 10 images.")


async def test_a_reply_to_a_photo_that_is_gone_gets_a_sentence(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    photo = [{"file_id": "gone", "file_unique_id": "g", "width": 9, "height": 9}]
    replied = {"message_id": 3, "date": 1, "chat": {"id": alice.chat_id, "type": "private"}}
    alice.sends(text="What was it?", reply_to_message=replied | {"photo": photo})

    assert await alice.sees_messages(1) == [english("photo-gone")]
    assert model.asked == []


async def test_of_an_album_with_a_bad_picture_the_good_ones_are_answered(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    for data in (picture(), NOT_A_PICTURE, picture("navy")):
        file = world.document(data, file_name="a.jpg", mime_type="image/jpeg")
        alice.sends(document=file, media_group_id="5", caption="Mine")
    await alice.sees("I see 2 images.")

    lost = f"Of 3 pictures, number 2 is left out. {english(WORDS[UnreadableImage])}"
    assert alice.screen == [lost, "I see 2 images."]


async def test_an_album_of_bad_pictures_only_gets_one_sentence(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    file = world.document(NOT_A_PICTURE, file_name="a.jpg", mime_type="image/jpeg")
    for _ in range(3):
        alice.sends(document=file, media_group_id="5")
    await alice.sees(english(WORDS[UnreadableImage]))
    alice.says("Thanks")
    await alice.sees("You said: Thanks")

    assert alice.screen == [english(WORDS[UnreadableImage]), "You said: Thanks"]


async def test_in_a_group_a_mention_in_a_reply_shows_the_bot_somebodys_photo(
    alice: Someone, ben: Someone, group: Chat, world: World, model: FakeOpenAI
) -> None:
    world.privacy = False  # so that it hears everything
    alice, ben = alice.in_chat(group), ben.in_chat(group)
    photo = ben.sends_photo(picture(), "My copy")
    alice.says("Nice!", reply_to=photo)
    alice.says("@teller_bot what is this?", reply_to=photo)
    await alice.sees("I see 1 image.")

    assert asked(model)[0] == "Alice: what is this?"
    assert len(model.asked) == fetched(world) == 1
    assert alice.screen == ["I see 1 image."]


async def test_in_a_group_the_name_alone_in_a_reply_is_enough(
    alice: Someone, ben: Someone, group: Chat, model: FakeOpenAI
) -> None:
    photo = ben.in_chat(group).sends_photo(picture())
    alice.in_chat(group).says("@teller_bot", reply_to=photo)
    await alice.in_chat(group).sees("I see 1 image.")


async def test_in_a_group_photos_and_stickers_that_are_not_meant_for_it_are_left_alone(
    alice: Someone, ben: Someone, group: Chat, world: World, model: FakeOpenAI
) -> None:
    world.privacy = False
    alice, ben = alice.in_chat(group), ben.in_chat(group)
    photo = ben.sends_photo(picture(), "My copy, @ben")
    world.send_sticker(ben.person, picture(), chat=group)
    world.send_photo(alice.person, picture(), chat=group, reply_to=photo)
    alice.says("@teller_bot hello")
    await alice.sees("You said: hello")
    world.send_sticker(ben.person, picture(), chat=group, reply_to=alice.messages[-1]["message_id"])
    await ben.sees("I see 1 image.")

    assert (fetched(world), len(alice.screen)) == (1, 2)
