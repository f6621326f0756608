door-stranger = Hello! This bot is private: an admin must let you in before I may answer.
    Your id is { $id }.
door-told = I have told the admins that you are here.
door-not-told = I cannot reach an admin myself, so please tell them.
door-waiting = An admin has yet to let you in. Your id is { $id }.
door-refused = An admin has decided that I may not answer you.
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
