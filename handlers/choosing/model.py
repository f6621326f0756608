"""`/model`: which model answers in a chat or topic."""

from bot.models import Model
from bot.words import Words
from handlers import access, amounts
from handlers.choosing.presses import PickModel
from handlers.context import Context, Pressed, Services
from handlers.views import Outcome, View, in_rows, lines
from storage import choices
from storage.money import Unit

NONE = 0
CHOSEN = "✓ "
LONGEST_NAME = 60


async def show_or_choose(context: Context) -> None:
    """Show the models to choose from, or choose the one that is named."""
    name, words = " ".join(context.arguments), context.words
    if not name:
        await context.show(_view(context, context.choice.model))
        return
    found = context.services.models.called(name)
    match found:
        case []:
            await context.say(words("model-nobody", name=name[:LONGEST_NAME]))
        case [model]:
            await _choose(context, model)
        case _:
            titles = ", ".join(each.title for each in found)
            await context.say(words("model-several", titles=titles))


async def on_pick(pressed: Pressed, press: PickModel) -> Outcome:
    """Choose a model by its button."""
    services = pressed.services
    model = services.models.marked(press.mark)
    if pressed.message is None or (model is None and press.mark != NONE):
        return Outcome(pressed.words("model-gone"))
    if not await access.is_group_admin(pressed):
        return Outcome(pressed.words("choice-admins-only"))
    key = model.key if model else None
    await services.database.run(choices.choose_model, pressed.place, key)
    return Outcome(view=_view(pressed, key))


async def _choose(context: Context, model: Model) -> None:
    if not await access.is_group_admin(context):
        await context.say(context.words("choice-admins-only"))
        return
    await context.services.database.run(choices.choose_model, context.place, model.key)
    await context.say(context.words("model-here", title=model.title))


def _view(by: Context | Pressed, key: str | None) -> View:
    """The models, what they cost, and which one answers here."""
    models, words = by.services.models, by.words
    chosen = models.named(key)
    if len(models.offered) == 1:
        return View(words("model-only-one", title=models.standard.title))
    current = chosen or (None if models.chooses else models.standard)
    buttons = [
        (_label(model.title, is_chosen=model == current), PickModel(model.mark))
        for model in models.offered
    ]
    if models.chooses:
        automatic = _label(words("model-automatic"), is_chosen=current is None)
        buttons.append((automatic, PickModel(NONE)))
    return View(
        lines(
            words("model-here", title=current.title) if current else words("model-by-itself"),
            words("model-prices"),
            [_line(by.services, model, words) for model in models.offered],
        ),
        in_rows(buttons, 2),
    )


def _label(title: str, *, is_chosen: bool) -> str:
    return f"{CHOSEN if is_chosen else ''}{title}"


def _line(services: Services, model: Model, words: Words) -> str:
    title = model.title if model.name == model.title else f"{model.title} ({model.name})"
    price = _price(services, model, words)
    return words("model-line" if model.sees else "model-line-blind", title=title, price=price)


def _price(services: Services, model: Model, words: Words) -> str:
    match services.assistant.rates(model):
        case int(sent), int(received):
            prompt = amounts.bare(Unit.USD, sent, words)
            answer = amounts.bare(Unit.USD, received, words)
            return words("model-price", sent=prompt, received=answer)
        case _:
            return words("model-unpriced")
