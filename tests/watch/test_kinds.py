"""What every kind of check keeps to."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from mainstay.watch import probes
from mainstay.watch.codes import Code, State
from mainstay.watch.engine.clock import boot_s
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts
from mainstay.watch.probes import KINDS, Kind, Pointed, SettingsWrong, spec_of, start
from tests.watch import servers
from tests.watch.servers import NameServer, serving

PROBED = [each for each in KINDS.values() if each.probe is not None]
AT_ADDRESS = [each for each in PROBED if each.key not in ("dns", "domain")]
WITH_PORT = [each for each in AT_ADDRESS if each.pointed in (Pointed.URL, Pointed.HOST_PORT)]


def kinds(found: list[Kind]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", found, ids=[each.key for each in found])


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 site.test\n169.254.169.254 metadata.test\n127.0.0.1 mixed.test\n10.0.0.7 mixed.test\n")
    with NameServer(lambda _: None) as silent:
        found = Engine("", hosts=Hosts(hosts), servers=(silent.address,))
        yield found
        found.close()


def address(kind: Kind, host: str, port: int = 9) -> str:
    return {
        Pointed.URL: f"http://{host}:{port}/",
        Pointed.HOST: host,
        Pointed.HOST_PORT: f"{host}:{port}",
    }[kind.pointed]


def test_each_file_with_a_kind_is_in_the_list() -> None:
    folder = Path(probes.__file__).parent
    with_kind = {each.stem for each in folder.glob("*.py") if "\nKIND = Kind(" in each.read_text()}
    assert with_kind == {each.settings.__module__.rpartition(".")[2] for each in KINDS.values()}


@kinds(list(KINDS.values()))
def test_it_is_told_in_plain_words(kind: Kind) -> None:
    assert kind.label
    assert kind.explanation.endswith(".")
    for name, field in kind.settings.model_fields.items():
        assert field.title, name
    assert set(kind.secrets) <= set(kind.settings.model_fields)


@kinds(list(KINDS.values()))
def test_its_settings_can_be_kept_and_read_again(kind: Kind) -> None:
    first = kind.read({})
    kept = json.loads(json.dumps(TypeAdapter(kind.settings).dump_python(first, mode="json")))

    assert kind.read(kept) == first


@kinds(list(KINDS.values()))
def test_a_setting_that_there_is_not_is_refused_by_its_name(kind: Kind) -> None:
    with pytest.raises(SettingsWrong) as caught:
        kind.read({"no_such_setting": 1})

    assert caught.value.field == "no_such_setting"
    assert str(caught.value).endswith(".")


@kinds(AT_ADDRESS)
@pytest.mark.parametrize("host", ["metadata.test", "mixed.test", "169.254.169.254", "0x7f.1"])
def test_what_may_not_be_looked_at_is_not_and_says_nothing_of_the_website(
    engine: Engine, kind: Kind, host: str
) -> None:
    found = engine.run(start(spec_of(kind.key, address(kind, host), 3.0, {})), 3.0)

    assert (found.code, found.state) == (Code.ADDRESS_REFUSED, State.UNKNOWN)
    assert found.address == ""


@kinds(PROBED)
def test_it_ends_in_time_where_nobody_answers_for_the_name(engine: Engine, kind: Kind) -> None:
    began = boot_s()
    found = engine.run(start(spec_of(kind.key, address(kind, "silent.test"), 1.0, {}, allow_private=True)), 1.0)

    assert boot_s() - began < 3
    assert found.state is not State.UP


@kinds(WITH_PORT)
def test_a_port_where_nobody_listens_is_down(engine: Engine, kind: Kind) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    found = engine.run(start(spec_of(kind.key, address(kind, "site.test", port), 3.0, {}, allow_private=True)), 3.0)

    assert (found.code, found.state, found.address) == (Code.CONNECTION_REFUSED, State.DOWN, "127.0.0.1")


@kinds([each for each in WITH_PORT if each.key != "tcp"])
def test_a_server_that_says_nothing_is_down_in_time(engine: Engine, kind: Kind) -> None:
    began = boot_s()
    with serving(servers.is_silent) as port:
        found = engine.run(start(spec_of(kind.key, address(kind, "site.test", port), 1.0, {}, allow_private=True)), 1.0)

    assert boot_s() - began < 3
    assert (found.code, found.state) == (Code.TIMEOUT, State.DOWN)


@kinds([each for each in WITH_PORT if each.key != "tcp"])
def test_a_server_that_hangs_up_or_babbles_is_down(engine: Engine, kind: Kind) -> None:
    for answer in (servers.hangs_up_at_once, servers.says_at_once("what\0 ever\r\n" * 200)):
        with serving(answer) as port:
            spec = spec_of(kind.key, address(kind, "site.test", port), 3.0, {}, allow_private=True)
            found = engine.run(start(spec), 3.0)

        assert found.state is State.DOWN


@kinds(PROBED)
def test_no_descriptor_is_left_open(engine: Engine, kind: Kind) -> None:
    with serving(servers.says_at_once("220 hello\r\n")) as port:
        spec = spec_of(kind.key, address(kind, "site.test", port), 1.0, {}, allow_private=True)
        engine.run(start(spec), 1.0)
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(3):
            engine.run(start(spec), 1.0)

    assert len(list(Path("/proc/self/fd").iterdir())) <= before
