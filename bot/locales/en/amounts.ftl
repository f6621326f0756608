# `figure` is what is written, `count` what it counts as.
amount-requests = { $count ->
    [one] { $figure } request
   *[other] { $figure } requests
}
amount-tokens = { $count ->
    [one] { $figure } token
   *[other] { $figure } tokens
}
amount-images = { $count ->
    [one] { $figure } image
   *[other] { $figure } images
}
amount-usd = { $figure } usd
amount-thousands = { $figure }k

unit-requests = requests
unit-tokens = tokens
unit-images = images
unit-usd = usd

limit-minute = { $amount }/minute
limit-hour = { $amount }/hour
limit-day = { $amount }/day
limit-week = { $amount }/week
limit-month = { $amount }/month
limit-total = { $amount }

limit-whose = { $whose ->
    [user] Your limit
    [group] This group's limit
    [guests] The guests' limit
   *[bot] The bot's limit
}
limit-of-whom = { $whose ->
    [user] your limit
    [group] this group's limit
    [guests] the guests' limit
   *[bot] the bot's limit
}
limit-again = It starts again in { $span }.
limit-never-again = It does not start again by itself; an admin can raise it.
limit-stands = { $used } used, { $left } left
limit-stands-granted = { $used } used, { $left } left and { $granted } granted
limit-stands-again = , again in { $span }

span-days = { $count } d
span-hours = { $count } h
span-minutes = { $count } min

date-day = { $day } { date-month }
date-day-of-year = { $day } { date-month } { $year }
date-month = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
