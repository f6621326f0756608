look-describe = Describe
look-short = In short
look-text = Read the text
look-product = Product
look-chart = Chart
look-explain = Explain
look-moderate = Moderate
look-how = How shall I look at { $count ->
    [one] it
   *[other] them
}?
look-how-else = { $way }, at { $detail }: the answer is below.
    How else shall I look at { $count ->
        [one] it
       *[other] them
    }?
look-how-closely = { $way }: how closely?
look-alone = Each price is for the { $count ->
    [one] picture
   *[other] { $count } pictures
} alone; the answer comes on top.
look-unpriced = price unknown
look-cheaper = Looked at less closely, at { $detail }, the { $count ->
    [one] picture
   *[other] { $count } pictures
} would be { $fewer } instead of { $now }: reply to { $count ->
    [one] it
   *[other] them
} with /look and choose { $detail }.
look-form = Send a photo or an album with /look as its caption, or reply to one with /look: I offer ways of looking at it. In one go: /describe, /short, /ocr, /product, /chart, /explain or /moderate, with what you wish behind it, such as “/ocr only the total”. With a ZIP file of pictures /look describes each of them.
look-not-again = For that one I have no choice to offer, as it cannot be fetched from Telegram again. Say at once what you want, such as /describe or /ocr, or send it as a photo.
look-gone = That is too long ago. Reply to the picture with /look.
look-not-yours = Only who asked, or an admin, can choose here. Reply to the picture with /look yourself.
look-taken = That has been chosen. Choose again if you want another look.

verdict-referred = I am not sure about this one, so an admin will decide. You will hear from me.
verdict-card = Is this picture of { $who } fine?
verdict-model-unsure = The model is not sure.
verdict-doubts = The provider's moderation is in doubt about: { $doubts }.
verdict-fit = Fine
verdict-unfit = Not fine
verdict-show = Show
verdict-said-fit = An admin has looked at your picture: it is fine.
verdict-said-unfit = An admin has looked at your picture: it is not fine, please do not show it.
verdict-told-fit = { $who }: the picture is fine.
verdict-told-unfit = { $who }: the picture is not fine.
verdict-no-picture = I do not have that picture any more.
verdict-shown = Here it is.
