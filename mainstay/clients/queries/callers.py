"""Finding whoever calls, by whatever they say first: name, address, telephone number, client, website."""

import re

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from mainstay.clients.models import Contact, Organisation, Website

FOUND_MAX = 10
LEAST = 2
DIGITS_LEAST = 3
WORDS_MAX = 6
COUNTRY_CODE_MAX = 3
NATIONAL_LEAST = 6
_TELEPHONE = re.compile(r"^[\d\s+()./\-\u2010-\u2015\u00a0]+$")


def callers(among: QuerySet[Organisation], typed: str) -> list[Contact]:
    """Contacts of `among` whom the words typed speak of, all of them, by name, at most ten; two queries.

    Each contact's client comes with its active websites. Nothing is looked for with less than two characters.
    """
    typed = typed.strip()
    if len(typed) < LEAST:
        return []
    found = Contact.objects.filter(client__in=among, is_active=True, client__is_active=True)
    wanted = _with_number(typed) if _TELEPHONE.match(typed) else _with_words(typed)
    websites = Prefetch("client__websites", Website.objects.filter(is_active=True).order_by("name", "pk"))
    rows = found.filter(wanted).select_related("client").prefetch_related(websites)
    return list(rows.order_by("name", "pk")[:FOUND_MAX])


def _with_words(typed: str) -> Q:
    wanted = Q()
    for word in typed.split()[:WORDS_MAX]:
        site = Website.objects.filter(client=OuterRef("client"), is_active=True)
        about_site = Exists(site.filter(Q(name__icontains=word) | Q(url__icontains=word)))
        wanted &= Q(name__icontains=word) | Q(email__icontains=word) | Q(client__name__icontains=word) | Q(about_site)
    return wanted


def _with_number(typed: str) -> Q:
    """A number in any spelling: with the country's code or without, with a leading nought or without.

    What was typed may be a part of the number; with a country's code it is looked for without that as well.
    """
    digits = re.sub(r"\D", "", typed.replace("(0)", ""))
    national = digits.lstrip("0")
    if len(national) < DIGITS_LEAST:
        return Q(pk__in=())
    wanted = Q(phone_digits__contains=national)
    if typed.startswith("+") or digits.startswith("00"):
        for length in range(1, COUNTRY_CODE_MAX + 1):
            if len(national) - length >= NATIONAL_LEAST:
                wanted |= Q(phone_digits__in=(national[length:], f"0{national[length:]}"))
    return wanted
