notice-used = Потрачено { $percent } % { limit-of-whom } ({ $limit }): осталось { $left }. { $again }
notice-used-up = От { limit-of-whom } ({ $limit }) больше ничего не осталось. { $again }
notice-key-refused = { $host } не принимает ключ бота: { $who }. Проверьте { $key } и перезапустите меня. До тех пор буду время от времени пробовать.
notice-no-credit = На счёте { $host } закончились деньги: { $who }. Когда его пополнят, я продолжу сам.
notice-nobody = ответов не получает никто
notice-stand-in = вместо неё отвечает { $model }
notice-key-of = api_key в [endpoints.{ $endpoint }]
notice-stood-in = { $model } на { $host } не отвечает: { $why }. Пока вместо неё отвечает { $other }.
notice-model-works = { $model } на { $host } снова отвечает.
notice-why-busy = перегружена
notice-why-missing = такой модели нет
notice-why-silent = слишком долго молчит
notice-why-unavailable = недоступна или выдаёт ошибки
notice-why-no-endpoint = по этому адресу не модель
notice-endpoint-works = { $host } снова отвечает.
notice-unpriced = Сколько стоит модель { $model }, неизвестно, а лимит в USD действует, поэтому спрашивать её я отказываюсь. Укажите цену в teller.toml: [prices."{ $model }"], input и output в USD за миллион токенов; или уберите лимиты в USD.

shutdown-ahead = Модель { $model } на { $host } отключат через { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}, { $date }. { $what }
shutdown-today = Модель { $model } на { $host } отключают сегодня, { $date }. { $what }
shutdown-over = Модель { $model } на { $host } отключена { $date }. { $what }
shutdown-instead = Она указана в { $settings }. Укажите вместо неё { $model }, например { $example }, и перезапустите меня.
shutdown-another = Она указана в { $settings }. Укажите вместо неё другую и перезапустите меня.

ask-for-more = Попросить ещё
ask-not-yours = Попросить здесь может только тот, кому не хватило.
ask-asked = Я спросил администраторов. Напишу, когда они решат.
ask-asked-already = Администраторов я уже спросил.
ask-unreached = Сейчас я не могу связаться с администратором. Напишите ему сами.
ask-gone = Этого лимита больше нет.
ask-decided = Это уже решено.
ask-card = { $who } просит ещё. { $whose } ({ $limit }), использовано: { $used }. { $again }
ask-their-limit = Личный лимит
ask-limit-of = { $name }, лимит
ask-grant = Добавить разово { $amount }
ask-raise = Поднять до { $limit }
ask-decline = Отказать
ask-said-granted = Администратор разово добавил вам сверх лимита: { $what }. Можно продолжать.
ask-said-raised = Администратор поднял лимит: { $what }. Можно продолжать.
ask-said-declined = Администратор пока решил больше не добавлять.
ask-told-granted = { $who }: добавлено разово: { $what }.
ask-told-raised = { $who }: лимит теперь { $what }.
ask-told-declined = { $who }: отказано.
