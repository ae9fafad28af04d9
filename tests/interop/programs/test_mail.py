"""Our mail servers with Debian's swaks, curl and Postfix, and with Python's poplib, through a TAP device."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from interop_needs import need

pytest.importorskip("aiosmtpd", reason="the extra `services` is not installed")

LINUX = "198.51.100.2"
ZONE = f"""\
$TTL 600
@  SOA ns.lab.example. hostmaster.lab.example. 1 3600 600 86400 30
@  NS  dns-zones.lab.example.
@  MX  10 mx
mx A   {LINUX}
"""
DOMAINS = {"a.test": {"alice": "correct horse"}, "b.test": {"bob": "battery"}}
POPLIB = """
import poplib, ssl, sys
box = poplib.POP3(sys.argv[1], 110)
box.stls(ssl.create_default_context(cafile=sys.argv[2]))
box.user("alice@a.test"); box.pass_("correct horse")
print(box.stat()[0], *(b"Subject: " + b"Undelivered mail returned to sender" in box.top(n, 0)[1] for n in (1, 2)))
print(b".a line that begins with a dot" in box.retr(1)[1])
box.dele(1); box.quit()
"""


class Site:
    """Two domains of ours, and Linux at the first of three routers."""

    def __init__(self, world: Any, folder: Path) -> None:
        self.world, self.folder = world, folder
        routers = world.chain(3, delay="5ms")
        world.net.dns(at=routers[1], zones={"c.test": ZONE})
        self.mail = world.net.mail(DOMAINS, at=[routers[2], routers[1]])
        self.authority = world.net.tls()
        self.ca = folder / "ca.pem"
        self.ca.write_text(self.authority.certificate_pem)
        self.space = world.attach("linux", at=routers[0], addresses=[f"{LINUX}/24", "2001:db8:c::2/64"])
        world.open()
        self.address = world.address("mail.a.test", 4)

    def swaks(self, *words: str, user: str = "alice@a.test", password: str = "correct horse") -> str:
        """Submit as a user; swaks's report, whatever came of it."""
        login = ["--auth", "--auth-user", user, "--auth-password", password, "--from", user]
        tls = ["--tls-ca-path", str(self.ca), "--tls-verify"]
        process = self.world.start(self.space, "swaks", "--server", self.address, *login, *tls, *words)
        return str(self.world.drive(process.communicate)[0])

    def stored(self, domain: str, user: str) -> list[Any]:
        """The messages of one of our mailboxes."""
        found: list[Any] = []

        async def read() -> None:
            found.append(await self.mail.servers[domain].mailboxes.messages(f"{user}@{domain}"))

        self.mail.hosts[domain].run(read)
        self.world.until(lambda: bool(found))
        return [one.message() for one in found[0]]

    def wait_for(self, count: int, domain: str, user: str) -> list[Any]:
        counters = self.mail.servers[domain].counters
        self.world.until(lambda: counters["messages-done"] >= count)
        return self.stored(domain, user)


@pytest.mark.slow
def test_swaks_sends_and_is_refused_and_mailboxes_are_read(world: Any, tmp_path: Path) -> None:
    need("swaks", "curl")
    site = Site(world, tmp_path)
    body = "Good morning.\\n.a line that begins with a dot\\n"
    sent = site.swaks("--port", "587", "--tls", "--to", "bob@b.test,alice@a.test", "--body", body)
    assert "TLS started with cipher TLSv1.3" in sent
    assert "235 2.7.0 Authentication successful" in sent
    assert sent.count("<-  250") + sent.count("<~  250") >= 5
    assert "250 2.0.0 queued as" in sent
    over_tls = site.swaks("--port", "465", "--tls-on-connect", "--auth", "LOGIN", "--to", "nobody@b.test")
    assert "250 2.0.0 queued as" in over_tls
    assert "535 5.7.8" in site.swaks("--port", "587", "--tls", "--to", "bob@b.test", password="wrong")
    assert "530 Must issue a STARTTLS" in site.swaks(
        "--port", "587", "--to", "bob@b.test", "--auth-optional", "--auth-optional-strict"
    )
    assert "553 5.7.1" in site.swaks("--port", "465", "--tls-on-connect", "--to", "bob@b.test", "--from", "x@b.test")
    assert (
        "554 5.7.1"
        in world.drive(
            world.start(
                site.space, "swaks", "--server", site.address, "--to", "eve@x.test", "--from", "y@y.test"
            ).communicate
        )[0]
    )
    (letter,) = site.wait_for(1, "b.test", "bob")
    assert letter["From"] == "alice@a.test"
    assert ".a line that begins with a dot" in letter.get_content().splitlines()
    bounces = site.wait_for(3, "a.test", "alice")
    assert [one.get_content_type() for one in bounces] == ["text/plain", "multipart/report"]
    words = ["-sS", "--cacert", str(site.ca), "-u", "alice@a.test:correct horse"]
    name = ["--resolve", f"mail.a.test:995:{site.address}"]
    report = world.call(site.space, "curl", *words, *name, "pop3s://mail.a.test/2")
    assert "Final-Recipient: rfc822; nobody@b.test" in report
    assert "Status: 5.1.1" in report
    assert len(world.call(site.space, "curl", *words, *name, "pop3s://mail.a.test/").split("\n")) == 3
    told = world.call(site.space, sys.executable, "-I", "-c", POPLIB, site.address, str(site.ca))
    assert told == "2 False True\nTrue\n"
    assert len(site.stored("a.test", "alice")) == 1
    world.outcome()


MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.c.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = all
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = c.test
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = inline:{{ {{dave@c.test = dave/}} }}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 100
maillog_file = /dev/stdout
smtpd_tls_security_level = may
smtpd_tls_chain_files = {folder}/server.pem
smtpd_tls_received_header = yes
smtp_tls_security_level = verify
smtp_tls_CAfile = {folder}/ca.pem
smtp_tls_loglevel = 1
"""
SERVICES = """\
smtp      inet  n - n - - smtpd
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
"""


@pytest.fixture
def postfix_folder() -> Iterator[Path]:
    """A folder that Postfix's user can reach, unlike pytest's."""
    need("postfix", "swaks")
    folder = Path(tempfile.mkdtemp(prefix=f"catenet-postfix-{os.getpid()}-"))
    folder.chmod(0o755)
    for name, owner in (("queue", "root"), ("conf", "root"), ("data", "postfix"), ("boxes", "nobody")):
        (folder / name).mkdir()
        shutil.chown(folder / name, owner)
    (folder / "conf" / "main.cf").write_text(MAIN.format(folder=folder))
    (folder / "conf" / "master.cf").write_text(SERVICES)
    yield folder
    shutil.rmtree(folder)


def stop(folder: Path, postfix: subprocess.Popen[str]) -> None:
    """End the daemon, which is in a process group of its own, and with it the command that started it."""
    pid = folder / "queue" / "pid" / "master.pid"
    if pid.exists():
        os.kill(int(pid.read_text()), signal.SIGTERM)
    else:
        postfix.terminate()
    postfix.wait(20)


@pytest.mark.slow
def test_postfix_and_our_servers_send_each_other_mail_and_bounces(
    world: Any, tmp_path: Path, postfix_folder: Path
) -> None:
    """Postfix finds our server by our name servers, ours finds Postfix; each verifies the other's certificate."""
    site = Site(world, tmp_path)
    (postfix_folder / "ca.pem").write_text(site.ca.read_text())
    shown = site.authority.certificate("mx.c.test")
    (postfix_folder / "server.pem").write_text(shown.key_pem + shown.certificate_pem)
    (postfix_folder / "resolv.conf").write_text(f"nameserver {world.address('resolver', 4)}\n")
    begin = f"mount --bind {postfix_folder}/resolv.conf /etc/resolv.conf && ip link set lo up"
    command = f"{begin} && exec /usr/sbin/postfix -c {postfix_folder}/conf start-fg"
    log = postfix_folder / "log"
    with log.open("w") as output:
        postfix = world.start(site.space, "unshare", "-m", "sh", "-c", command, stdout=output, stderr=subprocess.STDOUT)
    try:
        world.until(lambda: "daemon started" in log.read_text())
        site.swaks("--port", "465", "--tls-on-connect", "--to", "dave@c.test", "--body", "to Postfix")
        site.swaks("--port", "465", "--tls-on-connect", "--to", "nobody@c.test")
        ours = ("swaks", "--server", "127.0.0.1", "--helo", "x.c.test", "--from", "dave@c.test", "--to")
        world.call(site.space, *ours, "alice@a.test", "--body", "to Catenet")
        world.call(site.space, *ours, "nobody@a.test")
        inbox = postfix_folder / "boxes" / "dave" / "new"
        world.until(lambda: inbox.exists() and len(list(inbox.iterdir())) == 2 and "550 5.1.1" in log.read_text())
        counters = site.mail.servers["a.test"].counters
        world.until(lambda: counters["messages-done"] >= 4)  # two of Alice's, one bounce, and one of Dave's
        found = site.stored("a.test", "alice")
    finally:
        stop(postfix_folder, postfix)
    world.outcome()
    texts = sorted(path.read_text() for path in inbox.iterdir())
    sent, bounce = sorted(texts, key=lambda text: "550 5.1.1" in text)
    assert "to Postfix" in sent
    assert "from mail.a.test" in sent
    assert "using TLSv1.3" in sent
    assert "Final-Recipient: rfc822; nobody@a.test" in bounce
    kinds = {one.get_content_type(): one for one in found}
    assert set(kinds) == {"text/plain", "multipart/report"}
    assert "to Catenet" in kinds["text/plain"].get_content()
    assert " with ESMTPS " in str(kinds["text/plain"]["Received"])
    assert "nobody@c.test" in kinds["multipart/report"].as_string()
    assert "Verified TLS connection established to mail.a.test" in log.read_text()
    assert (counters["starttls-sent"], counters["starttls-failed"]) == (2, 0)
