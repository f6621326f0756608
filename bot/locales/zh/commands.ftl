# What the menu says of each command.
menu-start = 打个招呼
menu-help = 我能做什么
menu-ask = 向我提问，在群里也可以
menu-new = 开始新的对话
menu-stop = 停止正在生成的回答
menu-retry = 重新回答上一个问题
menu-look = 按你选的方式看照片
menu-describe = 描述照片
menu-short = 简短说说照片里有什么
menu-ocr = 读取照片里的文字
menu-product = 为网店描述照片里的商品
menu-chart = 解读照片里的图表
menu-explain = 给初学者讲解照片
menu-moderate = 判断照片是否适合展示
menu-model = 选择在这里回答的模型
menu-persona = 选择我在这里的角色
menu-cost = 是否显示每次回答的花费
menu-settings = 你的个人设置
menu-usage = 已用多少，还剩多少
menu-language = 我用哪种语言和你说话
menu-privacy = 保存了你的哪些信息
menu-quota = 查看或设置限额
menu-grant = 一次性追加额度
menu-plan = 套餐及其成员
menu-users = 谁在用，花了多少
menu-stats = 花费统计
menu-audit = 谁改了什么
menu-approve = 允许某人使用
menu-ban = 禁止某人使用
menu-unban = 解除对某人的禁用

command-help = 直接给我发消息或照片就行。此外还有：
command-hello = 你好，{ $name }！有什么想问的尽管问，也可以发张照片来问。聊过的内容我都记得，直到你发送 /new。
command-afresh = 好，重新开始：之前聊的先放到一边。
command-afresh-already = 现在就已经是新的对话了。
command-unknown = 没有这个命令。发送 /help 看看有哪些。
command-privacy = 你发给我的内容和我的回答，会连同你的 ID 和名字保存在本机器人运营者的数据库里，并发送给负责回答的模型：{ $models }。每次提问都会带上最近一次 /new 之后的对话，在群里还有发言者的名字。每次回答的花费也会记录下来，用于执行限额。你说的任何内容都不会写入日志。如需删除，请联系本机器人的运营者。
command-model = { $host } 上的 { $model }
command-or = { " " }或{ " " }
command-in-private = 我已经私下回复你了。
command-unreachable = 这不方便让大家看到，而我又没法给你发私信：请先私聊我发送 /start。

# The buttons below it are the languages' own names.
language-which = 想让我用哪种语言和你说话？
language-of-telegram = 跟随 Telegram
language-set = 好，以后说中文。
language-unknown = 我会说 en（English）、zh（中文）和 ru（Русский）。例如发送 /language zh。
