answer-stop = 停止
answer-go-on = 继续
answer-retry = 重试
answer-slow = 还在思考…
answer-looking = 正在再看一遍照片…
answer-nothing-to-read = 你的消息里没有我能读的内容。请写几个字吧。
answer-not-yet = 我能读文字、看照片，这个暂时还处理不了。请用文字告诉我，或者发张照片。
answer-late = 我刚才不在。{ $span }之前的消息我没有回答；如果还需要，请再问一次。

redo-nothing-to-stop = 这里现在没有正在生成的回答。
redo-not-yours-to-stop = 只有提问者或管理员可以停止这个回答。
redo-nothing = 这里还没有可以重新生成的回答。
redo-not-newest = 这只对最新的回答有效。
redo-not-yours = 只有提问者可以要求重新回答。
