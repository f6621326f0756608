choice-admins-only = In a group only its admins can choose that.

model-here = { $title } answers here.
model-by-itself = Here I choose by myself which model answers.
model-prices = In USD per million tokens, sent and received:
model-line = • { $title }: { $price }
model-line-blind = • { $title }: { $price }, does not look at pictures
model-price = { $sent } and { $received }
model-unpriced = no price is known
model-automatic = By itself
model-only-one = { $title } answers here; there is no other to choose.
model-nobody = There is no model called “{ $name }” here. /model shows which there are.
model-several = Several may be meant: { $titles }. Please say more of the name.
model-gone = That cannot be chosen any more. /model shows what can.

persona-usual = the usual one
persona-usually = As usual
persona-here = Here I am: { $who }.
persona-own = Here I am who you said:
    “{ $text }”
persona-how = Choose another, or say who I shall be: /persona You are a pirate.
persona-how-alone = Say who I shall be: /persona You are a pirate.
persona-too-long = That is { $length } characters, and I can be described in { $longest } at the most.
persona-gone = That cannot be chosen any more. /persona shows what can.

cost-shown = Below each answer to you stands what it cost.
cost-hidden = What an answer cost is not shown below it. /usage says what all of them have cost.
cost-show = Show it
cost-hide = Do not show it

wish-yours = This is yours to set. It holds wherever you write to me:
wish-on = • { $title }: on. { $about }
wish-off = • { $title }: off. { $about }
wish-switch-on = { $title }: switch on
wish-switch-off = { $title }: switch off
wish-of-chats = /model and /persona choose who answers, and as whom, in one chat. /language is the one I speak to you.
wish-rich = Rich messages
wish-rich-about = Tables, task lists and formulas look as they should. An app that is old may show nothing of such an answer; then switch them off.
wish-drafts = Drafts
wish-drafts-about = In private chats an answer grows as a draft, more smoothly and with Telegram's own Stop. If your app flickers then, switch them off.
wish-cost = Cost
wish-cost-about = Below each answer to you stands what it cost.
