usage-no-limits = There is no limit on what you may use.
usage-you = You
usage-group = This group
usage-guests = All guests
usage-bot = The whole bot
usage-granted = Granted: { $left } left
usage-granted-for = Granted: { $left } left, for another { $span }
usage-cost = What your answers cost
usage-today = Today: { $cost }, { $requests }
usage-this-month = This month: { $cost }, { $requests }
usage-in-all = In all: { $cost }, { $requests }
usage-unpriced = { $count ->
    [one] { $count } answer this month, by a model without a known price, is not in it.
   *[other] { $count } answers this month, by a model without a known price, are not in it.
}

# On the picture; its font has no Chinese signs.
chart-usd = USD per day
chart-tokens = Tokens per day
chart-tokens-unpriced = Tokens per day (no price is known)
chart-others = others
chart-day = { $day } { date-month }
# Below the picture.
chart-caption = The last { $days } days: { $total }
