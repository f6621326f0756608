choice-admins-only = В группе это могут выбирать только её администраторы.

model-here = Здесь отвечает { $title }.
model-by-itself = Здесь я сам выбираю, какая модель отвечает.
model-prices = Цена в USD за миллион токенов, на вход и на выход:
model-line = • { $title }: { $price }
model-line-blind = • { $title }: { $price }, картинки не смотрит
model-price = { $sent } и { $received }
model-unpriced = цена неизвестна
model-automatic = Автоматически
model-only-one = Здесь отвечает { $title }; других моделей на выбор нет.
model-nobody = Модели «{ $name }» здесь нет. Какие есть, покажет /model.
model-several = Подходит несколько: { $titles }. Уточните название.
model-gone = Это больше нельзя выбрать. Что можно, покажет /model.

persona-usual = обычная
persona-usually = Обычная
persona-here = Моя роль здесь: { $who }.
persona-own = Моя роль здесь, как вы её описали:
    «{ $text }»
persona-how = Выберите другую роль или опишите свою: /persona Ты пират.
persona-how-alone = Роль можно описать: /persona Ты пират.
persona-too-long = Здесь { $length ->
    [one] { $length } знак
    [few] { $length } знака
   *[many] { $length } знаков
}, а описание может быть не длиннее { $longest }.
persona-gone = Это больше нельзя выбрать. Что можно, покажет /persona.

cost-shown = Под каждым ответом вам я пишу, сколько он стоил.
cost-hidden = Под ответами я не пишу, сколько они стоили. Сколько стоили все вместе, покажет /usage.
cost-show = Показывать
cost-hide = Не показывать

wish-yours = Это настраиваете вы. Действует везде, где вы мне пишете:
wish-on = • { $title }: вкл. { $about }
wish-off = • { $title }: выкл. { $about }
wish-switch-on = { $title }: включить
wish-switch-off = { $title }: выключить
wish-of-chats = /model и /persona выбирают, кто и в какой роли отвечает в одном чате. /language меняет язык, на котором я с вами говорю.
wish-rich = Таблицы и формулы
wish-rich-about = Таблицы, списки дел и формулы выглядят как положено. Старое приложение может не показать такой ответ; тогда выключите.
wish-drafts = Черновики
wish-drafts-about = В личных чатах ответ растёт как черновик: плавнее и с кнопкой «Стоп» самого Telegram. Если приложение при этом мерцает, выключите.
wish-cost = Стоимость
wish-cost-about = Под каждым ответом вам я пишу, сколько он стоил.
