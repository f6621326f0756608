"""Jobs and their portions: each held, settled and kept once, whenever the program ends."""

from dataclasses import replace

from storage import Database, history, inbox, job_photos, jobs, portions, redo, tables, turns
from storage.clock import now_ms
from storage.money import Cost
from storage.records import (
    Admission,
    Circumstances,
    Incoming,
    Job,
    JobPhoto,
    JobState,
    Message,
    PhotoState,
    Place,
    Question,
)
from tests.storage.questions import ALICE, BILLED, HELD, PHOTO
from tests.storage.rows import rows
from tests.storage.sums import added_up, kept

PLACE = Place(chat_id=-100, thread_id=5)
JOB = Job(
    update_id=7,
    place=PLACE,
    user_id=ALICE,
    asked_id=70,
    model="gpt-6-luna",
    detail="high",
    file_id="zip",
)
PICTURE = JobPhoto(position=0, name="a.jpg", image=PHOTO, state=PhotoState.PREPARED)
DESCRIBED = replace(PICTURE, state=PhotoState.DESCRIBED, words="A cat.", tags=("cat", "sofa"))


def admit(asked: Question, seen: Circumstances) -> Admission:
    return Admission(at_ms=now_ms(), reserved=HELD, prompt_tokens=40, max_tokens=460, history=())


async def asking(database: Database) -> Job:
    """A job that has one picture, and is about to ask for it."""
    job = await database.run(jobs.begin, JOB)
    await database.run(job_photos.keep, job.id, PICTURE)
    return await database.run(jobs.move, job, state=JobState.ASKING)


async def taken(database: Database, job: Job) -> Incoming:
    [update, *_] = await database.run(inbox.take, jobs.lane_of(job))
    return update


async def test_a_job_is_taken_on_once_with_an_update_of_its_own(database: Database) -> None:
    job = await database.run(jobs.begin, JOB)
    again = await database.run(jobs.begin, JOB)
    update = await taken(database, job)

    assert again == job
    assert (update.update_id, update.lane) == (-7, f"-100:5#job{job.id}")
    assert jobs.of_update(update) == job.id
    assert len(await database.run(rows, tables.inbox)) == 1


async def test_what_is_only_found_waits_for_a_word(database: Database) -> None:
    job = await database.run(jobs.begin, replace(JOB, state=JobState.FOUND))
    assert await database.run(rows, tables.inbox) == []
    going = await database.run(jobs.go_on, job, JobState.UNPACKING, 8, 80)
    twice = await database.run(jobs.go_on, job, JobState.UNPACKING, 9)

    assert going is not None
    assert (going.state, going.message_ids) == (JobState.UNPACKING, (80,))
    assert twice is None
    assert (await taken(database, going)).update_id == -8


async def test_a_portion_is_settled_once(database: Database) -> None:
    job = await asking(database)
    await database.run(portions.hold, job, "https://api.openai.com/v1", admit)
    for _ in range(2):
        await database.run(portions.settle, job, [DESCRIBED], BILLED)
    [entry] = await database.run(rows, tables.ledger)
    [photo] = await database.run(job_photos.of, job.id)

    assert (entry["state"], entry["nanos"]) == ("settled", BILLED.cost.nanos)
    assert (photo.state, photo.words, photo.tags) == (
        PhotoState.DESCRIBED,
        "A cat.",
        ("cat", "sofa"),
    )
    assert (await database.run(jobs.get, job.id)).asked == 1
    assert await database.run(jobs.cost, job) == replace(BILLED.cost)
    assert await database.run(kept) == added_up([entry])


async def test_what_a_dead_program_held_is_lost_and_held_again(database: Database) -> None:
    job = await asking(database)
    await database.run(portions.hold, job, "https://api.openai.com/v1", admit)
    lanes = await database.run(turns.resume, 4)
    await database.run(portions.hold, job, "https://api.openai.com/v1", admit)
    await database.run(portions.settle, job, [DESCRIBED], BILLED)
    entries = await database.run(rows, tables.ledger)

    assert jobs.lane_of(job) in lanes
    assert sorted(entry["state"] for entry in entries) == ["lost", "settled"]
    assert len({entry["update_id"] for entry in entries}) == 1
    assert await database.run(jobs.cost, job) == replace(BILLED.cost)
    assert await database.run(kept) == added_up(entries)


async def test_another_attempt_holds_anew_what_the_first_one_held(database: Database) -> None:
    job = await asking(database)
    await database.run(portions.hold, job, "https://api.openai.com/v1", admit)
    await database.run(turns.again, [await taken(database, job)])
    [entry] = await database.run(rows, tables.ledger)

    assert entry["state"] == "lost"


async def test_what_cannot_be_gone_on_with_is_put_away(database: Database) -> None:
    job = await asking(database)
    await database.run(portions.hold, job, "https://api.openai.com/v1", admit)
    await database.run(turns.bury, [await taken(database, job)])
    [entry] = await database.run(rows, tables.ledger)

    assert entry["state"] == "lost"
    assert (await database.run(jobs.get, job.id)).state is JobState.DELIVERED


async def test_a_portion_without_an_answer_costs_the_one_who_asked_nothing(
    database: Database,
) -> None:
    job = await asking(database)
    held = await database.run(portions.hold, job, "https://api.openai.com/v1", admit)
    await database.run(portions.lose, job, held, [BILLED], [replace(PICTURE, tries=2)])
    entries = await database.run(rows, tables.ledger)
    [photo] = await database.run(job_photos.of, job.id)

    assert [entry["state"] for entry in entries] == ["released", "lost"]
    assert photo.tries == 2
    assert await database.run(jobs.cost, job) == Cost(requests=0, nanos=None)
    assert await database.run(kept) == added_up(entries)


async def test_a_batch_is_held_once_and_dropped_without_a_charge(database: Database) -> None:
    job = await database.run(jobs.move, await asking(database), state=JobState.SUBMITTING)
    for _ in range(2):
        await database.run(turns.resume, 4)
        await database.run(portions.hold_once, job, "https://api.openai.com/v1", admit)
    [entry] = await database.run(rows, tables.ledger)
    assert entry["state"] == "reserved"
    assert await database.run(kept) == added_up([entry])
    dropped = await database.run(portions.drop, job, "It failed.")
    [entry] = await database.run(rows, tables.ledger)

    assert (dropped.state, dropped.reason) == (JobState.READY, "It failed.")
    assert entry["state"] == "released"


async def test_a_batch_is_settled_and_its_job_ready_together(database: Database) -> None:
    job = await database.run(jobs.move, await asking(database), state=JobState.WAITING)
    await database.run(portions.hold_once, job, "https://api.openai.com/v1", admit)
    for _ in range(2):
        ready = await database.run(portions.finish, job, [DESCRIBED], BILLED, "")
        assert (ready.state, ready.asked) == (JobState.READY, 1)


async def test_only_what_is_under_way_can_be_stopped(database: Database) -> None:
    job = await asking(database)
    assert await database.run(jobs.running, PLACE) == [job]
    assert await database.run(jobs.running, Place(chat_id=-100)) == []
    assert await database.run(jobs.stop, job.id)
    assert await database.run(jobs.running, PLACE) == []
    await database.run(jobs.move, job, state=JobState.DELIVERED)

    assert not await database.run(jobs.stop, job.id)


async def test_a_job_that_has_moved_on_is_not_moved_back(database: Database) -> None:
    job = await database.run(jobs.begin, JOB)
    await database.run(jobs.move, job, state=JobState.READY)
    now = await database.run(jobs.move, job, state=JobState.ASKING)

    assert now.state is JobState.READY


async def test_what_was_asked_with_the_photos_is_an_update_of_the_chat_once(
    database: Database,
) -> None:
    job = await database.run(jobs.begin, JOB)
    for _ in range(2):
        await database.run(jobs.ask, job)
    [question, *_] = await database.run(inbox.take, "-100:5")
    await database.run(inbox.take, "-100:5", [question])

    assert jobs.is_question(question)
    assert jobs.of_update(question) == job.id
    assert not jobs.is_question(await taken(database, job))
    assert await database.run(inbox.take, "-100:5") == []
    assert (await database.run(jobs.get, job.id)).state is JobState.DELIVERED


async def test_what_was_seen_is_known_in_the_conversation_once(database: Database) -> None:
    job = await database.run(jobs.begin, JOB)
    told = Message(role="user", text="Two cats.", tokens=5)
    for _ in range(2):
        await database.run(jobs.tell, job, told)
    conversation = await database.run(history.conversation, PLACE)
    [said] = await database.run(history.said, conversation.id, 0)

    assert said == replace(told, id=said.id)


async def test_a_job_that_was_taken_on_knows_which_messages_it_is_about(
    database: Database,
) -> None:
    await database.run(jobs.begin, replace(JOB, asked_ids=(70, 71)))

    assert await database.run(redo.asked_by, JOB.update_id) == (70, 71)
    assert await database.run(redo.asked_by, 8) == ()


async def test_a_picture_that_is_at_hand_is_kept_with_the_job(database: Database) -> None:
    job = await database.run(jobs.begin, JOB, [PICTURE])

    assert await database.run(job_photos.of, job.id) == [
        replace(PICTURE, image=replace(PHOTO, data=b"", file_unique_id="", file_id=""))
    ]
