users-nobody = Мне ещё никто не писал.
users-nobody-found = Никто с именем { $who } мне ещё не писал.
users-count = { $count ->
    [one] Мне написал { $count } человек.
    [few] Мне написали { $count } человека.
   *[many] Мне написали { $count } человек.
}
users-more = и ещё { $count }; уточните имя
users-everyone = Все
users-by-spend = По расходу
users-by-name = По имени
users-newest = Новые
users-admin = администратор
users-banned = доступ закрыт
users-guest = гость
users-waiting = ждёт доступа
users-not-let-in = без доступа
users-this-month = { $cost } в этом месяце
users-nothing-this-month = в этом месяце ничего

stats-form = Напишите /stats today, /stats week или /stats month.
stats-nothing = Меня ещё никто ни о чём не спрашивал.
stats-today = Сегодня
stats-this-week = Неделя
stats-this-month = Месяц
stats-by-user = По людям:
stats-by-model = По моделям:
stats-others = и ещё { $count }: { $cost }
stats-lost = Потеряно: { $cost }, { $count ->
    [one] { $count } попытка
    [few] { $count } попытки
   *[many] { $count } попыток
} без результата.
stats-growing = Отложено: { $cost } на { $count ->
    [one] { $count } ответ, который ещё пишется.
    [few] { $count } ответа, которые ещё пишутся.
   *[many] { $count } ответов, которые ещё пишутся.
}
stats-unpriced = Не учтено: { $count ->
    [one] { $count } ответ
    [few] { $count } ответа
   *[many] { $count } ответов
} без известной цены.

audit-nothing = Пока никто ничего не менял.
audit-nothing-older = Раньше ничего не было.
audit-nothing-about = { $name }: пока никто ничего не менял.
audit-about = { $name }:
audit-and-older = и более ранние изменения
audit-newer = Новее
audit-older = Раньше
audit-no-value = ничего
audit-the-bot = бот
audit-the-guests = гости
audit-the-group = группа «{ $name }»
audit-the-plan = тариф { $name }
# Each stands behind the name of an admin.
audit-quota = — лимиты: { $name }: { $before } → { $after }
audit-grant = — сверх лимита: { $name }: { $after }
audit-plan = — тариф: { $name }: { $after } (был { $before })
audit-let-in = — доступ открыт: { $name }
audit-banned = — доступ закрыт: { $name }
audit-let-back = — доступ возвращён: { $name }
audit-ask-granted = — просьба выполнена: { $name }
audit-ask-raised = — лимит поднят по просьбе: { $name }
audit-ask-declined = — в просьбе отказано: { $name }
audit-picture-fit = — картинка в порядке: { $name }
audit-picture-unfit = — картинка не в порядке: { $name }
audit-anything = — { $action }: { $name }: { $before } → { $after }
