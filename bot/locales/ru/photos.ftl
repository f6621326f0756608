photo-gone = Этой картинки в Telegram больше нет. Пришлите её ещё раз.
photo-no-still = Здесь всё движется, а неподвижного кадра, на который я мог бы посмотреть, нет.
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
