answer-stop = Stop
answer-go-on = Continue
answer-retry = Retry
answer-slow = Still thinking…
answer-looking = Looking at the photo again…
answer-nothing-to-read = There is nothing in your message that I could read. Please write a few words.
answer-not-yet = I can read text and look at photos; with this I cannot do anything yet. Please tell me in words, or send a photo.
answer-late = I was away. What was written here more than { $span } ago I have left unanswered; please ask again if it still matters.

redo-nothing-to-stop = Nothing is being answered here right now.
redo-not-yours-to-stop = Only who asked, or an admin, can stop this answer.
redo-nothing = There is no answer here yet that I could make anew.
redo-not-newest = That works with the newest answer only.
redo-not-yours = Only who asked can have that answered anew.
