"""Each kind of error in words for the one who asked. Nothing raw ever reaches a chat."""

from datetime import datetime
from decimal import Decimal

from bot.assistant import Ending
from bot.images import ImageError, ImageTooHeavy, ImageTooLarge, UnreadableImage
from bot.llm import errors as model
from bot.quota import NANO, PriceUnknown, QuotaExceeded
from storage.records import Limit, Unit, Window

# From a kind of error to its words; the nearest ancestor's words are taken.
WORDS: dict[type[Exception], str] = {
    model.KeyRefused: "The model refuses the bot's key, so I cannot answer now. "
    "Whoever runs this bot has to look at OPENAI_API_KEY.",
    model.NoCredit: "The account that pays for the answers has nothing left, so I cannot answer "
    "now. Whoever runs this bot has to top it up.",
    model.ModelBusy: "The model has too much to do right now. Please ask again in a minute.",
    model.ModelUnavailable: "The model cannot be reached at the moment. "
    "Please ask again in a few minutes.",
    model.ModelSilent: "The model took too long to answer. Please ask again.",
    model.ModelMissing: "The model that I am set to does not exist where I ask for it. "
    "Whoever runs this bot has to look at MODEL.",
    model.NoEndpoint: "What I am told to ask is no model: its address answers with something "
    "else. Whoever runs this bot has to look at OPENAI_BASE_URL, which often ends in /v1.",
    model.PromptTooLong: "That is more than the model can read at once. "
    "Please send less, or start afresh with /new.",
    model.ContentRefused: "The model's provider will not answer that. "
    "Please put it in another way.",
    model.ImageRefused: "The model could not use that picture. Please send another one.",
    model.RequestRefused: "The model refused the question as it stands. "
    "Please put it in another way, or start afresh with /new.",
    ImageTooHeavy: "That picture is larger than the 20 MB that Telegram hands to bots. "
    "Please send it as a photo instead of a file.",
    ImageTooLarge: "That picture has too many pixels for me. "
    "Please send a smaller one, or send it as a photo instead of a file.",
    UnreadableImage: "I could not read that as a picture. It may be damaged, "
    "or of a kind that I do not know: JPEG, PNG, WebP, GIF and HEIC are fine.",
    ImageError: "I could not use that picture. Please send another one.",
}
ENDINGS = {
    Ending.WHOLE: "",
    Ending.LENGTH: "_This is as long as an answer may be. Say “go on” for the rest._",
    Ending.FILTERED: "_The model's provider ended the answer here._",
    Ending.CUT: "_The connection to the model broke off here. Please ask again._",
    Ending.STOPPED: "_Stopped._",
    Ending.USED_UP: "The model thought for so long that nothing was left for the answer. "
    "Please ask in smaller steps.",
    Ending.EMPTY: "The model had nothing to say to that. Please put it in another way.",
}
TOLD = (model.ModelError, ImageError, QuotaExceeded, PriceUnknown)
APOLOGY = "Something went wrong on my side, and I could not deal with your message. I am sorry."


def words(error: Exception, now: datetime) -> str:
    """What to say about an error."""
    match error:
        case QuotaExceeded():
            return exceeded(error, now)
        case PriceUnknown():
            return (
                "I cannot tell what this model costs, and there is a limit in USD, so I must not "
                f"ask it. Whoever runs this bot can set the price of {error.model} in teller.toml."
            )
        case _:
            return next(WORDS[kind] for kind in type(error).__mro__ if kind in WORDS)


def exceeded(error: QuotaExceeded, now: datetime) -> str:
    """Which limit has no room left, how much was used, and when it has some again."""
    whose = {"user": "Your", "group": "This group's", "bot": "The bot's"}
    subject = whose[error.limit.subject.partition(":")[0]]
    used = amount(error.limit.unit, error.used)
    return (
        f"{subject} limit of {limit(error.limit)} has no room for this: {used} used. "
        f"{resets(error.resets_at, now)}"
    )


def resets(at: datetime | None, now: datetime) -> str:
    """When there is room again."""
    if at is None:
        return "It does not start again by itself; an admin can raise it."
    return f"It starts again in {span(at, now)}."


def span(at: datetime, now: datetime) -> str:
    """How long it is until then, in the two largest units that matter."""
    minutes = max(1, -int((now.timestamp() - at.timestamp()) // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    told = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(told[:2])


def limit(given: Limit) -> str:
    """A limit as it is written everywhere."""
    window = "" if given.window is Window.TOTAL else f"/{given.window}"
    if given.unit is not Unit.USD and given.amount and given.amount % 1000 == 0:
        return f"{given.amount // 1000}k {given.unit}{window}"
    return f"{amount(given.unit, given.amount).replace(',', '')}{window}"


def amount(unit: Unit, count: int) -> str:
    """So much of a unit, money with as many digits as it takes, to a millionth."""
    if unit is not Unit.USD:
        return f"{count:,} {unit if count != 1 else unit.removesuffix('s')}"
    dollars = Decimal(count) / NANO
    digits = f"{dollars:.6f}".rstrip("0")
    whole, _, cents = digits.partition(".")
    return f"{whole}.{cents:0<2} usd" if cents else f"{whole} usd"


def note(text: str, ending: Ending) -> str:
    """An answer, and a word about why it ends where it ends."""
    if ending is Ending.FILTERED and not text:
        return WORDS[model.ContentRefused]
    return "\n\n".join(filter(None, [text.strip(), ENDINGS[ending]]))
