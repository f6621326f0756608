photo-gone = Этой картинки в Telegram больше нет. Пришлите её ещё раз.
photo-no-still = Этот стикер движется, а неподвижного кадра, чтобы на него посмотреть, у него нет.
photo-not-fetched = Не удалось скачать картинку: { $url }
photo-link-too-large = Больше 20 МБ я не скачиваю, а здесь больше: { $url }
photo-too-many = За раз я смотрю { $most ->
    [one] { $most } картинку
    [few] { $most } картинки
   *[many] { $most } картинок
}, из них по ссылкам не больше { $links }; остальные пропустил.
photo-left-out = Из { $count ->
    [one] { $count } картинки
   *[many] { $count } картинок
} не подошла № { $numbers }. { $why }
