subject-group = The group { $name }
subject-plan = The plan { $name }
subject-guests = All guests together
subject-bot = The whole bot

whom-nobody = Nobody called { $who } has written to me yet. Ask them to send me /start first.
whom-several = Several people are called { $who }. Tap one to see the card, or say it again with their @name or id.
whom-hidden = Whoever wrote that hides who they are when their messages are forwarded, so I cannot tell who it is. Say their @name or id.

quota-form = Whose limits? Tap, or say for example /quota @ann 5 usd/month 20 requests/hour.
    /quota @ann shows, /quota @ann unlimited lifts, /quota @ann reset goes back to the plan, /quota @ann plan family puts Ann on a plan. As a reply to a message, leave the name out. Instead of @ann: plan family, group, guests, bot.
quota-people = People
quota-plans = Plans
quota-groups = Groups
quota-guests = Guests
quota-bot = The bot
quota-no-groups = Nobody has spoken to me in a group yet.
quota-which-group = Which group? In the group itself, /quota group means that one.
quota-wrong = "{ $text }": say for example { $example }.

card-limits = Limits
card-plan = Plan
card-grant = Grant
card-all = ‹ All
card-on-plan = , plan { $plan }
card-for-each = { $limit }, for each of its members
card-no-limit = No limit.
card-shut-out = Shut out: may not talk to me.
card-waits = Waits to be let in.
card-granted = Granted on top: { $left } left
card-granted-for = Granted on top: { $left } left, for another { $span }
card-let-back-in = Let back in
card-shut-out-button = Shut out

edit-which = { $name }, limits. Tap one to change it.
edit-none = { $name }, limits. There is none.
edit-limit = { $name }: { $limit }.
edit-new-limit = { $name }: a new limit.
edit-lift = Take away
edit-lifted = Taken away.
edit-add = Add a limit
edit-of-what = { $name }: a limit of what?
edit-in-what-time = { $name }: so many { $unit } in what time?
edit-a-minute = a minute
edit-an-hour = an hour
edit-a-day = a day
edit-a-week = a week
edit-a-month = a month
edit-for-ever = for ever
edit-set = Set: { $limit }
edit-unlimit = Unlimited
edit-unlimited = No limit now.
edit-to-default = Back to the default
edit-reset = As it was set outside of Telegram.

grant-form = Say for example /grant @ann 1 usd, /grant @ann 20 requests for 3 days, or /grant @ann 5 usd until 2027-01-31. As a reply to a message, leave the name out; group, guests and bot can be granted something, too.
grant-not-a-plan = A grant is for people, a group, the guests or the bot; a plan has only limits.
grant-no-limit = { $name }: no limit in { $unit } holds, so there is nothing to add to.
grant-no-limits = { $name } has no limit.
grant-what = { $name }: grant what, once?
grant-how-long = { $name }: { $amount }, for how long?
grant-until-used = until it is used
grant-for-a-day = for a day
grant-for-a-week = for a week
grant-for-30-days = for 30 days
grant-amount = { $amount } on top of { $whose ->
    [user] your
   *[other] the
} limits
grant-amount-for = { $amount } on top of { $whose ->
    [user] your
   *[other] the
} limits, for { $span }
grant-told = An admin has granted you { $amount }.
grant-given = { $name }: { $amount }.
grant-not-offered = That is not offered any more.
grant-already = That is granted already.

plan-form = Tap a plan to see or change it. /plan @ann family puts Ann on one, /quota plan family 5 usd/month changes it, or makes it.
plan-which = Which plan for { $who }?
plan-line = { $plan }: { $limits }{ $members }
plan-members = { " " }({ $count } on it)
plan-unlimited = unlimited
plan-no-limit = no limit
plan-is-no-more = { $plan }: is no more; its { $count } have the default
plan-no-such = There is no plan { $plan }. There are: { $plans }. /quota plan { $plan } 5 usd/month would make it.
plan-not-a-name = A plan's name is up to 16 small letters, digits, - and _.
plan-needs-a-name = A plan needs a name: up to 16 small letters, digits, - and _.
plan-configured = The plan { $plan } stands in the settings: take it out there.
plan-sure = { $count ->
    [one] { $count } person
   *[other] { $count } people
} on the plan { $plan } would have the default again. Delete it?
plan-delete = Delete
plan-keep = Keep
