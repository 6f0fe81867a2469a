"""AMBIGUOUS and UNREGISTERED, each from a history built on a real chain; questions that are none; a verdict as JSON."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest

from registry_client.checks.explain import sentences
from registry_client.checks.verdict import VerdictKind
from registry_client.checks.verdict_json import verdict_json
from registry_client.content.fingerprint import fingerprint_file
from registry_client.errors import BlockMissing, ChainUnavailable, EndUserInvalid, ScopeInvalid
from registry_client.models import Scope
from tests.client.checks.story import CH, DAY, DE, EVERYWHERE, FR, PRINT, WEB, Story
from tests.client.photos import image

# AMBIGUOUS and UNREGISTERED


def test_check_use_of_a_contested_title_is_ambiguous(story: Story) -> None:
    anna, ben = story.account(), story.account()
    content = secrets.token_bytes(32)
    earlier = story.work(ben, content_hash=content)
    tree = story.anchor(earlier)
    work = story.title(anna, story.work(anna, content_hash=content))
    story.grant(story.licence(work, anna))
    story.pass_until(story.now + 31 * DAY)
    data = story.registry.oppose_data(earlier, tree.root, tree.proof(earlier))
    assert story.send(ben, story.registry.address, data) is not None

    found = story.check(work)

    assert found.kind is VerdictKind.AMBIGUOUS
    assert found.title.contested
    assert len(found.licences) == 1


def test_check_use_of_a_superseded_title_tells_it_and_keeps_licences_given_in_good_faith(story: Story) -> None:
    anna, ben = story.account(), story.account()
    content = secrets.token_bytes(32)
    earlier = story.work(ben, content_hash=content)
    tree = story.anchor(earlier)
    work = story.title(anna, story.work(anna, content_hash=content))
    story.grant(story.licence(work, anna))
    data = story.registry.oppose_data(earlier, tree.root, tree.proof(earlier))
    assert story.send(ben, story.registry.address, data) is not None

    found = story.check(work)

    assert found.kind is VerdictKind.LICENSED
    assert (found.title.owner, found.title.superseded) == (ben, True)


def test_check_use_of_a_work_anchored_by_two_is_ambiguous(story: Story) -> None:
    anna, ben = story.account(), story.account()
    content = secrets.token_bytes(32)
    story.anchor(story.work(anna, content_hash=content))
    story.anchor(story.work(ben, content_hash=content))

    assert story.check(int.from_bytes(content, "big")).kind is VerdictKind.AMBIGUOUS


def test_check_use_of_an_image_by_exact_bytes_near_one_and_near_two(story: Story, tmp_path: Path) -> None:
    anna = story.account()
    original, rendition = tmp_path / "original.png", tmp_path / "rendition.jpg"
    image(7, 400, 300).save(original)
    image(7, 400, 300).resize((200, 150)).save(rendition, quality=80)
    seen = fingerprint_file(original)
    work = story.title(anna, story.work(anna, seen.fingerprint, seen.content_hash))
    story.grant(story.licence(work, anna))

    exact = story.check(original)
    near = story.check(rendition)
    assert (exact.kind, exact.work.found_by, exact.work.distance) == (VerdictKind.LICENSED, "exact bytes", None)
    assert (near.kind, near.work.found_by, near.work.work_id) == (VerdictKind.LICENSED, "fingerprint", work)
    assert near.work.distance is not None
    assert 0 <= near.work.distance <= 60
    assert f"{near.work.distance} of 256 bits differ" in "\n".join(sentences(near))

    second = story.title(anna, story.work(anna, seen.fingerprint))
    both = story.check(rendition)
    assert both.kind is VerdictKind.AMBIGUOUS
    assert {one.work_id for one in both.candidates} == {work, second}


def test_check_use_of_an_unknown_work_is_unregistered_only_when_every_manifest_was_read(
    story: Story, tmp_path: Path
) -> None:
    anna = story.account()
    story.anchor(story.work(anna))
    picture = tmp_path / "unknown.png"
    image(99).save(picture)

    assert story.check(picture).kind is VerdictKind.UNREGISTERED
    assert story.check(12345).kind is VerdictKind.UNREGISTERED

    data = story.registry.anchor_data(secrets.token_bytes(32), secrets.token_bytes(32))
    assert story.send(anna, story.registry.address, data) is not None
    with pytest.raises(BlockMissing):
        story.check(picture)


# What is asked


def test_check_use_in_the_future_is_refused(story: Story) -> None:
    work = story.title(story.account())

    with pytest.raises(ScopeInvalid, match="nobody can tell yet"):
        story.check(work, time=story.now + 1)


def test_check_use_by_nobody_is_refused(story: Story) -> None:
    with pytest.raises(EndUserInvalid):
        story.check(1, None)


def test_check_use_takes_the_user_from_the_address_of_the_page(story: Story) -> None:
    anna = story.account()
    work = story.title(anna)
    story.grant(story.licence(work, anna))

    found = story.check(work, None, url="https://www.shop.example/a?b=c")

    assert found.kind is VerdictKind.LICENSED
    assert found.question.names == ("shop.example",)


def test_to_json_is_complete_and_survives_json(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    story.grant(story.licence(work, agency, mandate=mandate, scope=Scope(PRINT, DE, 0, 2**40 - 1)))

    value = json.loads(json.dumps(verdict_json(story.check(work, media=WEB, territories=DE))))

    assert value["verdict"] == "OUT_OF_SCOPE"
    assert value["work"]["work_id"] == f"0x{work:064x}"
    assert value["licences"][0]["authority"][0]["terms"]["agent"] == agency
    assert value["licences"][0]["outside"] == ["media"]
    assert value["outside"] == [{"field": "media", **{k: value["outside"][0][k] for k in ("licence", "use")}}]
    assert value["pending"][0]["agent"] == agency
    assert value["question"]["media_codes"]
    assert set(value) >= {"title", "block", "time", "sealed", "breaches", "knowledge", "refused", "candidates"}
    assert value["explanation"][0].startswith("OUT OF SCOPE")


def test_check_use_of_nobodys_licence_says_nothing_when_the_node_is_gone(story: Story) -> None:
    work = story.title(story.account())
    story.check(work)
    story.connection.transport.url = "http://127.0.0.1:1"

    with pytest.raises(ChainUnavailable):
        story.check(work)


def test_everywhere_covers_every_scope_of_these_tests() -> None:
    assert Scope(WEB | PRINT, DE | FR | CH, 5, 6).is_within(EVERYWHERE)
