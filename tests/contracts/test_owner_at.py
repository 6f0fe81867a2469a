"""ownerAt: who owned a work at an instant."""

from __future__ import annotations

import pytest

from tests.contracts.support import ZERO, Reverted, anchored, titled, work


def move(registry, sender, to, work_id):
    return registry.send("transferFrom", sender, to, work_id, sender=sender).time


def test_owner_at_reverts_for_the_future(registry, alice, clock):
    leaf = work(alice)
    titled(registry, leaf, alice)
    for time in (clock.time + 1, 2**40, 2**256 - 1):
        with pytest.raises(Reverted) as refused:
            registry.ask("ownerAt", leaf.work_id, time)
        assert refused.value.args == ("RegistryTimeInFuture", time)


def test_owner_at_is_zero_without_title_and_before_it(registry, alice, clock):
    leaf = work(alice)
    _, _, done = titled(registry, leaf, alice)
    assert registry.ask("ownerAt", 7, clock.time) == ZERO
    assert registry.ask("ownerAt", leaf.work_id, 0) == ZERO
    assert registry.ask("ownerAt", leaf.work_id, done.time - 1) == ZERO
    assert registry.ask("ownerAt", leaf.work_id, done.time) == alice


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_owner_at_finds_each_period_to_the_second(registry, alice, bob, carol, clock, count):
    leaf = work(alice)
    _, _, done = titled(registry, leaf, alice)
    periods = [(done.time, alice)]
    for _ in range(count):
        clock.sleep(50)
        holder = periods[-1][1]
        heir = {alice: bob, bob: carol, carol: alice}[holder]
        periods.append((move(registry, holder, heir, leaf.work_id), heir))
    clock.sleep(50)
    for number, (since, holder) in enumerate(periods):
        until = periods[number + 1][0] - 1 if number < count else clock.time
        for time in (since, (since + until) // 2, until):
            assert registry.ask("ownerAt", leaf.work_id, time) == holder
    assert registry.ask("ownerAt", leaf.work_id, periods[0][0] - 1) == ZERO
    assert registry.ask("titleOf", leaf.work_id)["registeredAt"] == done.time


def test_owner_at_of_the_present_second_is_the_last_owner_of_it(registry, alice, bob, carol, clock):
    leaf = work(alice)
    _, _, done = titled(registry, leaf, alice)
    clock.automine(False)
    sent = [
        registry.post("transferFrom", alice, bob, leaf.work_id, sender=alice),
        registry.post("transferFrom", bob, carol, leaf.work_id, sender=bob),
    ]
    clock.mine_at(clock.time + 60)
    clock.automine(True)
    first, second = (registry.result(transaction).time for transaction in sent)
    assert first == second == clock.time
    assert registry.ask("ownerAt", leaf.work_id, first) == carol
    assert registry.ask("ownerAt", leaf.work_id, first - 1) == alice
    clock.sleep(10)
    move(registry, carol, alice, leaf.work_id)
    assert registry.ask("ownerAt", leaf.work_id, first) == carol
    assert registry.ask("ownerAt", leaf.work_id, first - 1) == alice
    assert registry.ask("titleOf", leaf.work_id)["registeredAt"] == done.time


def test_owner_at_is_not_moved_by_a_transfer_in_the_second_of_registration(registry, alice, bob, clock):
    leaf = work(alice)
    tree, _ = anchored(registry, [leaf], alice)
    clock.automine(False)
    sent = [
        registry.post("register", leaf, tree.root, [], sender=alice),
        registry.post("transferFrom", alice, bob, leaf.work_id, sender=alice),
    ]
    clock.mine_at(clock.time + 60)
    clock.automine(True)
    time = registry.result(sent[0]).time
    registry.result(sent[1])
    assert registry.ask("ownerAt", leaf.work_id, time) == bob
    assert registry.ask("ownerAt", leaf.work_id, time - 1) == ZERO
    assert registry.ask("titleOf", leaf.work_id)["registeredAt"] == time


def test_owner_at_survives_a_transfer_to_oneself(registry, alice, clock):
    leaf = work(alice)
    _, _, done = titled(registry, leaf, alice)
    clock.sleep(50)
    move(registry, alice, alice, leaf.work_id)
    assert registry.ask("balanceOf", alice) == 1
    for time in (done.time, clock.time - 1, clock.time):
        assert registry.ask("ownerAt", leaf.work_id, time) == alice
