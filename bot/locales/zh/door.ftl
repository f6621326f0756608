door-stranger = 你好！这是私人机器人：需要管理员批准后我才能回答你。
    你的 ID 是 { $id }。
door-told = 我已经告诉管理员你来了。
door-not-told = 我联系不上管理员，请你直接告诉他们。
door-waiting = 管理员还没有批准。你的 ID 是 { $id }。
door-refused = 管理员决定不让我回答你。
door-faceless = 你以群组或频道的名义发言时，我看不出你是谁，所以没法批准。请用自己的身份发言。
door-card = { $name }（ID { $id }）想和我聊天。
door-let-in = 批准
door-refuse = 拒绝
door-form = 例如发送 /{ $command } @ann 或 /{ $command } 123456789，或者回复对方的消息。
door-welcome = 管理员批准了。直接给我发消息或照片吧。
door-back = 管理员重新允许你使用了。
door-not-out = { $name } 没有被禁用。
door-unknown = 还没有 ID 为 { $id } 的人给我发过消息。
door-admin = { $name } 是管理员。请先把对方从 ADMINS 里移除。
door-may = { $name } 现在可以和我聊天了。
door-may-not = { $name } 现在不能和我聊天了。

button-admins-only = 只有管理员可以这样做。
button-unknown = 这个按钮已经失效了。
button-back = ‹ 返回
button-close = 关闭

arrival-hello = 大家好！想在这里问我，请发送 /ask@{ $username } 加上问题，或者回复我的消息。
arrival-by-name = 也可以在消息或照片说明里提到 @{ $username }。
arrival-has-to-be-let-in = 我只回答我的管理员批准的人。
arrival-privacy-mode = 关于群组“{ $title }”：我处于 Telegram 的隐私模式，在那里只能看到 /ask@{ $username } 之类的命令和对我消息的回复。如果希望我也能看到消息或照片说明里的 @{ $username }，请把我设为群管理员；或者由运营者在 @BotFather 用 /setprivacy 关闭该模式，然后把我移出群再重新添加。
arrival-card = { $who } 把我加进了群组“{ $title }”。
arrival-leave = 退出该群
arrival-left = 我已退出群组“{ $title }”。
arrival-not-there = 我已经不在那个群里了。
