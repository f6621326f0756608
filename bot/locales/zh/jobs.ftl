job-describe-all = 全部描述
job-offer = 如果{ $name }里有图片，我可以逐张描述，并把描述和标签以文本和表格的形式发给你。
job-that-file = 这个文件
job-photo = 照片 { $number }
job-gone = 这里没有要描述的了。
job-under-way = 我已经在做了。
job-not-yours = 只有发送图片的人或管理员可以这样做。
job-stopping = 正在停止。已完成的部分会以文件形式发来。
job-put-away = 好，那就算了。
job-over = 这件事已经结束了。

job-stop = 停止
job-fetching = 正在下载图片…
job-fetched = 正在下载图片：{ $done }/{ $all }…
job-unpacking = 正在解压图片：{ $done }/{ $all }…
job-describing = 正在描述图片：{ $done }/{ $all }…
job-looking = 正在看图片：{ $done }/{ $all }…
job-none-usable = 这些图片一张也用不了。

job-choice = 有 { $count } 张图片可以描述。现在就做，还是晚一点、更便宜（最迟一天内）？
job-now = 现在
job-later = 晚点，更便宜
job-about = { $label }：约 { $money }
job-neither = 不用了
job-submitting = 正在提交 { $count } 张图片…
job-waiting = { $count } 张图片已提交，将以半价描述。完成后会发来文件，最迟一天内。
job-stopping-later = 正在停止。提供方可能需要几分钟；已完成的部分会以文件形式发来。
job-expired = 提供方没能在一天内全部完成。
job-failed = 提供方没有接受提交的图片。

# What comes below the files.
job-go-on = 继续
job-done = 已描述：{ $done }/{ $all }。
job-looked = 已看：{ $done }/{ $all }。
job-unsure = { $count } 张图片我拿不准：{ $names }。请用 /moderate 单独发给我，由管理员决定。
job-stopped = 已停止。
job-left-out = 未处理：{ $count } 个，原因见文件。
job-too-many = 我一次最多描述 { $most } 张图片，多出来的 { $count } 张没有处理。
job-undone = 还没看：{ $count } 张。
job-cost = 花费 { $money }。

# In the files.
job-title = 照片
job-left-out-title = 未处理
job-column-name = 名称
job-column-description = 描述
job-column-tags = 标签
job-why-gone = Telegram 上已经没有这张图片了
job-why-no-still = 这是动态的，而且没有静态图
job-why-no-picture = 不是图片
job-why-nested = 压缩包里的压缩包；请单独发送
job-why-encrypted = 已加密
job-why-too-large = 解压后太大
job-why-damaged = 已损坏，或者压缩方式我打不开
job-why-too-heavy = 超过 20 MB
job-why-too-many-pixels = 像素太多
job-why-unreadable = 无法当作图片打开
job-why-undescribed = 没能描述
