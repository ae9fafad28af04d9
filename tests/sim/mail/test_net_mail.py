"""``net.mail()``: domains of an internet get servers, accounts, certificates and MX records in one call."""

from __future__ import annotations

import asyncio
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

import catenet
from catenet.application.mail import submit
from catenet.application.mail.mailboxes import Stored
from catenet.errors import LabError, MissingExtra, ScenarioError
from catenet.lab.services.mail import Mail
from catenet.scenario import load

ZONE = """\
$TTL 600
@ SOA ns.lab.example. hostmaster.lab.example. 4294967295 3600 600 86400 30
@ NS dns-zones.lab.example.
www A 192.0.2.1
"""
DOMAINS = {"a.test": {"alice": "correct horse"}, "b.test": {"bob": "battery"}, "lab.example": {"carol": "staple"}}


class Lab:
    """Three domains: ``b.test`` has a zone of its own, ``lab.example`` is the domain of the nodes."""

    def __init__(self, **options: Any) -> None:
        self.net = net = catenet.Internet(seed=7)
        routers = net.routers("paris", "oslo", "rome")
        net.link("paris", "oslo", delay="14ms")
        net.link("oslo", "rome", delay="21ms")
        net.dns(at="oslo", zones={"b.test": ZONE})
        self.mail: Mail = net.mail(DOMAINS, at=routers, **options)
        self.client = net.host("client", at="oslo")
        self.found: list[Stored] = []

    async def post(self, *recipients: str) -> list[int]:
        """Submit a letter as Alice; the codes."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "alice@a.test", ", ".join(recipients), "a letter"
        message.set_content("Good morning.\n")
        replies = await submit(message, server="mail.a.test", user="alice@a.test", password="correct horse")
        return [reply.code for reply in replies.values()]

    async def read(self, *addresses: str) -> None:
        for address in addresses:
            boxes = self.mail.servers[address.partition("@")[2]].mailboxes
            self.found.extend(await boxes.messages(address))


@pytest.mark.slow
def test_mail_crosses_three_domains_encrypted() -> None:
    lab = Lab(encryption="required")

    async def main() -> tuple[list[int], str]:
        await asyncio.sleep(1)
        codes = await lab.post("bob@b.test", "carol@lab.example", "nobody@b.test")
        await asyncio.sleep(20)
        await lab.read("bob@b.test", "carol@lab.example", "alice@a.test")
        found = await asyncio.get_running_loop().getaddrinfo("www.b.test", 80)
        return codes, found[0][4][0]

    program = lab.client.run(main)
    with lab.net as net:
        assert net.run().ok
        assert program.result == ([250, 250, 250], "192.0.2.1")  # the user's zone keeps its records
    messages = [one.message() for one in lab.found]
    assert [one["Subject"] for one in messages] == ["a letter", "a letter", "Undelivered mail returned to sender"]
    assert [str(one["Received"]).split(" with ")[1].split()[0] for one in messages[:2]] == ["ESMTPS"] * 2
    assert {name: host.name for name, host in lab.mail.hosts.items()} == {
        "a.test": "mail.a.test", "b.test": "mail.b.test", "lab.example": "mail"
    }  # fmt: skip
    assert lab.mail.servers["a.test"].counters["starttls-sent"] == 2


@pytest.mark.slow
@pytest.mark.long
def test_a_backup_keeps_the_mail_of_a_domain_whose_server_is_down() -> None:
    lab = Lab(backups={"b.test": "lab.example"})
    passed: list[int] = []

    async def main() -> None:
        await asyncio.sleep(1)
        await lab.post("bob@b.test")
        await asyncio.sleep(60)
        passed.extend(lab.mail.servers[domain].counters["messages-done"] for domain in ("a.test", "lab.example"))
        await asyncio.sleep(5 * 3_600)
        await lab.read("bob@b.test")

    lab.client.run(main)
    lab.net.at("500ms").crash("mail.b.test")
    lab.net.at("3h").restart("mail.b.test")
    with lab.net as net:
        assert net.run().ok
    assert passed == [1, 0]
    (stored,) = lab.found
    trace = [str(field).split("by ")[1].split()[0] for field in stored.message().get_all("Received", [])]
    assert trace == ["mail.b.test", "mail.lab.example", "mail.a.test"]


@pytest.mark.parametrize(
    ("domains", "options", "message"),
    [
        ({}, {}, "no domain"),
        ({"test": {}}, {}, "'test' is a top-level one; write one below it"),
        ({"a_b.test": {}}, {}, "'a_b.test' is not a domain"),
        ({"a.test": {}, "A.test.": {}}, {}, "a.test is there twice"),
        ({"a.test": {"x y": "p"}}, {}, "a.test: 'x y@a.test' is not the address"),
        ({"a.test": {"x": ""}}, {}, "the password of x is ''; write a text"),
        ({"a.test": {}}, {"at": ["r", "r"]}, "at names 2 nodes for 1 domain; name one"),
        ({"a.test": {}}, {"backups": {"a.test": "b.test"}}, "'b.test' is not one of domains"),
        ({"a.test": {}}, {"backups": {"a.test": "a.test"}}, "a.test is its own backup"),
        ({"a.test": {}}, {"encryption": "always"}, "'always' is not one of never, offered, required"),
        ({"a.test": {}}, {"at": "s"}, "'s'"),
        ({"a.test": {}, "taken.test": {}}, {}, "mail.taken.test"),
        ({"mx.test": {}}, {}, "zone mx.test has MX records already"),
        ({"name.test": {}}, {}, "zone name.test has mail.name.test records already"),
    ],
)
def test_a_mistake_in_the_mail_of_an_internet(domains: Any, options: Any, message: str) -> None:
    net = catenet.Internet()
    net.router("r")
    zones = {"mx.test": ZONE + "@ MX 1 www\n", "name.test": ZONE + "mail A 192.0.2.2\n"}
    net.dns(at="r", zones=zones)
    net.host("mail.taken.test", at="r")
    with pytest.raises(LabError, match=message):
        net.mail(domains, **({"at": "r"} | options))
    assert "mail.a.test" not in net._world.registry.nodes  # nothing of the mistake is left
    net.mail({"a.test": {}}, at="r")


def test_mail_needs_names_and_comes_before_the_run() -> None:
    net = catenet.Internet()
    net.router("r")
    with pytest.raises(LabError, match=r"^mail: .*call net.dns\(\) before"):
        net.mail({"a.test": {}}, at="r")
    net.dns(at="r")
    net.run(until="1s")
    with pytest.raises(LabError, match=r"call mail\(\) before the first run"):
        net.mail({"a.test": {}}, at="r")
    net.close()


@pytest.mark.slow
def test_a_scenario_has_mail(tmp_path: Path) -> None:
    (tmp_path / "programs.py").write_text(
        "import asyncio\nfrom catenet.application.mail import submit\n"
        "async def main(server, to):\n"
        "    await asyncio.sleep(1)\n"
        "    replies = await submit(b'Subject: x\\r\\n\\r\\n', server=server, user='alice@a.test', password='horse',"
        " recipients=[to])\n"
        "    assert replies[to].code == 250, replies\n"
    )
    text = (
        '[routers.r]\n[hosts.a]\nat = "r"\n[dns]\nat = "r"\n'
        '[mail]\nat = "r"\nbackups = {"a.test" = "b.test"}\n'
        '[mail.domains."a.test"]\nalice = "horse"\n[mail.domains."b.test"]\nbob = "battery"\n'
        '[[programs]]\nhost = "a"\nrun = "programs:main"\nargs = ["mail.a.test", "bob@b.test"]\n'
    )
    scenario = tmp_path / "scenario.toml"
    scenario.write_text(text)
    with load(scenario).build() as net:
        assert net.run().ok
    scenario.write_text(text.replace('= "b.test"}', '= "c.test"}'))
    with pytest.raises(ScenarioError, match=r"scenario.toml:\d+: mail: backups: 'c.test' is not one of domains"):
        load(scenario).build()


def test_without_its_packages_mail_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    net = catenet.Internet()
    net.router("r")
    net.dns(at="r")
    for name in ("catenet.application.mail", "catenet.application.mail.address"):
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("catenet.errors.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"mail needs aiosmtpd and dnspython.*pip install 'catenet\[services\]'"):
        net.mail({"a.test": {}}, at="r")
