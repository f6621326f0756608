photo-gone = Telegram does not have that picture any more. Please send it again.
photo-no-still = That moves, and comes without a still that I could look at.
photo-not-fetched = I could not fetch a picture from { $url }
photo-link-too-large = I fetch no more than 20 MB, and there is more at { $url }
photo-too-many = I look at { $most } pictures at once, { $links } of them behind links; I left out more.
photo-left-out = Of { $count } pictures, number { $numbers } is left out. { $why }
