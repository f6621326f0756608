door-stranger = Hello! This bot is private: an admin must let you in before I may answer.
    Your id is { $id }.
door-told = I have told the admins that you are here.
door-not-told = I cannot reach an admin myself, so please tell them.
door-waiting = An admin has yet to let you in. Your id is { $id }.
door-refused = An admin has decided that I may not answer you.
door-faceless = I cannot see who you are while you write in the name of a group or a channel, so nobody can let you in. Please write as yourself.
door-card = { $name } (id { $id }) would like to talk to me.
door-let-in = Let in
door-refuse = Refuse
door-form = Say for example /{ $command } @ann or /{ $command } 123456789, or reply to their message.
door-welcome = An admin has let you in. Just write to me, or send me a photo.
door-back = An admin has let you back in.
door-not-out = { $name } is not shut out.
door-unknown = Nobody with the id { $id } has written to me yet.
door-admin = { $name } is an admin. Who is not to be one any more is taken out of ADMINS first.
door-may = { $name } may talk to me now.
door-may-not = { $name } may not talk to me now.

button-admins-only = Only an admin can do that.
button-unknown = This button does not work any more.
button-back = ‹ Back
button-close = Close

arrival-hello = Hello! To ask me something here, write /ask@{ $username } and your question, or reply to one of my messages.
arrival-by-name = Or name me, @{ $username }, in what you write or in a photo's caption.
arrival-has-to-be-let-in = I answer those whom an admin of mine has let in.
arrival-privacy-mode = A word about “{ $title }”: I am in Telegram's privacy mode, so of what is written there I see only commands such as /ask@{ $username }, and replies to my messages. If I shall also hear @{ $username } in a text or a photo's caption, make me an admin of the group; or whoever runs me turns the mode off with /setprivacy at @BotFather, and then I must be removed from the group and added again.
arrival-card = { $who } has added me to the group “{ $title }”.
arrival-leave = Leave the group
arrival-left = I have left the group “{ $title }”.
arrival-not-there = I am not in that group any more.
