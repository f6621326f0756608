# `figure` is what is written, `count` what it counts as.
amount-requests = { $count ->
   *[other] { $figure } 次请求
}
amount-tokens = { $count ->
   *[other] { $figure } 个 token
}
amount-images = { $count ->
   *[other] { $figure } 张图片
}
amount-usd = { $figure } USD
amount-thousands = { $figure }k

unit-requests = 请求
unit-tokens = token
unit-images = 图片
unit-usd = USD

limit-minute = 每分钟 { $amount }
limit-hour = 每小时 { $amount }
limit-day = 每天 { $amount }
limit-week = 每周 { $amount }
limit-month = 每月 { $amount }
limit-total = 总共 { $amount }

limit-whose = { $whose ->
    [user] 你的限额
    [group] 本群的限额
    [guests] 访客的限额
   *[bot] 机器人的限额
}
limit-of-whom = { $whose ->
    [user] 你的限额
    [group] 本群的限额
    [guests] 访客的限额
   *[bot] 机器人的限额
}
limit-again = { $span }后重新计算。
limit-never-again = 它不会自动恢复，管理员可以提高它。
limit-stands = 已用 { $used }，剩余 { $left }
limit-stands-granted = 已用 { $used }，剩余 { $left }，另有追加额度 { $granted }
limit-stands-again = ，{ $span }后重新计算

span-days = { $count } 天
span-hours = { $count } 小时
span-minutes = { $count } 分钟

date-day = { date-month }{ $day }日
date-day-of-year = { $year }年{ date-month }{ $day }日
date-month = { $month }月
