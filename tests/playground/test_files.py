"""Photos, albums, documents and stickers, both ways."""

import io

import httpx
import pytest
from PIL import Image
from telegram import (
    Bot,
    InputMediaDocument,
    InputMediaPhoto,
)
from telegram.error import (
    BadRequest,
)

from playground.world import World
from tests.playground.cast import ALICE, TOKEN, picture, updates


async def test_a_photo_comes_in_telegrams_sizes(bot: Bot, world: World) -> None:
    world.send_photo(ALICE, picture(2000, 1000), caption="/ocr this")

    [update] = await updates(bot)
    message = update.message
    assert message is not None
    assert [(size.width, size.height) for size in message.photo] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1280, 640),
    ]
    assert list(message.parse_caption_entities().values()) == ["/ocr"]

    file = await message.photo[-1].get_file()
    data = bytes(await file.download_as_bytearray())
    assert file.file_path is not None
    assert "/photos/file_" in file.file_path
    assert len(data) == message.photo[-1].file_size
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("JPEG", (1280, 640))


@pytest.mark.parametrize(
    ("side", "sides"), [(50, [50]), (90, [90]), (91, [90, 91]), (500, [90, 320, 500])]
)
def test_small_photos_have_fewer_sizes(world: World, side: int, sides: list[int]) -> None:
    message = world.send_photo(ALICE, picture(side, side))
    assert [size["width"] for size in message["photo"]] == sides


async def test_an_album_is_an_update_a_photo(bot: Bot, world: World) -> None:
    world.send_album(ALICE, [picture(10, 10), picture(20, 20)], caption="Both")

    messages = [update.message for update in await updates(bot)]
    albums = {message.media_group_id for message in messages if message}
    assert len(messages) == 2
    assert len(albums) == 1
    assert None not in albums
    assert [message and message.caption for message in messages] == ["Both", None]


async def test_documents_and_stickers_come_as_they_are(bot: Bot, world: World) -> None:
    world.send_document(ALICE, b"PDF", file_name="a.pdf", mime_type="application/pdf")
    world.send_sticker(ALICE, picture(300, 600))

    document, sticker = [update.message for update in await updates(bot)]
    assert document is not None
    assert document.document is not None
    assert (document.document.file_name, document.document.mime_type) == (
        "a.pdf",
        "application/pdf",
    )
    file = await document.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"PDF"
    assert sticker is not None
    assert sticker.sticker is not None
    assert sticker.sticker.is_animated is False
    assert (sticker.sticker.width, sticker.sticker.height) == (256, 512)
    shown = Image.open(io.BytesIO(await (await sticker.sticker.get_file()).download_as_bytearray()))
    assert (shown.format, shown.size) == ("WEBP", (256, 512))


async def test_a_sticker_that_moves_comes_with_a_still(bot: Bot, world: World) -> None:
    world.send_sticker(ALICE, picture(600, 600), moves="video")

    [update] = await updates(bot)
    assert update.message is not None
    assert update.message.sticker is not None
    assert (update.message.sticker.is_video, update.message.sticker.is_animated) == (True, False)
    assert update.message.sticker.thumbnail is not None
    still = await (await update.message.sticker.thumbnail.get_file()).download_as_bytearray()
    assert Image.open(io.BytesIO(still)).format == "WEBP"


async def test_a_file_over_20_megabytes_is_not_given_out(bot: Bot, world: World) -> None:
    big = world.send_document(
        ALICE, bytes((20 << 20) + 1), file_name="a.bin", mime_type="application/octet-stream"
    )
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(big["document"]["file_id"])
    with pytest.raises(BadRequest, match="Wrong file_id"):
        await bot.get_file("other")


async def test_a_download_needs_the_token(url: str, world: World) -> None:
    path = world.files.add(b"x", folder="documents", name="a.txt", mime_type="text/plain").path
    async with httpx.AsyncClient(verify=False) as http:
        assert (await http.get(f"{url}/file/bot{TOKEN}/{path}")).content == b"x"
        assert (await http.get(f"{url}/file/bot1:other/{path}")).status_code == 401
        assert (await http.get(f"{url}/file/bot{TOKEN}/photos/file_99.jpg")).status_code == 404


async def test_the_bot_sends_files(bot: Bot, world: World) -> None:
    photo = await bot.send_photo(ALICE.id, picture(100, 50), caption="Look")
    again = await bot.send_photo(ALICE.id, photo.photo[-1].file_id)
    document = await bot.send_document(ALICE.id, b"a,b", filename="a.csv")
    assert document.document is not None
    same = await bot.send_document(ALICE.id, document.document.file_id)

    assert photo.caption == "Look"
    assert again.photo == photo.photo
    assert same.document == document.document
    file = world.files.get(document.document.file_id)
    assert file is not None
    assert (file.name, file.data) == ("a.csv", b"a,b")


@pytest.mark.parametrize(
    ("photo", "words"),
    [
        (b"no picture", "Image_process_failed"),
        (picture(2100, 100), "Photo_invalid_dimensions"),
        (bytes((10 << 20) + 1), "maximum size is 10 mb"),
        ("https://example.org/a.jpg", "Wrong file identifier"),
    ],
    ids=["text", "a stripe", "over 10 MB", "an address"],
)
async def test_what_is_no_photo_is_refused(bot: Bot, photo: bytes | str, words: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await bot.send_photo(ALICE.id, photo)


async def test_the_bot_sends_albums(bot: Bot) -> None:
    pictures = [InputMediaPhoto(picture(10, 10)), InputMediaPhoto(picture(20, 20), caption="Two")]
    sent = await bot.send_media_group(ALICE.id, pictures)
    assert [message.caption for message in sent] == [None, "Two"]
    assert sent[0].media_group_id == sent[1].media_group_id

    with pytest.raises(BadRequest, match="2-10 items"):
        await bot.send_media_group(ALICE.id, [InputMediaDocument(b"a")])
