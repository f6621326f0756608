job-describe-all = Describe all
job-offer = If there are pictures in { $name }, I can describe each of them, and send you the descriptions with tags as a text and as a table.
job-that-file = that file
job-photo = Photo { $number }
job-gone = There is nothing left to describe here.
job-under-way = I am at it already.
job-not-yours = Only who sent the pictures, or an admin, can do that.
job-stopping = I stop. What is done comes as a file.
job-put-away = I leave it at that.
job-over = That is over already.

job-stop = Stop
job-fetching = I fetch the pictures…
job-fetched = I fetch the pictures: { $done } of { $all }…
job-unpacking = I unpack the pictures: { $done } of { $all }…
job-describing = I describe the pictures: { $done } of { $all }…
job-looking = I look at the pictures: { $done } of { $all }…
job-none-usable = I could use none of these pictures.

job-choice = Ready to be described: { $count }. Shall I do it now, or cheaper and later, at the latest in a day?
job-now = Now
job-later = Cheaper, later
job-about = { $label }: about { $money }
job-neither = Not at all
job-submitting = I hand the pictures in: { $count }…
job-waiting = The pictures are handed in to be described at half the price: { $count }. The file comes when they are done, at the latest in a day.
job-stopping-later = I stop. The provider may take some minutes; what is done comes as a file.
job-expired = The provider has not got through all of it within a day.
job-failed = The provider did not take the pictures as they were handed in.

# What comes below the files.
job-go-on = Go on
job-done = Described: { $done } of { $all }.
job-looked = Looked at: { $done } of { $all }.
job-unsure = { $count ->
    [one] I am not sure about { $names }. Send it to me by itself with /moderate, and an admin will decide.
   *[other] I am not sure about { $names }. Send them to me by themselves with /moderate, and an admin will decide.
}
job-stopped = Stopped.
job-left-out = Left out: { $count }; the file says why.
job-too-many = I describe { $most } pictures at once, so { $count } more are left out.
job-undone = Not looked at yet: { $count }.
job-cost = It cost { $money }.

# In the files.
job-title = Photos
job-left-out-title = Left out
job-column-name = name
job-column-description = description
job-column-tags = tags
job-why-gone = Telegram does not have it any more
job-why-no-still = it moves, and comes without a still
job-why-no-picture = not a picture
job-why-nested = an archive in the archive; please send it by itself
job-why-encrypted = encrypted
job-why-too-large = too large when it is unpacked
job-why-damaged = damaged, or packed in a way that I cannot open
job-why-too-heavy = larger than 20 MB
job-why-too-many-pixels = too many pixels
job-why-unreadable = not readable as a picture
job-why-undescribed = could not be described
