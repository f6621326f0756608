subject-group = Группа «{ $name }»
subject-plan = Тариф { $name }
subject-guests = Все гости вместе
subject-bot = Весь бот

whom-nobody = Никто с именем { $who } мне ещё не писал. Пусть сначала отправит мне /start.
whom-several = С именем { $who } есть несколько человек. Выберите одного кнопкой или укажите @имя или id.
whom-hidden = Автор этого сообщения скрывает себя при пересылке, поэтому я не знаю, кто это. Укажите @имя или id.

quota-form = Чьи лимиты? Выберите кнопкой или напишите, например: /quota @ann 5 usd/month 20 requests/hour.
    /quota @ann — показать, /quota @ann unlimited — снять, /quota @ann reset — вернуть лимиты тарифа, /quota @ann plan family — перевести на тариф. В ответ на сообщение имя можно не писать. Вместо @ann: plan family, group, guests, bot.
quota-people = Люди
quota-plans = Тарифы
quota-groups = Группы
quota-guests = Гости
quota-bot = Бот
quota-no-groups = В группах со мной ещё никто не говорил.
quota-which-group = Какая группа? В самой группе /quota group означает её.
quota-wrong = Не понимаю «{ $text }»: напишите, например, { $example }.

card-limits = Лимиты
card-plan = Тариф
card-grant = Добавить
card-all = ‹ Все
card-on-plan = , тариф { $plan }
card-for-each = { $limit }, каждому на тарифе
card-no-limit = Без лимита.
card-shut-out = Доступ закрыт.
card-waits = Ждёт доступа.
card-granted = Сверх лимита: осталось { $left }
card-granted-for = Сверх лимита: осталось { $left }, ещё { $span }
card-let-back-in = Вернуть доступ
card-shut-out-button = Закрыть доступ

edit-which = { $name }: лимиты. Выберите, какой изменить.
edit-none = { $name }: лимиты. Пока ни одного.
edit-limit = { $name }: { $limit }.
edit-new-limit = { $name }: новый лимит.
edit-lift = Снять
edit-lifted = Лимит снят.
edit-add = Новый лимит
edit-of-what = { $name }: лимит на что?
edit-in-what-time = { $name }: { $unit }, за какое время?
edit-a-minute = в минуту
edit-an-hour = в час
edit-a-day = в день
edit-a-week = в неделю
edit-a-month = в месяц
edit-for-ever = всего
edit-set = Готово: { $limit }
edit-unlimit = Без лимита
edit-unlimited = Теперь без лимита.
edit-to-default = По умолчанию
edit-reset = Теперь как задано вне Telegram.

grant-form = Напишите, например: /grant @ann 1 usd, /grant @ann 20 requests for 3 days или /grant @ann 5 usd until 2027-01-31. В ответ на сообщение имя можно не писать; добавить можно и для group, guests или bot.
grant-not-a-plan = Добавить можно людям, группе, гостям или боту; у тарифа есть только лимиты.
grant-no-limit = { $name }: лимита «{ $unit }» нет, добавлять не к чему.
grant-no-limits = { $name }: лимитов нет.
grant-what = { $name }: что добавить, разово?
grant-how-long = { $name }: { $amount }, на какой срок?
grant-until-used = пока не потратится
grant-for-a-day = на день
grant-for-a-week = на неделю
grant-for-30-days = на 30 дней
grant-amount = { $whose ->
    [user] сверх лимитов: { $amount }
   *[other] добавлено сверх лимитов: { $amount }
}
grant-amount-for = { $whose ->
    [user] сверх лимитов: { $amount }, на { $span }
   *[other] добавлено сверх лимитов: { $amount }, на { $span }
}
grant-told = Администратор добавил вам { $amount }.
grant-given = { $name }: { $amount }.
grant-not-offered = Такого варианта больше нет.
grant-already = Это уже добавлено.

plan-form = Выберите тариф, чтобы посмотреть или изменить его. /plan @ann family переводит на тариф, /quota plan family 5 usd/month меняет или создаёт его.
plan-which = Какой тариф для { $who }?
plan-line = { $plan }: { $limits }{ $members }
plan-members = { " " }({ $count ->
    [one] { $count } человек
    [few] { $count } человека
   *[many] { $count } человек
})
plan-unlimited = без ограничений
plan-no-limit = без лимита
plan-is-no-more = { $plan }: больше нет; { $count ->
    [one] { $count } человек
    [few] { $count } человека
   *[many] { $count } человек
} на тарифе по умолчанию
plan-no-such = Тарифа { $plan } нет. Есть: { $plans }. Создать можно так: /quota plan { $plan } 5 usd/month.
plan-not-a-name = Имя тарифа: до 16 знаков, строчные латинские буквы, цифры, - и _.
plan-needs-a-name = Тарифу нужно имя: до 16 знаков, строчные латинские буквы, цифры, - и _.
plan-configured = Тариф { $plan } задан в настройках: удалите его там.
plan-sure = На тариф по умолчанию { $count ->
    [one] вернётся { $count } человек
    [few] вернутся { $count } человека
   *[many] вернутся { $count } человек
} с тарифа { $plan }. Удалить его?
plan-delete = Удалить
plan-keep = Оставить
