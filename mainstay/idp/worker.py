"""Jobs of `idp`: relying parties are told who is out, keys are replaced, lost access is found."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from allauth.idp.oidc.models import Token

from mainstay.common.addresses import AddressRefused
from mainstay.common.addresses.asking import NoAnswer, ask
from mainstay.common.backoff import Backoff
from mainstay.common.facts import FactRecord, Process
from mainstay.common.jobs import TryLater, periodic, task
from mainstay.idp import actions, queries
from mainstay.idp.logout_tokens import logout_token
from mainstay.idp.models import Visit

IDP = Process("idp")
TAKEN = (200, 204)
ATTEMPTS = 12


def put_out_is_told(record: FactRecord) -> None:
    """Tell the relying party that somebody is out; again is harmless."""
    tell_put_out.using(key=f"put-out:{record.body['party_id']}:{record.body['user_id']}").enqueue(
        party_id=record.body["party_id"], user_id=record.body["user_id"]
    )


@task(queue="notify", max_attempts=ATTEMPTS, backoff=Backoff(first=timedelta(seconds=10), longest=timedelta(hours=2)))
def tell_put_out(party_id: int, user_id: int, at: datetime) -> None:
    """Ask a relying party to end the sessions of somebody who is out (OpenID Connect Back-Channel Logout 1.0, 2.5).

    Somebody who was signed in anew meanwhile, rightly, stays. What went wrong is kept with the visit.
    """
    found = Visit.objects.select_related("party__application", "user").filter(party=party_id, user=user_id)
    visit = found.filter(put_out_at__isnull=False).first()
    if visit is None or not visit.party.logout_url or visit.told_at is not None:
        return
    problem = _told(visit, at)
    actions.note_told(visit=visit, problem=problem, at=at)
    if problem:
        raise TryLater(problem)


@periodic(every=timedelta(minutes=5), queue="timers")
def find_who_lost_access(at: datetime) -> None:
    """Put out who gets in no more, whatever led to it; what is known at once is done at once."""
    actions.put_out_all_who_lost(by=IDP, at=at)


@periodic(every=timedelta(days=1), queue="bulk")
def keep_signing_keys(at: datetime) -> None:
    """Make a new key twice a year, and forget those that have ended."""
    if queries.needs_new_key(at, actions.KEY_FOR):
        actions.make_signing_key(by=IDP, at=at)
    actions.forget_old_keys(at=at)


@periodic(every=timedelta(days=1), queue="bulk")
def forget_what_is_over(at: datetime) -> None:
    """Delete tokens that have run out, and relying parties that were removed a month ago."""
    actions.forget_removed(at=at)
    Token.objects.filter(expires_at__lte=at).delete()


def _told(visit: Visit, at: datetime) -> str:
    """What kept the relying party from being told; empty when it was."""
    try:
        answer = ask(
            visit.party.logout_url,
            method="POST",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode({"logout_token": logout_token(visit, at)}).encode(),
            allow_private=visit.party.is_private,
        )
    except (AddressRefused, NoAnswer) as problem:
        return str(problem)
    return "" if answer.status in TAKEN else f"It answered with status {answer.status}."
