"""What Telegram refuses, and how it says so.

Unless another source is named, a rule stands on core.telegram.org/bots/api, in the section that
is named beside it. The words are those of the real server.
"""

from collections.abc import Sequence
from typing import Any

from playground.people import Json
from playground.text import cleaned, units

MAX_TEXT = 4096  # #sendmessage: "1-4096 characters after entities parsing"
MAX_CAPTION = 1024  # #sendphoto: "0-1024 characters after entities parsing"
MAX_ENTITIES = 100  # core.telegram.org/bots/faq; the excess is dropped without a word
MAX_CALLBACK_DATA = 64  # bytes, #inlinekeyboardbutton
MAX_BUTTONS = 100  # telegram.constants.InlineKeyboardMarkupLimit
MAX_ANSWER = 200  # #answercallbackquery: "0-200 characters"
MAX_DOWNLOAD = 20 << 20  # #getfile: "files of up to 20MB in size"
MAX_PHOTO = 10 << 20  # #sendphoto: "at most 10 MB in size"
MAX_DOCUMENT = 50 << 20  # #senddocument: "up to 50 MB in size"
MAX_PHOTO_SIDES = 10_000  # #sendphoto: "width and height must not exceed 10000 in total"
MAX_PHOTO_RATIO = 20  # #sendphoto: "ratio must be at most 20"
ALBUM = range(2, 11)  # #sendmediagroup: "must include 2-10 items"
MAX_COMMANDS = 100  # #setmycommands
DELETABLE_SECONDS = 48 * 3600  # #deletemessage: "less than 48 hours ago"

# #messageentity
ENTITY_TYPES = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
_LAST_SINGLE = 0xFFFF  # beyond it a character is two UTF-16 code units
_CODE = frozenset({"code", "pre"})
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
# #sendchataction
ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


class Refused(Exception):
    """Telegram answers `ok: false`."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to: int | None = None,
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to


def bad(what: str) -> Refused:
    return Refused(400, f"Bad Request: {what}")


def message_text(text: str, entities: Sequence[Any]) -> tuple[str, list[Json]]:
    """Return the text as Telegram keeps it, with its entities."""
    kept, moved = _kept(text, entities)
    if not kept:
        raise bad("message text is empty")
    if units(kept) > MAX_TEXT:
        raise bad("message is too long")
    return kept, moved


def draft_text(text: str, entities: Sequence[Any]) -> tuple[str, list[Json]]:
    """Return a draft's text; an empty one shows "Thinking…" (#sendmessagedraft)."""
    kept, moved = _kept(text, entities)
    if units(kept) > MAX_TEXT:
        raise bad("message is too long")
    return kept, moved


def caption(text: str, entities: Sequence[Any]) -> tuple[str, list[Json]]:
    kept, moved = _kept(text, entities)
    if units(kept) > MAX_CAPTION:
        raise bad("message caption is too long")
    return kept, moved


def _kept(text: str, entities: Sequence[Any]) -> tuple[str, list[Json]]:
    checked = _entities(text, entities)
    kept, moved = cleaned(text, checked)
    moved.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    _nesting(moved)
    return kept, moved[:MAX_ENTITIES]


def _entities(text: str, entities: Sequence[Any]) -> list[Json]:
    """Check types and bounds (#messageentity): the words are TDLib's, MessageEntity.cpp."""
    inside = _insides(text)
    length = units(text)
    for entity in entities:
        match entity:
            case {"type": str(kind), "offset": int(offset), "length": int(size)}:
                _known(kind, entity)
                _bounds(offset, size, length, inside)
            case _:
                raise bad("can't parse MessageEntity: an entity has a type, an offset, a length")
    return [entity for entity in entities if entity["length"]]


def _known(kind: str, entity: Json) -> None:
    if kind not in ENTITY_TYPES:
        raise bad(f"can't parse MessageEntity: Unsupported type {kind!r} specified")
    if kind == "text_link" and not entity.get("url"):
        raise bad("can't parse MessageEntity: Can't find field \"url\"")


def _bounds(offset: int, size: int, length: int, inside: frozenset[int]) -> None:
    end = offset + size
    if offset < 0:
        raise bad(f"receive an entity with incorrect offset {offset}")
    if size < 0:
        raise bad(f"receive an entity with incorrect length {size}")
    if offset > length:
        raise bad(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if end > length:
        raise bad(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
            f"at UTF-16 offset {end}"
        )
    if offset in inside:
        raise bad(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
    if end in inside:
        raise bad(
            f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol "
            f"at UTF-16 offset {end}"
        )


def _insides(text: str) -> frozenset[int]:
    """Find the offsets that lie between the two halves of a surrogate pair."""
    if text.isascii():
        return frozenset()
    offset, inside = 0, set()
    for character in text:
        offset += 1
        if ord(character) > _LAST_SINGLE:
            inside.add(offset)
            offset += 1
    return frozenset(inside)


def _nesting(entities: Sequence[Json]) -> None:
    """Refuse what may not be nested or crossed (#formatting-options).

    The real server mends such entities without a word, and the text looks different from what was
    meant. The playground says it aloud.
    """
    around: list[Json] = []
    for entity in entities:
        end = entity["offset"] + entity["length"]
        around = [old for old in around if old["offset"] + old["length"] > entity["offset"]]
        for old in around:
            kinds = {entity["type"], old["type"]}
            if kinds & _CODE:
                raise bad(f"{old['type']} and {entity['type']} entities can't be nested")
            if kinds <= _QUOTES:
                raise bad("blockquote entities can't be nested")
            if old["offset"] + old["length"] < end:
                raise bad(f"{old['type']} and {entity['type']} entities cross each other")
        around.append(entity)


def keyboard(markup: Any) -> Json:
    """Check an inline keyboard (#inlinekeyboardmarkup)."""
    match markup:
        case {"inline_keyboard": list(rows)}:
            buttons = [button for row in rows for button in _row(row)]
        case _:
            raise bad("object expected as reply markup")
    if len(buttons) > MAX_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        _button(button)
    kept: Json = {"inline_keyboard": [row for row in rows if row]}
    return kept if buttons else {}


def _row(row: Any) -> list[Any]:
    if not isinstance(row, list):
        raise bad('field "inline_keyboard" must be an Array of Arrays')
    return row


def _button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad("can't parse inline keyboard button: a button has a text")
    # "Exactly one of the fields other than text, icon and style must be used."
    match [(key, value) for key, value in button.items() if key not in _LOOKS]:
        case [("callback_data", str(data))] if not 1 <= len(data.encode()) <= MAX_CALLBACK_DATA:
            raise bad("BUTTON_DATA_INVALID")
        case [("url", str(url))] if not url.startswith(_LINKS):
            raise bad(f"inline keyboard button URL '{url}' is invalid: unsupported URL protocol")
        case [_]:
            return
        case _:
            raise bad("text buttons are unallowed in the inline keyboard")


_LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})
_LINKS = ("http://", "https://", "tg://")
