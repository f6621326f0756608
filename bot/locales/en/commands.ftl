# What the menu says of each command; docs/commands.md has the same words.
menu-start = say hello
menu-help = what I can do
menu-ask = ask me something, in a group too
menu-new = begin the conversation afresh
menu-stop = stop the answer that is growing
menu-retry = answer my last question anew
menu-look = look at a photo in a way of your choice
menu-describe = describe a photo
menu-short = say in short what a photo shows
menu-ocr = read the text in a photo
menu-product = describe a photo's product for a shop
menu-chart = read the chart in a photo
menu-explain = explain a photo to a learner
menu-moderate = judge whether a photo can be shown
menu-model = choose which model answers here
menu-persona = choose who I am here
menu-cost = show what each answer costs, or not
menu-settings = your own settings
menu-usage = what you have used, and may still use
menu-language = the language I speak to you
menu-privacy = what is kept about you
menu-quota = show or set limits
menu-grant = give someone more, once
menu-plan = plans, and who is on which
menu-users = who writes to me, and what it costs
menu-stats = what was spent
menu-audit = who changed what
menu-approve = let someone in
menu-ban = shut someone out
menu-unban = let someone back

command-help = Write to me or send me a photo. Besides:
command-hello = Hello, { $name }! Ask me anything, or send me a photo and ask about it. I remember what we talked about until you say /new.
command-afresh = A fresh start: I have put aside what we talked about.
command-afresh-already = This is a fresh start already.
command-unknown = I do not know that command. /help says which there are.
command-privacy = What you write and send me, and what I answer, is kept in the database of whoever runs this bot, with your id and name, and sent to the model that answers: { $models }. With each question goes the part of our conversation since the last /new, in a group with the names of those who speak. What each answer cost is kept too, to hold the limits. Nothing of what you say is written to a log. To have it erased, ask whoever runs this bot.
command-model = { $model } at { $host }
command-or = { " " }or{ " " }
command-in-private = I have answered you in private.
command-unreachable = That is not for everybody's eyes, and I cannot write to you: send me /start first.

# The buttons below it are the languages' own names.
language-which = Which language shall I speak with you?
language-of-telegram = As in Telegram
language-set = English it is.
language-unknown = I speak en (English), zh (中文) and ru (Русский). Say for example /language en.
