users-nobody = Nobody has written to me yet.
users-nobody-found = Nobody called { $who } has written to me yet.
users-count = { $count ->
    [one] { $count } person has
   *[other] { $count } people have
} written to me.
users-more = and { $count } more; say more of the name
users-everyone = Everyone
users-by-spend = By spend
users-by-name = By name
users-newest = Newest
users-admin = admin
users-banned = banned
users-guest = guest
users-waiting = waiting
users-not-let-in = not let in
users-this-month = { $cost } this month
users-nothing-this-month = nothing this month

stats-form = Say /stats today, /stats week or /stats month.
stats-nothing = Nobody has asked me anything.
stats-today = Today
stats-this-week = This week
stats-this-month = This month
stats-by-user = By user:
stats-by-model = By model:
stats-others = and { $count } more: { $cost }
stats-lost = Lost: { $cost } in { $count ->
    [one] { $count } attempt
   *[other] { $count } attempts
} that came to nothing.
stats-growing = Reserved: { $cost } for { $count ->
    [one] { $count } answer
   *[other] { $count } answers
} still growing.
stats-unpriced = Not in these costs: { $count ->
    [one] { $count } answer
   *[other] { $count } answers
} without a known price.

audit-nothing = Nobody has changed anything yet.
audit-nothing-older = There is nothing older.
audit-nothing-about = Nobody has changed anything about { $name } yet.
audit-about = About { $name }:
audit-and-older = and older changes
audit-newer = Newer
audit-older = Older
audit-no-value = nothing
audit-the-bot = the bot
audit-the-guests = the guests
audit-the-group = the group { $name }
audit-the-plan = the plan { $name }
# Each stands behind the name of an admin.
audit-quota = set the limits of { $name }: { $before } → { $after }
audit-grant = granted { $name } { $after }
audit-plan = put { $name } on the plan { $after } (was { $before })
audit-let-in = let { $name } in
audit-banned = banned { $name }
audit-let-back = let { $name } back
audit-ask-granted = granted what { $name } asked for
audit-ask-raised = raised the limit that { $name } asked about
audit-ask-declined = declined what { $name } asked for
audit-picture-fit = found a picture of { $name } fine
audit-picture-unfit = found a picture of { $name } not fine
audit-anything = { $action } { $name }: { $before } → { $after }
