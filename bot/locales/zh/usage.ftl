usage-no-limits = 你的用量没有限额。
usage-you = 你
usage-group = 本群
usage-guests = 全体访客
usage-bot = 整个机器人
usage-granted = 追加额度：剩余 { $left }
usage-granted-for = 追加额度：剩余 { $left }，{ $span }内有效
usage-cost = 你的回答花费
usage-today = 今天：{ $cost }，{ $requests }
usage-this-month = 本月：{ $cost }，{ $requests }
usage-in-all = 累计：{ $cost }，{ $requests }
usage-unpriced = 本月有 { $count } 个回答来自价格未知的模型，没有计算在内。

# On the picture; its font has no Chinese signs.
chart-usd = USD
chart-tokens = Token
chart-tokens-unpriced = Token (USD: ?)
chart-others = …
chart-day = { $month }/{ $day }
# Below the picture.
chart-caption = 最近 { $days } 天：{ $total }
