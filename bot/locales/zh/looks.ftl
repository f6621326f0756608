look-describe = 描述
look-short = 简短
look-text = 读取文字
look-product = 商品
look-chart = 图表
look-explain = 讲解
look-moderate = 审核
look-how = { $count ->
    [1] 要我怎么看这张图？
   *[other] 要我怎么看这些图？
}
look-how-else = { $way }（{ $detail }）：回答在下面。
    { $count ->
        [1] 还要我怎么看这张图？
       *[other] 还要我怎么看这些图？
    }
look-how-closely = { $way }：要看得多仔细？
look-alone = { $count ->
    [1] 价格只算图片本身，回答另计。
   *[other] 价格只算这 { $count } 张图片，回答另计。
}
look-unpriced = 价格未知
look-cheaper = 看得粗略一些（{ $detail }），{ $count ->
    [1] 这张图片
   *[other] 这 { $count } 张图片
}只需 { $fewer }，而不是 { $now }：用 /look 回复并选择 { $detail }。
look-form = 发送照片或相册时用 /look 作说明，或者用 /look 回复一张照片：我会给出几种看法供你选。也可以一步到位：/describe、/short、/ocr、/product、/chart、/explain 或 /moderate，后面可以加上要求，例如“/ocr 只要总额”。用 /look 发送装有图片的 ZIP 文件，我会逐张描述。
look-not-again = 这张图没法再从 Telegram 取一次，所以不能让你选。请直接说明要做什么，例如 /describe 或 /ocr，或者以照片形式发送。
look-gone = 时间太久了。请用 /look 回复那张图片。
look-not-yours = 这里只有提问者或管理员可以选。请你自己用 /look 回复那张图片。
look-taken = 这个已经选过了。想换一种看法，请再选一次。

verdict-referred = 这张我拿不准，会由管理员决定。有消息就告诉你。
verdict-card = { $who } 的这张图片没问题吗？
verdict-model-unsure = 模型拿不准。
verdict-doubts = 提供方的审核对以下方面存疑：{ $doubts }。
verdict-fit = 没问题
verdict-unfit = 有问题
verdict-show = 查看
verdict-said-fit = 管理员看过你的图片了：没问题。
verdict-said-unfit = 管理员看过你的图片了：有问题，请不要展示。
verdict-told-fit = { $who }：图片没问题。
verdict-told-unfit = { $who }：图片有问题。
verdict-no-picture = 这张图片我已经没有了。
verdict-shown = 就是这张。
