notice-used = { $percent } % of { limit-of-whom } of { $limit } is used: { $left } left. { $again }
notice-used-up = That was the last of { limit-of-whom } of { $limit }. { $again }
notice-key-refused = { $host } refuses the bot's key, so { $who }. Look at { $key }, and start me again. Until then I try now and then.
notice-no-credit = The account at { $host } has nothing left, so { $who }. Once it is topped up I go on by myself.
notice-nobody = nobody gets an answer
notice-stand-in = { $model } answers in its place
notice-key-of = api_key in [endpoints.{ $endpoint }]
notice-stood-in = { $model } at { $host } does not answer: { $why }. { $other } answers in its place for now.
notice-model-works = { $model } at { $host } answers again.
notice-why-busy = it has too much to do
notice-why-missing = there is no such model
notice-why-silent = it takes too long
notice-why-unavailable = it cannot be reached, or fails
notice-why-no-endpoint = what is there is no model
notice-endpoint-works = { $host } answers again.
notice-unpriced = Nobody knows what the model { $model } costs, and a limit in USD holds, so I refuse to ask it. Set its price in teller.toml: [prices."{ $model }"] with input and output in USD per million tokens; or take the limits in USD away.

shutdown-ahead = { $host } will shut down { $model } in { $days ->
    [one] one day
   *[other] { $days } days
}, on { $date }. { $what }
shutdown-today = { $host } shuts down { $model } today, { $date }. { $what }
shutdown-over = { $host } has shut down { $model }, on { $date }. { $what }
shutdown-instead = It is set in { $settings }. Set { $model } in its place, such as { $example }, and start me again.
shutdown-another = It is set in { $settings }. Set another in its place, and start me again.

ask-for-more = Ask for more
ask-not-yours = Only the one who was refused can ask here.
ask-asked = I have asked the admins. You will hear from me.
ask-asked-already = I have asked the admins already.
ask-unreached = I cannot reach an admin just now. Please tell one yourself.
ask-gone = That limit does not hold any more.
ask-decided = That is decided already.
ask-card = { $who } asks for more. { $whose } of { $limit }: { $used } used. { $again }
ask-their-limit = Their limit
ask-limit-of = { $name }, a limit
ask-grant = Grant { $amount } once
ask-raise = Raise to { $limit }
ask-decline = Decline
ask-said-granted = An admin has granted you { $what } on top of the limit, once. Just go on.
ask-said-raised = An admin has raised the limit to { $what }. Just go on.
ask-said-declined = An admin has declined to give you more for now.
ask-told-granted = { $who }: granted { $what }, once.
ask-told-raised = { $who }: raised to { $what }.
ask-told-declined = { $who }: declined.
