"""Who there is in the playground, and how Telegram tells of them."""

from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

# Those of core.telegram.org/bots/api#chatmemberadministrator that each administrator has.
_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who writes to the bot, or the bot itself."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str = "en"
    is_bot: bool = False

    def json(self) -> Json:
        """Tell of this person as Telegram's User does."""
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        if not self.is_bot:
            user["language_code"] = self.language_code
        return user


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation with the bot: of one person, or of several in a group."""

    id: int
    type: str
    title: str | None
    members: tuple[int, ...]

    @property
    def is_private(self) -> bool:
        return self.type == "private"

    def json(self, person: Person | None = None) -> Json:
        """Tell of this chat as Telegram's Chat does; a private one needs its person."""
        chat: Json = {"id": self.id, "type": self.type}
        if self.title is not None:
            chat["title"] = self.title
        if person is not None:
            chat["first_name"] = person.first_name
            if person.username:
                chat["username"] = person.username
        return chat


def membership(user: Json, status: str) -> Json:
    """Tell of somebody's part in a chat as Telegram's ChatMember does."""
    more: Json = {"until_date": 0} if status == "kicked" else {}
    if status == "administrator":
        more = dict.fromkeys(_RIGHTS, True)
    return {"user": user, "status": status, **more}
