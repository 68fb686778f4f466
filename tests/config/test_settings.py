"""Settings are typed, come from the environment or one file, and fail loudly."""

from pathlib import Path

import pytest

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
        ("MAINSTAY_MAIL_URL_FILE", "/nowhere/secret", "MAINSTAY_MAIL_URL_FILE cannot be read"),
    ],
)
def test_a_wrong_value_names_its_setting(tmp_path: Path, name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingWrong, match=expected):
        load({"MAINSTAY_DATA": str(tmp_path), name: value})


def test_an_unknown_name_in_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "mainstay.toml").write_text("web_wrokers = 3\n")

    with pytest.raises(SettingWrong, match="web_wrokers"):
        load({"MAINSTAY_DATA": str(tmp_path)})


def test_a_broken_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "mainstay.toml").write_text("url = \n")

    with pytest.raises(SettingWrong, match="not valid TOML"):
        load({"MAINSTAY_DATA": str(tmp_path)})


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = load({"MAINSTAY_DATA": str(tmp_path)})

    first, second = secret_key_of(settings), secret_key_of(settings)

    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
