choice-admins-only = В группе это могут выбирать только её администраторы.

model-here = Здесь отвечает { $title }.
model-by-itself = Здесь я сам выбираю, какая модель отвечает.
model-prices = USD за миллион токенов, отправленных и полученных:
model-line = • { $title }: { $price }
model-line-blind = • { $title }: { $price }, картинки не смотрит
model-price = { $sent } и { $received }
model-unpriced = цена неизвестна
model-automatic = Выбирай сам
model-only-one = Здесь отвечает { $title }; других моделей на выбор нет.
model-nobody = Модели «{ $name }» здесь нет. Какие есть, покажет /model.
model-several = Подходит несколько: { $titles }. Уточните название.
model-gone = Это больше нельзя выбрать. Что можно, покажет /model.

persona-usual = такой, как обычно
persona-usually = Как обычно
persona-here = Сейчас я здесь: { $who }.
persona-own = Сейчас я здесь тот, кого вы описали:
    «{ $text }»
persona-how = Выберите другой вариант или напишите, кем мне быть: /persona Ты пират.
persona-how-alone = Напишите, кем мне быть: /persona Ты пират.
persona-too-long = Здесь { $length ->
    [one] { $length } знак
    [few] { $length } знака
   *[many] { $length } знаков
}, а описание может быть не длиннее { $longest }.
persona-gone = Это больше нельзя выбрать. Что можно, покажет /persona.

cost-shown = Под каждым ответом вам написано, сколько он стоил.
cost-hidden = Под ответами не написано, сколько они стоили. Сколько стоили все вместе, покажет /usage.
cost-show = Показывать
cost-hide = Не показывать
