"""Suspects: who is dealt with when."""

import asyncio

from bot.quarantine import ALONE, FEW, SUSPECT, Quarantine


async def entered(quarantine: Quarantine, *suspects: int) -> list[asyncio.Task[bool]]:
    """Let suspects come in their order, each in a lane of its own."""
    tasks = []
    for lane, starts in enumerate(suspects):
        tasks.append(asyncio.create_task(quarantine.enter(str(lane), starts)))
        await settled()
    return tasks


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_few_suspects_are_dealt_with_at_the_same_time() -> None:
    quarantine = Quarantine()
    tasks = await entered(quarantine, *[SUSPECT] * (FEW + 1))
    assert [task.done() for task in tasks] == [True] * FEW + [False]

    await quarantine.leave("3")
    assert await asyncio.wait_for(tasks[-1], 10)


async def test_who_must_be_alone_waits_for_all_others_and_then_is() -> None:
    quarantine = Quarantine()
    tasks = await entered(quarantine, SUSPECT, ALONE + 2, ALONE)
    assert [task.done() for task in tasks] == [True, False, False]

    await quarantine.leave("0")
    await settled()
    assert [task.done() for task in tasks] == [True, False, True]

    await quarantine.leave("2")
    assert await asyncio.wait_for(tasks[1], 10)


async def test_when_the_bot_stops_nobody_waits_any_longer() -> None:
    quarantine = Quarantine()
    first, second = await entered(quarantine, ALONE, ALONE)
    await quarantine.close()

    assert await first
    assert not await asyncio.wait_for(second, 10)


async def test_who_takes_long_and_ends_nothing_keeps_nobody_waiting() -> None:
    quarantine = Quarantine(patience=0.0)
    first, second = await entered(quarantine, ALONE, ALONE)

    assert await first
    assert await asyncio.wait_for(second, 10)
    await quarantine.leave("0")
