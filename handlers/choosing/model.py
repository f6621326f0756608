"""`/model`: which model answers in a chat or topic."""

from bot.models import Model
from handlers import access, amounts
from handlers.choosing.presses import PickModel
from handlers.context import Context, Pressed, Services
from handlers.views import Outcome, View, in_rows, lines
from storage import choices
from storage.money import Unit

NONE = 0
HERE = "{title} answers here."
BY_ITSELF = "Here I choose by myself which model answers."
PRICES = "In USD per million tokens, sent and received:"
LINE = "• {title}{name}: {price}{blind}"
UNKNOWN = "no price is known"
BLIND = ", does not look at pictures"
AUTOMATIC = "By itself"
CHOSEN = "✓ "
ONLY_ONE = "{title} answers here; there is no other to choose."
NOBODY = "There is no model called “{words}” here. /model shows which there are."
SEVERAL = "Several may be meant: {titles}. Please say more of the name."
ADMINS_CHOOSE = "In a group only its admins can choose that."
GONE = "That cannot be chosen any more. /model shows what can."
LONGEST_NAME = 60


async def show_or_choose(context: Context) -> None:
    """Show the models to choose from, or choose the one that is named."""
    words = " ".join(context.words)
    if not words:
        await context.show(_view(context.services, context.choice.model))
        return
    found = context.services.models.called(words)
    match found:
        case []:
            await context.say(NOBODY.format(words=words[:LONGEST_NAME]))
        case [model]:
            await _choose(context, model)
        case _:
            titles = ", ".join(each.title for each in found)
            await context.say(SEVERAL.format(titles=titles))


async def on_pick(pressed: Pressed, press: PickModel) -> Outcome:
    """Choose a model by its button."""
    services = pressed.services
    model = services.models.marked(press.mark)
    if pressed.message is None or (model is None and press.mark != NONE):
        return Outcome(GONE)
    if not await access.is_group_admin(pressed):
        return Outcome(ADMINS_CHOOSE)
    key = model.key if model else None
    await services.database.run(choices.choose_model, pressed.place, key)
    return Outcome(view=_view(services, key))


async def _choose(context: Context, model: Model) -> None:
    if not await access.is_group_admin(context):
        await context.say(ADMINS_CHOOSE)
        return
    await context.services.database.run(choices.choose_model, context.place, model.key)
    await context.say(HERE.format(title=model.title))


def _view(services: Services, key: str | None) -> View:
    """The models, what they cost, and which one answers here."""
    models = services.models
    chosen = models.named(key)
    if len(models.offered) == 1:
        return View(ONLY_ONE.format(title=models.standard.title))
    current = chosen or (None if models.chooses else models.standard)
    buttons = [
        (_label(model.title, is_chosen=model == current), PickModel(model.mark))
        for model in models.offered
    ]
    if models.chooses:
        buttons.append((_label(AUTOMATIC, is_chosen=current is None), PickModel(NONE)))
    return View(
        lines(
            HERE.format(title=current.title) if current else BY_ITSELF,
            PRICES,
            [_line(services, model) for model in models.offered],
        ),
        in_rows(buttons, 2),
    )


def _label(title: str, *, is_chosen: bool) -> str:
    return f"{CHOSEN if is_chosen else ''}{title}"


def _line(services: Services, model: Model) -> str:
    rates = (each for each in services.assistant.rates(model) if each is not None)
    told = [amounts.bare(Unit.USD, each) for each in rates]
    return LINE.format(
        title=model.title,
        name=f" ({model.name})" if model.name != model.title else "",
        price=" and ".join(told) or UNKNOWN,
        blind="" if model.sees else BLIND,
    )
