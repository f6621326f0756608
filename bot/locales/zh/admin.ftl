subject-group = 群组“{ $name }”
subject-plan = 套餐 { $name }
subject-guests = 全体访客
subject-bot = 整个机器人

whom-nobody = 还没有叫 { $who } 的人给我发过消息。请对方先给我发送 /start。
whom-several = 叫 { $who } 的有好几个人。点一个查看，或者用 @用户名 或 ID 再说一遍。
whom-hidden = 这条消息的作者在转发时隐藏了身份，我认不出是谁。请用 @用户名 或 ID 指明。

quota-form = 要看谁的限额？点一下，或者发送例如 /quota @ann 5 usd/month 20 requests/hour。
    /quota @ann 查看，/quota @ann unlimited 取消限额，/quota @ann reset 恢复套餐限额，/quota @ann plan family 把 Ann 放进套餐。回复某条消息时可省略名字。@ann 也可以换成：plan family、group、guests、bot。
quota-people = 用户
quota-plans = 套餐
quota-groups = 群组
quota-guests = 访客
quota-bot = 机器人
quota-no-groups = 还没有人在群里和我说过话。
quota-which-group = 哪个群？在群里发送 /quota group 就是指那个群。
quota-wrong = 看不懂“{ $text }”：请写成例如 { $example }。

card-limits = 限额
card-plan = 套餐
card-grant = 追加
card-all = ‹ 全部
card-on-plan = ，套餐 { $plan }
card-for-each = { $limit }（套餐内每人）
card-no-limit = 没有限额。
card-shut-out = 已禁用，不能和我聊天。
card-waits = 等待批准。
card-granted = 追加额度：剩余 { $left }
card-granted-for = 追加额度：剩余 { $left }，{ $span }内有效
card-let-back-in = 解除禁用
card-shut-out-button = 禁用

edit-which = { $name }的限额。点一项来修改。
edit-none = { $name }的限额。还没有。
edit-limit = { $name }：{ $limit }。
edit-new-limit = { $name }：新限额。
edit-lift = 取消
edit-lifted = 已取消。
edit-add = 添加限额
edit-of-what = { $name }：限制什么？
edit-in-what-time = { $name }：在多长时间内限制{ $unit }？
edit-a-minute = 每分钟
edit-an-hour = 每小时
edit-a-day = 每天
edit-a-week = 每周
edit-a-month = 每月
edit-for-ever = 总共
edit-set = 已设置：{ $limit }
edit-unlimit = 不限
edit-unlimited = 现在没有限额了。
edit-to-default = 恢复默认
edit-reset = 已恢复为 Telegram 之外的设置。

grant-form = 发送例如 /grant @ann 1 usd、/grant @ann 20 requests for 3 days 或 /grant @ann 5 usd until 2027-01-31。回复某条消息时可省略名字；也可以给 group、guests 和 bot 追加。
grant-not-a-plan = 只能给个人、群组、访客或机器人追加额度；套餐只有限额。
grant-no-limit = { $name }：没有按“{ $unit }”计的限额，无需追加。
grant-no-limits = { $name }没有限额。
grant-what = { $name }：一次性追加什么？
grant-how-long = { $name }：{ $amount }，多久有效？
grant-until-used = 用完为止
grant-for-a-day = 一天
grant-for-a-week = 一周
grant-for-30-days = 30 天
grant-amount = { $whose ->
    [user] 在你的限额之外追加 { $amount }
   *[other] 在限额之外追加 { $amount }
}
grant-amount-for = { $whose ->
    [user] 在你的限额之外追加 { $amount }，{ $span }内有效
   *[other] 在限额之外追加 { $amount }，{ $span }内有效
}
grant-told = 管理员{ $amount }。
grant-given = { $name }：{ $amount }。
grant-not-offered = 这个选项已经没有了。
grant-already = 已经追加过了。

plan-form = 点一个套餐来查看或修改。/plan @ann family 把 Ann 放进套餐，/quota plan family 5 usd/month 修改或新建套餐。
plan-which = { $who } 用哪个套餐？
plan-line = { $plan }：{ $limits }{ $members }
plan-members = （{ $count } 人）
plan-unlimited = 不限
plan-no-limit = 没有限额
plan-is-no-more = { $plan }：已不存在，其中 { $count } 人改用默认套餐
plan-no-such = 没有套餐 { $plan }。现有：{ $plans }。发送 /quota plan { $plan } 5 usd/month 可以新建。
plan-not-a-name = 套餐名最多 16 个字符：小写字母、数字、- 和 _。
plan-needs-a-name = 套餐需要名字：最多 16 个字符，小写字母、数字、- 和 _。
plan-configured = 套餐 { $plan } 写在设置里，请在那里删除。
plan-sure = 套餐 { $plan } 的 { $count } 人会改用默认套餐。确定删除？
plan-delete = 删除
plan-keep = 保留
