"""What the doctor finds."""

import os
import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from mainstay.common import facts, health
from mainstay.common.health import Finding, findings, machine, queues
from mainstay.common.jobs import Job, JobState, run_due
from mainstay.common.mail import Letter, MailState, OutgoingMail, post
from mainstay.common.models import FactDelivery, FactRecord
from tests.common import chores
from tests.mailbox import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def data(tmp_path, settings):
    settings.MAINSTAY = replace(settings.MAINSTAY, data=tmp_path)
    tmp_path.chmod(0o700)
    return tmp_path


def test_every_finding_has_a_name_and_a_remedy_where_something_is_wrong():
    found = health.examine()
    names = {finding.name for finding in found}
    assert names >= {
        "database",
        "durability",
        "disk",
        "clock",
        "data folder",
        "jobs",
        "facts",
        "mail queue",
        "mail server",
    }
    assert all(finding.sentence for finding in found)
    assert all(finding.remedy for finding in found if finding.verdict != "ok")
    assert all(set(finding.as_dict()) == {"name", "verdict", "sentence", "remedy"} for finding in found)


def test_check_that_breaks_is_a_finding_and_the_others_still_run(monkeypatch):
    monkeypatch.setattr(findings, "_checks", {})

    @health.check("broken")
    def broken() -> Finding:
        raise RuntimeError("no such thing")

    @health.check("fine")
    def fine() -> Finding:
        return Finding.ok("fine")

    first, second = health.examine()
    assert (first.name, first.verdict) == ("broken", "fail")
    assert "no such thing" in first.sentence
    assert (second.name, second.verdict) == ("fine", "ok")


def test_database_answers_and_is_left_as_it_was():
    assert health.database.database().verdict == "ok"
    assert FactRecord.objects.count() == 0


def test_durability_tells_a_database_that_does_not_wait_for_the_disk():
    if connection.vendor == "sqlite":
        assert health.database.durability().verdict == "fail"  # tests do not wait
        assert "does not wait" in health.database.durability().sentence
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = on")
            before = health.database.durability().sentence
            cursor.execute("SET LOCAL synchronous_commit = off")
        assert "synchronous_commit" not in before
        assert "synchronous_commit" in health.database.durability().sentence


@pytest.mark.parametrize(("free_gb", "verdict"), [(0.4, "fail"), (1, "warn"), (3, "ok")])
def test_disk(monkeypatch, data, free_gb, verdict):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, free_gb * 1024**3))
    assert machine.disk().verdict == verdict


def test_disk_of_a_data_folder_that_is_not_there_yet(data, settings):
    settings.MAINSTAY = replace(settings.MAINSTAY, data=data / "not" / "yet")
    assert machine.disk().sentence.endswith("yet")


@pytest.mark.parametrize(("drift_s", "verdict"), [(0.1, "ok"), (5, "warn"), (-5, "warn")])
def test_clock_against_the_database_servers(monkeypatch, drift_s, verdict):
    monkeypatch.setattr(machine, "_drift_from_database_s", lambda: drift_s)
    assert machine.clock().verdict == verdict


def test_clock_that_cannot_be_true(time_machine):
    time_machine.move_to("1999-12-31")
    assert machine.clock().verdict == "fail"


def test_data_folder(data, settings):
    assert machine.data_folder().verdict == "ok"
    data.chmod(0o755)
    assert machine.data_folder().verdict == "warn"
    assert os.listdir(data) == []
    settings.MAINSTAY = replace(settings.MAINSTAY, data=data / "missing")
    assert machine.data_folder().verdict == "fail"


def test_failed_and_late_jobs():
    assert queues.jobs().verdict == "ok"
    chores.note.enqueue(path="x", word="y")
    Job.objects.update(enqueued_at=timezone.now() - timedelta(minutes=11))
    assert (queues.jobs().verdict, queues.jobs().remedy) == ("fail", "Start the worker: mainstay work")
    Job.objects.all().delete()
    chores.fail_for_good.enqueue(reason="no such mailbox")
    run_due(timezone.now())
    assert queues.jobs().verdict == "warn"
    assert "no such mailbox" in queues.jobs().sentence
    Job.objects.filter(state=JobState.FAILED).update(finished_at=timezone.now() - timedelta(days=8))
    assert queues.jobs().verdict == "ok"


def test_held_back_and_late_facts():
    assert queues.facts().verdict == "ok"
    long_ago = timezone.now() - timedelta(hours=1)
    fact = FactRecord.objects.create(kind="k", subject="s", at=long_ago, recorded_at=long_ago, process="p")
    delivery = FactDelivery.objects.create(fact=fact, handler="a.gone", subject="s", due_at=long_ago)
    assert "Start the worker" in queues.facts().remedy
    facts.deliver_due(timezone.now())
    assert queues.facts().verdict == "fail"
    assert "a.gone" in queues.facts().sentence
    delivery.delete()
    assert queues.facts().verdict == "ok"


def test_failed_and_retried_mail(now):
    assert queues.mail_queue().verdict == "ok"
    mail = post(Letter("Subject", "text"), to="ada@example.org", key="k", at=timezone.now())
    assert queues.mail_queue().verdict == "ok"
    OutgoingMail.objects.update(attempts=3, last_error="451 later")
    assert "451 later" in queues.mail_queue().sentence
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.FAILED, last_error="550 no")
    assert "550 no" in queues.mail_queue().sentence


def test_mail_server(settings, smtp_sink):
    def with_url(url):
        settings.MAINSTAY = replace(settings.MAINSTAY, mail_url=url)
        return queues.mail_server()

    assert with_url(smtp_sink.url).verdict == "ok"
    assert with_url("console:").verdict == "warn"
    assert with_url(f"smtp://127.0.0.1:{free_port()}").verdict == "fail"
    assert with_url("carrier-pigeon:").verdict == "fail"
