photo-gone = Telegram 上已经没有这张图片了。请再发一次。
photo-no-still = 这是动态的，而且没有我能看的静态图。
photo-not-fetched = 没能从这里取到图片：{ $url }
photo-link-too-large = 我最多取 20 MB，而这里更大：{ $url }
photo-too-many = 我一次最多看 { $most } 张图片，其中链接里的最多 { $links } 张；多出来的没看。
photo-left-out = { $count } 张图片里，第 { $numbers } 张没用上。{ $why }
