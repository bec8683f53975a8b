"""The settings: the file, the environment over it, and every slip of the pen named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import FILE, OPTIONS, Settings, load, unknown
from domain.errors import SettingsError


def write(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text, encoding="utf-8")


def test_without_any_there_are_defaults(tmp_path: Path) -> None:
    assert load({}, tmp_path) == Settings("sqlite:///paperround.db", "UTC", "INFO")
    assert load({option.name: " " for option in OPTIONS}, tmp_path) == Settings()


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    write(tmp_path, 'database_url = "sqlite:///a.db"\ntimezone = "Europe/Paris"\nlog_level = "debug"\n')
    assert load({}, tmp_path) == Settings("sqlite:///a.db", "Europe/Paris", "DEBUG")
    environment = {"PAPERROUND_DATABASE_URL": "sqlite:///b.db", "PAPERROUND_TIMEZONE": "Asia/Tokyo"}
    assert load(environment, tmp_path) == Settings("sqlite:///b.db", "Asia/Tokyo", "DEBUG")


def test_every_option_can_be_set_in_both(tmp_path: Path) -> None:
    values = {"database_url": "sqlite:///x.db", "timezone": "Asia/Tokyo", "log_level": "error"}
    values |= {"log_format": "json", "page": "127.0.0.1:0", "page_token": "f" * 16, "page_url": "https://papers.lab"}
    values |= {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "slack_signing_secret": "signed"}
    values |= {"slack_client_id": "7.8", "slack_client_secret": "hush", "slack_token_key": "locked"}
    values |= {"slack_mode": "http", "slack_api_url": "http://127.0.0.1:9/api", "slack_unfurl": "on"}
    values |= {"discord_token": "hush-hush", "discord_api_url": "http://127.0.0.1:1/api", "discord_embeds": "On"}
    values |= {"contact": "ada@example.org", "local_hosts": "feeds.lab,10.0.0.2:8080"}
    values |= {"keep_papers": "365", "keep_editions": "100", "commands": "5"}
    assert set(values) == {option.key for option in OPTIONS}
    write(tmp_path, "".join(f'{key} = "{value}"\n' for key, value in values.items()))
    from_file = load({}, tmp_path)
    assert from_file == load({option.name: values[option.key] for option in OPTIONS}, tmp_path / "nowhere")
    assert all(repr(value) not in repr(Settings()) for value in values.values())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PAPERROUND_DISCORD_API_URL", "http://proxy.example/api", "http sends the token in clear"),
        ("PAPERROUND_DISCORD_API_URL", "discord.com", "is no web address"),
        ("PAPERROUND_DISCORD_EMBEDS", "perhaps", "there is no “perhaps”"),
    ],
)
def test_a_setting_of_discord_that_cannot_be_meant(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({name: value}, Path("nowhere"))
    assert caught.value.what.startswith(f"{name}: ")
    assert said in caught.value.what


def test_discord_s_token_is_not_shown() -> None:
    found = load({"DISCORD_TOKEN": "hush"}, Path("nowhere"))
    assert {found.discord_token} == {"hush"}
    assert "hush" not in repr(found)


def test_sources_have_settings_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, '[sources.folder]\npath = "inbox"\n[sources.Arxiv]\nCategories = ["cs.CL", "cs.LG"]\nall = true\n')
    environment = {
        "PAPERROUND_SOURCES__FOLDER__PATH": "/elsewhere",
        "PAPERROUND_SOURCES__ARXIV__URL": "https://example.org",
        "PAPERROUND_SOURCES__ARXIV__ALL": "",
    }
    assert load(environment, tmp_path).sources == {
        "folder": {"path": "/elsewhere"},
        "arxiv": {"categories": "cs.CL,cs.LG", "all": "true", "url": "https://example.org"},
    }


def test_what_sources_need_is_not_shown() -> None:
    found = load({"PAPERROUND_SOURCES__ARXIV__TOKEN": "hush"}, Path("nowhere"))
    assert "hush" in found.sources["arxiv"].values()
    assert "hush" not in repr(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("databse_url = 1", "paperround.toml has an unknown setting “databse_url”. Did you mean database_url?"),
        ("colour = 1", f"There are: {', '.join(option.key for option in OPTIONS)}, sources."),
        ('log_format = "xml"', "PAPERROUND_LOG_FORMAT: there is no “xml”. Write text or json."),
        ('page = "somewhere"', "PAPERROUND_PAGE: “somewhere” is no address."),
        ('page = "0.0.0.0:80"', "0.0.0.0:80 can be reached from other machines, so the page needs a token."),
        ('page_url = "papers.lab"', "PAPERROUND_PAGE_URL: “papers.lab” is no web address."),
        ("timezone = ", "paperround.toml cannot be read: "),
        ('timezone = "Europe/Pariss"', "PAPERROUND_TIMEZONE: There is no timezone “Europe/Pariss”. Did you mean"),
        ('timezone = "Mars/Olympus"', "PAPERROUND_TIMEZONE: There is no timezone “Mars/Olympus”."),
        ('log_level = "loud"', "PAPERROUND_LOG_LEVEL: there is no level “loud”. Write debug, info"),
        (
            'keep_papers = "89"',
            "PAPERROUND_KEEP_PAPERS: “89” is no time to keep things for. Write a number of days, 90",
        ),
        ('keep_editions = "a year"', "PAPERROUND_KEEP_EDITIONS: “a year” is no time to keep things for."),
        ("commands = 0", "PAPERROUND_COMMANDS: “0” is no number of them. Write one from 1 on, or off."),
        ("sources = 1", "paperround.toml: sources are tables."),
        ('[sources]\nfolder = "inbox"', "Write for example [sources.folder]"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, text)
    with pytest.raises(SettingsError) as raised:
        load({}, tmp_path)
    assert said in str(raised.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read"):
        load({}, tmp_path)
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load({}, tmp_path)


def test_a_byte_order_mark_is_no_setting(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b'\xef\xbb\xbftimezone = "Asia/Tokyo"\n')
    assert load({}, tmp_path).timezone == "Asia/Tokyo"


@pytest.mark.parametrize(("typed", "meant"), [("utc", "UTC"), ("europe/paris", "Europe/Paris")])
def test_a_timezone_may_be_written_in_any_case(tmp_path: Path, typed: str, meant: str) -> None:
    assert load({"PAPERROUND_TIMEZONE": typed}, tmp_path).timezone == meant


def test_slips_in_the_environment_are_found() -> None:
    environment = {
        "PAPERROUND_DATABSE_URL": "x",
        "PAPERROUND_COLOUR": "x",
        "PAPERROUND_SOURCES__FOLDER": "inbox",
        "PAPERROUND_SOURCES__FOLDER__PATH": "inbox",
        "PAPERROUND_TIMEZONE": "UTC",
        "_PAPERROUND_COMPLETE": "bash_source",
        "PATH": "x",
    }
    found = dict(unknown(environment))
    assert set(found) == {"PAPERROUND_DATABSE_URL", "PAPERROUND_COLOUR", "PAPERROUND_SOURCES__FOLDER"}
    assert found["PAPERROUND_DATABSE_URL"] == "Did you mean PAPERROUND_DATABASE_URL?"
    assert found["PAPERROUND_COLOUR"].startswith("There are: PAPERROUND_DATABASE_URL, ")


def test_settings_do_not_change() -> None:
    found = load({"PAPERROUND_SOURCES__FOLDER__PATH": "x"}, Path("nowhere"))
    with pytest.raises(AttributeError):
        found.timezone = "Asia/Tokyo"  # type: ignore[misc]  # that it cannot be set is the point
    with pytest.raises(TypeError):
        found.sources["folder"]["path"] = "y"  # type: ignore[index]  # as above


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PAPERROUND_SLACK_MODE", "sokcet", "socket or http"),
        ("PAPERROUND_SLACK_UNFURL", "maybe", "on or off"),
        ("PAPERROUND_SLACK_API_URL", "slack.com/api", "is no web address"),
    ],
)
def test_slack_s_settings_are_read_or_said_to_be_wrong(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({name: value}, Path("nowhere"))
    assert name in str(caught.value)
    assert said in str(caught.value)


def test_slack_s_address_ends_with_a_slash_and_its_switch_may_be_a_truth() -> None:
    found = load({"PAPERROUND_SLACK_API_URL": "http://127.0.0.1:9/api", "PAPERROUND_SLACK_UNFURL": "true"}, Path("no"))
    assert found.slack_api_url == "http://127.0.0.1:9/api/"
    assert found.slack_unfurl
    assert load({}, Path("nowhere")).slack_api_url == "https://slack.com/api/"


def test_slack_s_secrets_are_not_shown() -> None:
    names = [option.name for option in OPTIONS if option.secret]
    found = load({name: f"hush-{name.lower()}-hush" for name in names}, Path("nowhere"))
    assert "hush" not in repr(found)
