# `figure` is what is written, `count` what it counts as.
amount-requests = { $count ->
    [one] { $figure } запрос
    [few] { $figure } запроса
   *[many] { $figure } запросов
}
amount-tokens = { $count ->
    [one] { $figure } токен
    [few] { $figure } токена
   *[many] { $figure } токенов
}
amount-images = { $count ->
    [one] { $figure } картинка
    [few] { $figure } картинки
   *[many] { $figure } картинок
}
amount-usd = { $figure } USD
amount-thousands = { $figure } тыс.

unit-requests = запросы
unit-tokens = токены
unit-images = картинки
unit-usd = USD

limit-minute = { $amount } в минуту
limit-hour = { $amount } в час
limit-day = { $amount } в день
limit-week = { $amount } в неделю
limit-month = { $amount } в месяц
limit-total = { $amount } всего

# In the genitive, both: what something is not enough of.
limit-whose = { $whose ->
    [user] Вашего лимита
    [group] Лимита этой группы
    [guests] Лимита гостей
   *[bot] Лимита бота
}
limit-of-whom = { $whose ->
    [user] вашего лимита
    [group] лимита этой группы
    [guests] лимита гостей
   *[bot] лимита бота
}
limit-again = Отсчёт начнётся заново через { $span }.
limit-never-again = Сам он не обновится; поднять его может администратор.
limit-stands = потрачено { $used }, осталось { $left }
limit-stands-granted = потрачено { $used }, осталось { $left } и { $granted } сверх лимита
limit-stands-again = , заново через { $span }

span-days = { $count } д
span-hours = { $count } ч
span-minutes = { $count } мин

date-day = { $day } { date-month }
date-day-of-year = { $day } { date-month } { $year }
date-month = { $month ->
    [1] янв.
    [2] февр.
    [3] марта
    [4] апр.
    [5] мая
    [6] июня
    [7] июля
    [8] авг.
    [9] сент.
    [10] окт.
    [11] нояб.
   *[12] дек.
}
