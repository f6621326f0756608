"""A press of a button, for tests of what is shown then."""

from telegram import User

from handlers.context import Pressed, Services
from storage.choices import Choice
from storage.records import Person, Place
from tests.conftest import ADA


def pressed_by_admin(bot: Services) -> Pressed:
    """A button that Ada pressed in her own chat."""
    return Pressed(
        services=bot,
        update_id=1,
        attempt=1,
        user=User(ADA.id, ADA.first_name, is_bot=False),
        person=Person(user_id=ADA.id, name=ADA.first_name, language="en"),
        message=None,
        place=Place(chat_id=ADA.id),
        choice=Choice(),
    )
