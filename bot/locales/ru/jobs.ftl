job-describe-all = Описать все
job-offer = Если в { $name } есть картинки, я могу описать каждую и прислать описания с тегами в виде текста и таблицы.
job-that-file = этом файле
job-photo = Фото { $number }
job-gone = Здесь больше нечего описывать.
job-under-way = Я уже этим занят.
job-not-yours = Это может только тот, кто прислал картинки, или администратор.
job-stopping = Останавливаюсь. То, что готово, пришлю файлом.
job-put-away = Хорошо, не буду.
job-over = Это уже закончено.

job-stop = Стоп
job-fetching = Скачиваю картинки…
job-fetched = Скачиваю картинки: { $done } из { $all }…
job-unpacking = Распаковываю картинки: { $done } из { $all }…
job-describing = Описываю картинки: { $done } из { $all }…
job-looking = Смотрю картинки: { $done } из { $all }…
job-none-usable = Ни одна из этих картинок не подошла.

job-choice = Готово к описанию: { $count ->
    [one] { $count } картинка
    [few] { $count } картинки
   *[many] { $count } картинок
}. Описать сейчас или дешевле, но позже (в течение суток)?
job-now = Сейчас
job-later = Дешевле, но позже
job-about = { $label }: около { $money }
job-neither = Не нужно
job-submitting = Передаю картинки: { $count }…
job-waiting = { $count ->
    [one] { $count } картинка передана на описание за полцены
    [few] { $count } картинки переданы на описание за полцены
   *[many] { $count } картинок переданы на описание за полцены
}. Пришлю файл, когда всё будет готово, в течение суток.
job-stopping-later = Останавливаюсь. У поставщика на это может уйти несколько минут; то, что готово, пришлю файлом.
job-expired = За сутки поставщик успел не всё.
job-failed = В таком виде поставщик эти картинки не принял.

# What comes below the files.
job-go-on = Продолжить
job-done = Описано: { $done } из { $all }.
job-looked = Просмотрено: { $done } из { $all }.
job-unsure = { $count ->
    [one] Не уверен насчёт { $names }. Пришлите эту картинку отдельно с командой /moderate, и решит администратор.
   *[other] Не уверен насчёт { $names }. Пришлите эти картинки отдельно с командой /moderate, и решит администратор.
}
job-stopped = Остановлено.
job-left-out = Пропущено: { $count }; почему, сказано в файле.
job-too-many = За раз я описываю { $most ->
    [one] { $most } картинку
    [few] { $most } картинки
   *[many] { $most } картинок
}, поэтому ещё { $count ->
    [one] { $count } пропущена
    [few] { $count } пропущены
   *[many] { $count } пропущено
}.
job-undone = Ещё не просмотрено: { $count }.
job-cost = Это стоило { $money }.

# In the files.
job-title = Фото
job-left-out-title = Пропущено
job-column-name = имя
job-column-description = описание
job-column-tags = теги
job-why-gone = в Telegram этой картинки больше нет
job-why-no-still = здесь всё движется, а неподвижного кадра нет
job-why-no-picture = не картинка
job-why-nested = архив в архиве; пришлите его отдельно
job-why-encrypted = зашифровано
job-why-too-large = слишком большой размер после распаковки
job-why-damaged = повреждено или упаковано так, что открыть не получается
job-why-too-heavy = больше 20 МБ
job-why-too-many-pixels = слишком много пикселей
job-why-unreadable = не открывается как картинка
job-why-undescribed = описать не удалось
