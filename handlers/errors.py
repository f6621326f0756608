"""Each kind of error in words for the one who asked. Nothing raw ever reaches a chat."""

from datetime import datetime

from bot.answers import Answer, Ending
from bot.images import ImageError, ImageTooHeavy, ImageTooLarge, UnreadableImage
from bot.llm import errors as model
from bot.quota import PriceUnknown, QuotaExceeded
from bot.zips import NoZip, ZipError, ZipTooFull, ZipTooHeavy, ZipWithout
from handlers import amounts

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
    model.ModelBlind: "The model that answers here does not look at pictures. "
    "Please tell me in words what you would like to know, or choose another model with /model.",
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
    NoZip: "I could not open that as a ZIP file. It may be damaged, or not have come whole: "
    "please pack it anew and send it again.",
    ZipTooHeavy: "That ZIP file is larger than the 20 MB that Telegram hands to bots. "
    "Please divide the pictures among several.",
    ZipTooFull: "There are more than 10,000 files in that ZIP file. "
    "Please pack only the pictures that I am to look at.",
    ZipWithout: "There is no picture in that ZIP file that I could look at: "
    "JPEG, PNG, WebP, GIF and HEIC are fine.",
    ImageError: "I could not use that picture. Please send another one.",
}
ENDINGS = {
    Ending.WHOLE: "",
    Ending.LENGTH: "_This is as long as an answer may be. Say “go on” for the rest._",
    Ending.BRIEF: "_I had to be brief: a limit leaves no room for more. /usage says which._",
    Ending.FILTERED: "_The model's provider ended the answer here._",
    Ending.CUT: "_The connection to the model broke off here. Please ask again._",
    Ending.LATE: "_This took too long, so I stopped here._",
    Ending.STOPPED: "_Stopped._",
    Ending.USED_UP: "The model thought for so long that nothing was left for the answer. "
    "Please ask in smaller steps.",
    Ending.EMPTY: "The model had nothing to say to that. Please put it in another way.",
}
BRIEF = "_I had to be brief: {whose} limit of {limit} leaves no room for more. /usage says when._"
TOLD = (model.ModelError, ImageError, ZipError, QuotaExceeded, PriceUnknown)
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
    whose = amounts.whose(error.limit)
    used = amounts.amount(error.limit.unit, error.used)
    return (
        f"{whose[0].upper()}{whose[1:]} limit of {error.limit} has no room for this: {used} used. "
        f"{amounts.resets(error.resets_at, now)}"
    )


def note(answer: Answer) -> str:
    """An answer, and a word about why it ends where it ends."""
    if answer.ending is Ending.FILTERED and not answer.text:
        return WORDS[model.ContentRefused]
    ending = ENDINGS[answer.ending]
    if answer.brief is not None:
        ending = BRIEF.format(whose=amounts.whose(answer.brief), limit=answer.brief)
    return "\n\n".join(filter(None, [answer.text.strip(), ending]))
