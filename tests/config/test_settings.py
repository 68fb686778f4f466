"""Settings are typed, come from the environment or one file, and fail loudly."""

import sys
from pathlib import Path

import pytest

from mainstay.common.mail.transports import TRANSPORTS
from mainstay.common.settings import SettingWrong, load, secret_key_of


def test_defaults_need_only_a_folder(tmp_path: Path) -> None:
    found = load({"MAINSTAY_DATA": str(tmp_path)})

    assert found.database_url == f"sqlite:///{tmp_path}/mainstay.sqlite3"
    assert found.mail_addresses == ("support@localhost",)
    assert found.demo is False


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "mainstay.toml").write_text('url = "https://file.example"\nweb_workers = 3\n')

    found = load({"MAINSTAY_DATA": str(tmp_path), "MAINSTAY_URL": "https://environment.example"})

    assert (found.url, found.web_workers) == ("https://environment.example", 3)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("smtp://user:word@mail.example:25\n")

    found = load({"MAINSTAY_DATA": str(tmp_path), "MAINSTAY_MAIL_URL_FILE": str(tmp_path / "secret")})

    assert found.mail_url == "smtp://user:word@mail.example:25"


def test_lists_are_split_at_commas(tmp_path: Path) -> None:
    found = load({"MAINSTAY_DATA": str(tmp_path), "MAINSTAY_MAIL_ADDRESSES": "a@x.example, b@x.example,"})

    assert found.mail_addresses == ("a@x.example", "b@x.example")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("MAINSTAY_DEMO", "perhaps", "MAINSTAY_DEMO must be yes or no"),
        ("MAINSTAY_WEB_WORKERS", "two", "MAINSTAY_WEB_WORKERS must be a whole number"),
        ("MAINSTAY_WEB_WORKERS", "0", "MAINSTAY_WEB_WORKERS must be 1 or more"),
        ("MAINSTAY_WEB_THREADS", "0", "MAINSTAY_WEB_THREADS must be 1 or more"),
        ("MAINSTAY_WEB_LISTEN", "nonsense", "MAINSTAY_WEB_LISTEN must be host:port"),
        ("MAINSTAY_WEB_LISTEN", "", "MAINSTAY_WEB_LISTEN must not be empty"),
        ("MAINSTAY_URL", "nonsense", "MAINSTAY_URL must be an address"),
        ("MAINSTAY_URL", "http://[bad", "MAINSTAY_URL must be an address"),
        ("MAINSTAY_ALLOWED_HOSTS", "care.example, care.example:80", "MAINSTAY_ALLOWED_HOSTS must be host names"),
        ("MAINSTAY_TRUSTED_PROXIES", "-1", "MAINSTAY_TRUSTED_PROXIES must be 0 or more"),
        ("MAINSTAY_SECRET_KEY", "short", "MAINSTAY_SECRET_KEY must have 32 to 1000 characters"),
        ("MAINSTAY_SECRET_KEY_FILE", sys.executable, "MAINSTAY_SECRET_KEY_FILE cannot be read"),
        ("MAINSTAY_MAIL_URL_FILE", "/nowhere/secret", "MAINSTAY_MAIL_URL_FILE cannot be read"),
        ("MAINSTAY_MAIL_URL", "pigeon://loft", "MAINSTAY_MAIL_URL must look like smtp:"),
        ("MAINSTAY_MAIL_URL", "smtp://host:port", "MAINSTAY_MAIL_URL must look like smtp:"),
        ("MAINSTAY_MAIL_FROM", "support", "MAINSTAY_MAIL_FROM must be an e-mail address"),
        ("MAINSTAY_MAIL_FROM", "a@b.example\nBcc: c@d.example", "MAINSTAY_MAIL_FROM must be an e-mail address"),
        ("MAINSTAY_MAIL_LISTEN", "25", "MAINSTAY_MAIL_LISTEN must be host:port"),
        ("MAINSTAY_MAIL_PROTOCOL", "imap", "MAINSTAY_MAIL_PROTOCOL must be smtp or lmtp"),
        ("MAINSTAY_MAIL_ADDRESSES", "support", "MAINSTAY_MAIL_ADDRESSES must be e-mail addresses"),
        ("MAINSTAY_MAIL_SIZE_LIMIT", "-1", "MAINSTAY_MAIL_SIZE_LIMIT must be 1024 or more"),
        ("MAINSTAY_IMAP_URL", "imaps://mail.example/INBOX", "MAINSTAY_IMAP_URL must look like imaps:"),
        ("MAINSTAY_IMAP_INTERVAL", "0", "MAINSTAY_IMAP_INTERVAL must be 1 or more"),
        ("MAINSTAY_WATCH_PLACE", "x" * 41, "MAINSTAY_WATCH_PLACE must have 1 to 40 characters"),
        ("MAINSTAY_LOG_FORMAT", "xml", "MAINSTAY_LOG_FORMAT must be auto, human or json"),
    ],
)
def test_a_wrong_value_names_its_setting(tmp_path: Path, name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingWrong, match=expected):
        load({"MAINSTAY_DATA": str(tmp_path), name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAINSTAY_URL", "http://[::1]:8000"),
        ("MAINSTAY_ALLOWED_HOSTS", "*, .agency.example, [::1]"),
        ("MAINSTAY_WEB_LISTEN", ":8000"),
        ("MAINSTAY_WEB_LISTEN", "[::]:8000"),
        *(("MAINSTAY_MAIL_URL", f"{scheme}:{'/' if scheme == 'file' else '//host'}") for scheme in TRANSPORTS),
        ("MAINSTAY_MAIL_FROM", '"Müller, Ann" <support@müller.example>'),
        ("MAINSTAY_MAIL_LISTEN", ""),
        ("MAINSTAY_MAIL_ADDRESSES", "support@agency.example, @clients.agency.example"),
        ("MAINSTAY_IMAP_URL", "imap://ann%40agency.example:word@mail.example:143/INBOX/Desk"),
    ],
)
def test_a_usable_value_is_taken(tmp_path: Path, name: str, value: str) -> None:
    field = name.removeprefix("MAINSTAY_").lower()

    found = getattr(load({"MAINSTAY_DATA": str(tmp_path), name: value}), field)

    assert found == (tuple(value.split(", ")) if isinstance(found, tuple) else value)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("web_workers = 1.5", "MAINSTAY_WEB_WORKERS must be a whole number"),
        ("web_workers = true", "MAINSTAY_WEB_WORKERS must be a whole number"),
        ("allowed_hosts = 5", "MAINSTAY_ALLOWED_HOSTS must be a list of texts"),
        ("allowed_hosts = [5]", "MAINSTAY_ALLOWED_HOSTS must be a list of texts"),
        ("url = 5", "MAINSTAY_URL must be text"),
    ],
)
def test_a_value_of_another_kind_in_the_file_names_its_setting(tmp_path: Path, line: str, expected: str) -> None:
    (tmp_path / "mainstay.toml").write_text(line)

    with pytest.raises(SettingWrong, match=expected):
        load({"MAINSTAY_DATA": str(tmp_path)})


def test_an_unknown_name_in_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "mainstay.toml").write_text("web_wrokers = 3\n")

    with pytest.raises(SettingWrong, match="web_wrokers"):
        load({"MAINSTAY_DATA": str(tmp_path)})


@pytest.mark.parametrize("content", [b"url = \n", b"# \xff\n"])
def test_a_broken_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mainstay.toml").write_bytes(content)

    with pytest.raises(SettingWrong, match="not valid TOML"):
        load({"MAINSTAY_DATA": str(tmp_path)})


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = load({"MAINSTAY_DATA": str(tmp_path)})

    first, second = secret_key_of(settings), secret_key_of(settings)

    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_data_folder_that_is_made_is_closed_to_others(tmp_path: Path) -> None:
    secret_key_of(load({"MAINSTAY_DATA": str(tmp_path / "data")}))

    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_an_empty_key_is_not_replaced_in_silence(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("\n")

    with pytest.raises(SettingWrong, match=r"secret\.key is empty"):
        secret_key_of(load({"MAINSTAY_DATA": str(tmp_path)}))


def test_an_empty_data_setting_means_the_default() -> None:
    assert load({"MAINSTAY_DATA": ""}).data == Path("data").absolute()
