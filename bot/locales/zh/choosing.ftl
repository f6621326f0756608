choice-admins-only = 在群里只有群管理员可以选择。

model-here = 这里由 { $title } 回答。
model-by-itself = 在这里，由我自己决定用哪个模型回答。
model-prices = 每百万 token 的价格（USD，输入和输出）：
model-line = • { $title }：{ $price }
model-line-blind = • { $title }：{ $price }，不会看图
model-price = { $sent } 和 { $received }
model-unpriced = 价格未知
model-automatic = 自动选择
model-only-one = 这里由 { $title } 回答，没有别的模型可选。
model-nobody = 这里没有叫“{ $name }”的模型。发送 /model 查看有哪些。
model-several = 可能指的有好几个：{ $titles }。请把名字写得更完整些。
model-gone = 这个已经不能选了。发送 /model 查看可选的模型。

persona-usual = 默认
persona-usually = 默认角色
persona-here = 我在这里的角色：{ $who }。
persona-own = 我在这里的角色由你设定：
    “{ $text }”
persona-how = 选择另一个，或者告诉我该扮演谁：/persona 你是一名海盗。
persona-how-alone = 告诉我该扮演谁：/persona 你是一名海盗。
persona-too-long = 这有 { $length } 个字符，而角色描述最多 { $longest } 个字符。
persona-gone = 这个已经不能选了。发送 /persona 查看可选的角色。

cost-shown = 每次回答你之后，下面都会写明花费。
cost-hidden = 回答下面不显示花费。发送 /usage 查看总共花了多少。
cost-show = 显示
cost-hide = 不显示

wish-yours = 这些由你自己设置，无论在哪里和我聊都有效：
wish-on = • { $title }：开。{ $about }
wish-off = • { $title }：关。{ $about }
wish-switch-on = { $title }：开启
wish-switch-off = { $title }：关闭
wish-of-chats = 在某个聊天里由谁、以什么身份回答，用 /model 和 /persona 选择；我和你说哪种语言，用 /language 选择。
wish-rich = 富文本消息
wish-rich-about = 表格、任务清单和公式按原样显示。旧版应用可能完全不显示这样的回答，那时请关闭。
wish-drafts = 草稿
wish-drafts-about = 在私聊中，回答以草稿的形式出现，更流畅，并带有 Telegram 自己的停止按钮。如果你的应用因此闪烁，请关闭。
wish-cost = 花费
wish-cost-about = 每次回答你之后，下面都会写明花费。
