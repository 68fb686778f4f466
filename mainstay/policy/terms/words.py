"""The words that terms choose from."""

from enum import StrEnum


class Priority(StrEnum):
    """How much a call matters; P1 the most."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Level(StrEnum):
    """A step of impact and of urgency."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Weekday(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class DowntimeClock(StrEnum):
    """Which hours downtime is charged in."""

    ALL = "all"
    OFFICE = "office"


class YearKind(StrEnum):
    """Which year the hours are counted in."""

    CONTRACT = "contract"
    CALENDAR = "calendar"
    ROLLING = "rolling"


class Cause(StrEnum):
    """Causes of downtime that an agreement may exclude."""

    PLANNED = "planned"
    CLIENT = "client"
    CLIENT_NETWORK = "client_network"
    THIRD_PARTY = "third_party"


class UnknownExcess(StrEnum):
    """What unknown time past its allowance is."""

    CHARGED = "charged"
    SHOWN = "shown"


class Figure(StrEnum):
    """Which of the three figures of downtime is judged."""

    LOWER = "lower"
    POINT = "point"
    UPPER = "upper"


class Channel(StrEnum):
    """The ways to reach the desk."""

    MAIL = "mail"
    PORTAL = "portal"
    PHONE = "phone"
    API = "api"


class Audience(StrEnum):
    """The people frontline support is for."""

    WEBSITE_USER = "website_user"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    IT_TEAM = "it_team"


class PauseReason(StrEnum):
    """What a clock may wait for."""

    WAITING_FOR_CLIENT = "waiting_for_client"


class Rung(StrEnum):
    """The roles that a step of the ladder reaches."""

    ASSIGNEE = "assignee"
    TEAM_LEAD = "team_lead"
    ACCOUNT_MANAGER = "account_manager"
    DIRECTOR = "director"


class Difficulty(StrEnum):
    """The difficulties that the policy names."""

    DATA_UPLOAD = "data_upload"
    IMAGE_UPLOAD = "image_upload"
    VIEWABILITY = "viewability"
    VIEWABILITY_WHOLE_PAGE = "viewability_whole_page"
    LAYOUT = "layout"
    ATTACK = "attack"


class People(StrEnum):
    """Who must have a second factor."""

    STAFF = "staff"
    CLIENT_ADMINISTRATOR = "client_administrator"
    EVERYBODY = "everybody"


class Approval(StrEnum):
    """What lets a newly registered person see a client's data."""

    CLIENT_ADMINISTRATOR = "client_administrator"
    VERIFIED_DOMAIN = "verified_domain"
