"""What was made in Linux is gone afterwards, however the process ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from catenet.tap import AttachError, LinuxSetup, missing, namespace
from catenet.tap.cleanup_log import sweep

NAME = f"catenet-rig-{os.getpid()}"
PROGRAM = """
import signal, sys, time
from pathlib import Path
from catenet.tap import LinuxSetup
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job has it ignored
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and nohup this one
with LinuxSetup(Path(sys.argv[1])) as rig:
    rig.namespace(sys.argv[2])
    rig.device("wire0", namespace=sys.argv[2], addresses=["10.79.0.1/24"])
    print("there", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def allowed() -> None:
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)


def start(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder), NAME], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "there\n"
    assert namespace.exists(NAME)
    return process


def links(name: str) -> list[str]:
    command = ["ip", "-j", "-n", name, "link"]
    return [link["ifname"] for link in json.loads(subprocess.run(command, capture_output=True, check=True).stdout)]


def test_all_is_gone_at_the_end_and_no_descriptor_stays(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with LinuxSetup(tmp_path) as rig:
        rig.namespace(NAME)
        rig.device("wire0", namespace=NAME, addresses=["10.79.0.1/24", "fd79::1/64"])
        rig.route("10.80.0.0/16", via="10.79.0.2", namespace=NAME)
        rig.route("fd80::/32", via="fd79::2", namespace=NAME)
        rig.route("default", device="wire0", namespace=NAME)
        assert links(NAME) == ["lo", "wire0"]
        assert list(tmp_path.iterdir()) != []
    assert not namespace.exists(NAME)
    assert list(tmp_path.iterdir()) == []
    assert len(os.listdir("/proc/self/fd")) == before


def test_all_is_gone_after_an_error(tmp_path: Path) -> None:
    def fail() -> None:
        with LinuxSetup(tmp_path) as rig:
            rig.namespace(NAME)
            rig.device("wire0", namespace=NAME)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not namespace.exists(NAME)


def test_a_program_that_still_runs_is_ended(tmp_path: Path) -> None:
    with LinuxSetup(tmp_path) as rig:
        rig.namespace(NAME)
        process = rig.popen(NAME, ["sleep", "60"])
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_all_is_gone_after_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    process = start(tmp_path)
    process.send_signal(number)
    assert process.wait(10) != 0
    assert not namespace.exists(NAME)
    assert list(tmp_path.iterdir()) == []


def test_the_next_start_removes_what_a_killed_process_left(tmp_path: Path) -> None:
    process = start(tmp_path)
    assert sweep(tmp_path) == []
    process.kill()
    process.wait(10)
    assert namespace.exists(NAME)
    with LinuxSetup(tmp_path) as rig:
        assert rig.swept == [NAME]
        assert not namespace.exists(NAME)
        rig.namespace(NAME)
    assert not namespace.exists(NAME)


def test_a_namespace_that_another_made_since_is_left_alone(tmp_path: Path) -> None:
    process = start(tmp_path)
    process.kill()
    process.wait(10)
    namespace.remove(NAME)
    namespace.create(NAME)
    try:
        assert sweep(tmp_path) == []
        assert namespace.exists(NAME)
        assert list(tmp_path.iterdir()) == []
    finally:
        namespace.remove(NAME)


def test_what_is_in_the_way_is_named(tmp_path: Path) -> None:
    with LinuxSetup(tmp_path) as rig:
        rig.namespace(NAME)
        rig.device("wire0", namespace=NAME)
        with pytest.raises(AttachError, match="'wire0' already"):
            rig.device("wire0", namespace=NAME)
        with pytest.raises(AttachError, match=f"namespace '{NAME}' already"):
            rig.namespace(NAME)
        with pytest.raises(AttachError, match="no network namespace 'nowhere'"):
            rig.device("wire0", namespace="nowhere")
        with pytest.raises(AttachError, match="no network device 'eth9'"):
            rig.route("default", device="eth9", namespace=NAME)
        with pytest.raises(AttachError, match="Linux refuses"):
            rig.route("10.81.0.0/16", via="10.82.0.1", namespace=NAME)
        with pytest.raises(AttachError, match="1 to 15 octets"):
            rig.device("a-name-beyond-all-bounds", namespace=NAME)


@pytest.mark.parametrize("attached", ["tap"], indirect=True)
def test_linux_sees_a_cut(attached: Any) -> None:
    def carrier() -> bool:
        command = ["ip", "-j", "-n", attached.namespace, "link", "show", "wire0"]
        (link,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        return "NO-CARRIER" not in link["flags"]

    assert carrier()
    attached.wires[0].cut()
    assert not carrier()
    attached.wires[0].heal()
    deadline_s = time.monotonic() + 5
    while not carrier() and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert carrier()


@pytest.mark.parametrize("attached", ["tap"], indirect=True)
def test_a_device_that_somebody_removes_ends_the_run(attached: Any) -> None:
    subprocess.run(["ip", "-n", attached.namespace, "link", "del", "wire0"], check=True)
    with pytest.raises(AttachError, match="wire0 is gone"):
        attached.driver.run(5)


@pytest.mark.parametrize("attached", ["tap"], indirect=True)
def test_this_thread_stays_where_it_was(attached: Any) -> None:
    here = os.readlink("/proc/thread-self/ns/net")

    def fail() -> None:
        with namespace.inside(attached.namespace):
            assert os.readlink("/proc/thread-self/ns/net") != here
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert os.readlink("/proc/thread-self/ns/net") == here
