"""What the bot says in English, for tests to compare with."""

from bot.words import words_in

english = words_in("en")
