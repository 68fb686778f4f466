"""Merging, splitting, resting, tags, links, minutes and drafts."""

from datetime import UTC, datetime

import pytest

from mainstay.common import facts
from mainstay.desk import actions, queries
from mainstay.desk.models import Draft, Ticket
from mainstay.desk.queries import life
from mainstay.desk.worker import carry_on
from tests.desk.kit import Stage, letter, sent_to

pytestmark = pytest.mark.django_db


def merged(stage: Stage) -> tuple[Ticket, Ticket]:
    """A ticket, and the one that it was merged into."""
    source, target = stage.ticket(subject="Again", text="It is gone again."), stage.ticket(subject="First")
    actions.merge(ticket=source, target=target, by=stage.cast.helper, at=stage.now)
    return fresh(source), fresh(target)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_everything_of_the_source_is_read_in_the_target(stage: Stage):
    source, target = merged(stage)
    assert (source.state, source.close_code, source.merged_into) == ("closed", "merged", target)
    assert "It is gone again." in [each.text for each in queries.story(target, for_client=True)]


def test_a_note_of_the_source_stays_with_the_team(stage: Stage):
    source, target = stage.ticket(), stage.ticket()
    actions.note(ticket=source, text="He shouts.", by=stage.cast.helper, at=stage.now)
    actions.merge(ticket=source, target=target, by=stage.cast.helper, at=stage.now)
    assert "He shouts." not in [each.text for each in queries.story(fresh(target), for_client=True)]
    assert "He shouts." in [each.text for each in queries.story(fresh(target), for_client=False)]


def test_a_reply_on_a_merged_ticket_goes_to_the_target(stage: Stage):
    source, target = stage.ticket(subject="Again"), stage.ticket(subject="First")
    stage.reply(source, "We look.")
    answer_to = sent_to("rita")[-1].message_id
    actions.merge(ticket=source, target=target, by=stage.cast.helper, at=stage.later(days=30))
    stage.mail(letter(text="Still gone.", In_Reply_To=answer_to))
    assert fresh(target).messages.filter(text="Still gone.").exists()
    assert not fresh(source).messages.filter(text="Still gone.").exists()
    assert Ticket.objects.count() == 2


def test_a_merge_can_be_undone_without_a_trace_on_the_clocks(stage: Stage):
    source, _ = merged(stage)
    before = stage.clock(source, "resolution").due_at
    stage.later(minutes=10)
    actions.undo_merge(ticket=source, by=stage.cast.helper, at=stage.now)
    source = fresh(source)
    assert (source.state, source.merged_into, source.close_code) == ("open", None, "")
    assert stage.clock(source, "resolution").due_at == before
    carry_on(stage.later(hours=1))
    assert stage.kinds(source) == ["first_response 1 running", "resolution 1 running"]


def test_after_a_quarter_of_an_hour_it_cannot(stage: Stage):
    source, _ = merged(stage)
    with pytest.raises(actions.CannotMerge, match="15 minutes"):
        actions.undo_merge(ticket=source, by=stage.cast.helper, at=stage.later(minutes=16))


def test_the_clocks_of_the_source_end_with_the_merge(stage: Stage):
    source, target = merged(stage)
    stage.later(minutes=16)
    carry_on(stage.now)
    assert stage.kinds(source) == ["first_response 1 cancelled", "resolution 1 cancelled"]
    assert stage.kinds(target) == ["first_response 1 running", "resolution 1 running"]
    carry_on(stage.now)
    assert len(stage.kinds(target)) == 2


def test_a_late_clock_of_the_source_stays_missed(stage: Stage):
    source, target = stage.ticket(), stage.ticket()
    stage.reply(target)
    actions.merge(ticket=source, target=target, by=stage.cast.helper, at=stage.later(days=7))
    carry_on(stage.later(minutes=16))
    assert stage.clock(target, "first_response", 2).state == "late"


def test_an_answer_owed_on_the_source_is_owed_on_the_target_since_then(stage: Stage):
    source, target = stage.ticket(), stage.ticket()
    asked_at = source.opened_at
    stage.reply(target)
    actions.merge(ticket=source, target=target, by=stage.cast.helper, at=stage.later(hours=1))
    carry_on(stage.later(minutes=16))
    assert stage.clock(target, "first_response", 2).reading.started_at == asked_at


def test_an_answer_in_the_target_after_the_merge_answers_both(stage: Stage):
    _, target = merged(stage)
    stage.reply(target)
    carry_on(stage.later(minutes=16))
    assert not target.clocks.filter(kind="next_response").exists()


@pytest.mark.parametrize("wrong", ["itself", "client", "merged", "closed", "resolved", "imported"])
def test_what_cannot_be_merged(stage: Stage, wrong: str):
    ticket, helper = stage.ticket(), stage.cast.helper
    target = {"itself": lambda: ticket, "client": lambda: stage.cast.ticket(stage.cast.b)}.get(wrong, stage.ticket)()
    if wrong == "merged":
        actions.merge(ticket=target, target=stage.ticket(), by=helper, at=stage.now)
    if wrong == "closed":
        actions.close(ticket=target, code="spam", by=helper, at=stage.now)
    if wrong == "resolved":
        actions.resolve(ticket=target, text="Done.", by=helper, at=stage.now)
    Ticket.objects.filter(pk=target.pk).update(is_imported=wrong == "imported")
    with pytest.raises(actions.CannotMerge):
        actions.merge(ticket=ticket, target=target, by=helper, at=stage.now)


def test_what_was_merged_before_comes_along_and_goes_back(stage: Stage):
    first, second = merged(stage)
    third = stage.ticket(subject="Third")
    actions.merge(ticket=second, target=third, by=stage.cast.helper, at=stage.now)
    assert fresh(first).merged_into == third
    actions.undo_merge(ticket=second, by=stage.cast.helper, at=stage.now)
    assert fresh(first).merged_into == second


def test_a_split_takes_its_messages_and_the_time_since_they_came(stage: Stage):
    ticket = stage.ticket()
    stage.reply(ticket)
    stage.later(hours=1)
    other = stage.wrote(ticket, "And the map is crooked.")
    wrote_at = stage.now
    stage.later(hours=1)
    before = stage.clock(ticket, "resolution").due_at
    new = actions.split(ticket=ticket, messages=[other.pk], subject="The map", by=stage.cast.helper, at=stage.now)
    assert [each.text for each in queries.story(new, for_client=True)] == ["And the map is crooked."]
    assert (new.previous, new.requester, new.client) == (ticket, ticket.requester, ticket.client)
    assert {each.started_at for each in new.clocks.all()} == {wrote_at}
    assert stage.clock(ticket, "resolution").due_at == before


def test_a_split_with_its_answer_has_been_answered(stage: Stage):
    ticket = stage.ticket()
    asked = stage.wrote(ticket, "The map?")
    answer = stage.reply(ticket, "Looked at.")
    new = actions.split(
        ticket=ticket, messages=[asked.pk, answer.pk], subject="", by=stage.cast.helper, at=stage.later(hours=1)
    )
    assert stage.clock(new, "first_response").state == "met"


@pytest.mark.parametrize("chosen", ["nothing", "all", "another client's", "an answer"])
def test_a_split_needs_a_message_of_the_client_and_leaves_one(stage: Stage, chosen: str):
    ticket = stage.ticket()
    answer = stage.reply(ticket)
    foreign = stage.cast.ticket(stage.cast.b).messages.get()
    everything = list(ticket.messages.values_list("pk", flat=True))
    ids = {"nothing": [], "all": everything, "another client's": [foreign.pk], "an answer": [answer.pk]}[chosen]
    with pytest.raises(actions.CannotSplit):
        actions.split(ticket=ticket, messages=ids, subject="x", by=stage.cast.helper, at=stage.now)


def test_a_resting_ticket_comes_back_on_top(stage: Stage):
    urgent, rests = stage.ticket(category="attack"), stage.ticket(category="change")
    due = stage.clock(rests, "resolution").due_at
    actions.snooze(ticket=rests, until=stage.now.replace(hour=12), by=stage.cast.helper, at=stage.now)
    assert shown(stage) == [urgent]
    assert stage.clock(fresh(rests), "resolution").due_at == due
    carry_on(stage.later(hours=1))
    assert shown(stage) == [urgent]
    carry_on(stage.later(hours=1))
    assert shown(stage) == [rests, urgent]
    stage.reply(rests)
    assert shown(stage) == [urgent, rests]


def test_the_clients_message_ends_the_rest(stage: Stage):
    ticket = stage.ticket()
    actions.snooze(ticket=ticket, until=stage.now.replace(hour=15), by=stage.cast.helper, at=stage.now)
    stage.wrote(ticket)
    assert fresh(ticket).snoozed_until is None
    assert shown(stage) == [ticket]


def test_nobody_rests_until_yesterday(stage: Stage):
    with pytest.raises(actions.NotInFuture):
        actions.snooze(ticket=stage.ticket(), until=stage.now, by=stage.cast.helper, at=stage.now)


def shown(stage: Stage) -> list[Ticket]:
    given = {"user": stage.cast.helper, "zone": stage.cast.helper.zone, "at": stage.now}
    return list(queries.listed(queries.tickets(), queries.Wanted(), **given))


def test_tags_are_few_clean_and_once(stage: Stage):
    ticket, given = stage.ticket(), ["  Big  Shop ", "big shop", "", "a" * 60]
    assert actions.tag(ticket=ticket, words=given, by=stage.cast.helper, at=stage.now) == ["a" * 40, "big shop"]
    actions.tag(ticket=ticket, words=["seo"], by=stage.cast.helper, at=stage.now)
    assert list(ticket.tickettags.values_list("word", flat=True)) == ["seo"]


def test_links_are_read_from_both_sides(stage: Stage):
    one, other = stage.ticket(), stage.ticket()
    actions.link(ticket=one, other=other, kind="caused_by", by=stage.cast.helper, at=stage.now)
    assert [(each.words, each.ticket) for each in life.links_of(one)] == [("Caused by", other)]
    assert [(each.words, each.ticket) for each in life.links_of(other)] == [("Is the cause of", one)]
    actions.unlink(ticket=other, other=one, by=stage.cast.helper, at=stage.now)
    assert life.links_of(one) == []
    with pytest.raises(actions.CannotLink):
        actions.link(ticket=one, other=one, kind="related", by=stage.cast.helper, at=stage.now)


def test_minutes_are_summed_by_ticket_and_by_month_of_the_client(stage: Stage):
    source, target = merged(stage)
    for ticket, minutes in ((source, 10), (target, 25)):
        actions.spend_time(ticket=ticket, minutes=minutes, by=stage.cast.helper, at=stage.now)
    summer = datetime(2026, 5, 31, 23, 30, tzinfo=UTC)  # June in London
    actions.spend_time(ticket=target, minutes=5, by=stage.cast.helper, at=summer)
    assert life.minutes_on(target) == 40
    year = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    found = life.minutes_by_month(stage.cast.a, *year)
    assert {day.isoformat(): minutes for day, minutes in found.items()} == {"2026-03-01": 35, "2026-06-01": 5}
    assert life.minutes_by_month(stage.cast.b, *year) == {}


def test_a_draft_is_its_writers_alone(stage: Stage):
    ticket, helper, other = stage.ticket(), stage.cast.helper, stage.cast.administrator
    actions.keep_draft(ticket=ticket, kind="reply", text="We th", by=helper, at=stage.now)
    actions.keep_draft(ticket=ticket, kind="reply", text="We think", by=helper, at=stage.now)
    assert life.drafts_of(ticket, helper) == {"reply": "We think"}
    assert life.drafts_of(ticket, other) == {}
    actions.keep_draft(ticket=ticket, kind="reply", text=" ", by=helper, at=stage.now)
    assert not Draft.objects.exists()


def test_who_is_on_it_is_forgotten_after_seconds(stage: Stage):
    ticket, helper, other = stage.ticket(), stage.cast.helper, stage.cast.administrator
    actions.be_present(ticket=ticket, writing="reply", by=helper, at=stage.now)
    assert [(each.user, each.writing) for each in life.others_on(ticket, other, stage.now)] == [(helper, "reply")]
    assert life.others_on(ticket, helper, stage.now) == []
    assert life.others_on(ticket, other, stage.later(seconds=30)) == []


def test_a_ticket_given_to_a_client_takes_all_of_its_rows_along(stage: Stage):
    ticket = stage.mail(letter("eve@elsewhere.example")).ticket
    actions.spend_time(ticket=ticket, minutes=5, by=stage.cast.helper, at=stage.now)
    actions.tag(ticket=ticket, words=["seo"], by=stage.cast.helper, at=stage.now)
    actions.move(ticket=ticket, client=stage.cast.a, by=stage.cast.helper, at=stage.now)
    assert ticket.timeentrys.get().client == ticket.tickettags.get().client == stage.cast.a


def test_those_who_watch_are_told_of_news_but_not_of_their_own(stage: Stage):
    ticket, ada = stage.ticket(), stage.cast.administrator
    for user in (ada, stage.cast.helper):
        actions.watch(ticket=ticket, by=user, at=stage.now)
    actions.note(ticket=ticket, text="He shouts.", by=stage.cast.helper, at=stage.now)
    while facts.deliver_due(stage.now):
        pass
    told = sent_to(ada.email)[-1]
    assert "Hal Helper wrote a note for the team" in told.text
    assert "He shouts" not in told.text
    assert not sent_to(stage.cast.helper.email)
    actions.unwatch(ticket=ticket, by=ada, at=stage.now)
    stage.wrote(ticket)
    while facts.deliver_due(stage.now):
        pass
    assert len(sent_to(ada.email)) == 1
