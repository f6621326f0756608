usage-no-limits = Ваш расход ничем не ограничен.
usage-you = Вы
usage-group = Эта группа
usage-guests = Все гости
usage-bot = Весь бот
usage-granted = Сверх лимита: осталось { $left }
usage-granted-for = Сверх лимита: осталось { $left }, ещё { $span }
usage-cost = Сколько стоили ваши ответы
usage-today = Сегодня: { $cost }, { $requests }
usage-this-month = В этом месяце: { $cost }, { $requests }
usage-in-all = Всего: { $cost }, { $requests }
usage-unpriced = { $count ->
    [one] Не учтён { $count } ответ за этот месяц: цена модели неизвестна.
    [few] Не учтены { $count } ответа за этот месяц: цена модели неизвестна.
   *[many] Не учтено { $count } ответов за этот месяц: цена модели неизвестна.
}

# On the picture; its font has no Chinese signs.
chart-usd = USD в день
chart-tokens = Токены в день
chart-tokens-unpriced = Токены в день (цена неизвестна)
chart-others = остальные
chart-day = { $day } { date-month }
# Below the picture.
chart-caption = За { $days ->
    [one] последний { $days } день
    [few] последние { $days } дня
   *[many] последние { $days } дней
}: { $total }
