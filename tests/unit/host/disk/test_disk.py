"""The simulated disk: what a power cut leaves, and how calls fail."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable

import pytest

from catenet.application.storage.disk import machine_disk
from catenet.application.storage.files import Files
from catenet.host.disk.files import DiskFaults, DiskSpeed, SimulatedFiles
from catenet.host.disk.medium import SECTOR_OCTETS, Medium
from catenet.host.host import Host
from catenet.kernel import Kernel
from catenet.kernel.streams import Stream

SEEDS = range(40)


def disk(seed: int = 0) -> SimulatedFiles:
    return SimulatedFiles(Medium(Stream(seed, "crash")), DiskSpeed(spread=0.0), DiskFaults(), Stream(seed, "calls"))


def outcomes(use: Callable[[SimulatedFiles], object], *, tears: bool = False) -> set[tuple[tuple[str, bytes], ...]]:
    """All that a power cut may leave: names and contents, over many seeds."""
    found = set()
    for seed in SEEDS:
        files = disk(seed)
        use(files)
        left = files.medium.after_power_cut(files.clock_ns, tears=tears)
        found.add(tuple((name, bytes(inode.cache)) for name, inode in sorted(left.names.items())))
    return found


def durable(files: SimulatedFiles, name: str, content: bytes) -> None:
    with files.open(name, create=True) as file:
        file.write(0, content)
        file.sync()
    files.sync_folder("")


def test_what_was_synced_stays() -> None:
    assert outcomes(lambda files: durable(files, "f", b"safe")) == {(("f", b"safe"),)}


def test_a_file_whose_folder_was_not_synced_may_be_gone_though_its_content_was() -> None:
    def use(files: SimulatedFiles) -> None:
        with files.open("f", create=True) as file:
            file.write(0, b"safe")
            file.sync()

    assert outcomes(use) == {(), (("f", b"safe"),)}


def test_an_unsynced_overwrite_is_any_version_of_each_sector() -> None:
    def use(files: SimulatedFiles) -> None:
        durable(files, "f", b"a" * 2 * SECTOR_OCTETS)
        with files.open("f") as file:
            file.write(0, b"b" * 2 * SECTOR_OCTETS)
            file.write(0, b"c" * 2 * SECTOR_OCTETS)

    contents = {left[0][1] for left in outcomes(use)}
    assert {content[:1] + content[-1:] for content in contents} == {
        one + other for one in (b"a", b"b", b"c") for other in (b"a", b"b", b"c")
    }
    assert all(len(set(content[:SECTOR_OCTETS])) == 1 for content in contents)


def test_only_a_drive_that_breaks_its_word_tears_a_sector() -> None:
    def use(files: SimulatedFiles) -> None:
        durable(files, "f", b"a" * SECTOR_OCTETS)
        with files.open("f") as file:
            file.write(0, b"b" * SECTOR_OCTETS)

    assert {len(set(left[0][1])) for left in outcomes(use)} == {1}
    assert {len(set(left[0][1])) for left in outcomes(use, tears=True)} == {1, 2}


def test_an_appended_file_may_have_any_size_and_holes() -> None:
    def use(files: SimulatedFiles) -> None:
        durable(files, "f", b"a" * 100)
        with files.open("f") as file:
            file.write(100, b"b" * 3 * SECTOR_OCTETS)

    contents = {left[0][1] for left in outcomes(use)}
    assert {len(content) for content in contents} >= {100, SECTOR_OCTETS, 100 + 3 * SECTOR_OCTETS}
    assert all(content.startswith(b"a" * 100) for content in contents)
    assert any(b"\0" * SECTOR_OCTETS in content and content[-1:] == b"b" for content in contents)


def test_a_rename_before_the_sync_of_what_is_renamed_can_leave_nothing() -> None:
    def use(files: SimulatedFiles) -> None:
        durable(files, "f", b"old")
        with files.open("f.new", create=True) as file:
            file.write(0, b"new")
        files.rename("f.new", "f")

    assert {left[0] for left in outcomes(use)} >= {("f", b"old"), ("f", b"new"), ("f", b"")}


def test_names_change_independently_until_the_folder_is_synced() -> None:
    def use(files: SimulatedFiles) -> None:
        durable(files, "one", b"1")
        durable(files, "two", b"2")
        files.remove("one")
        files.remove("two")

    assert {tuple(name for name, _ in left) for left in outcomes(use)} == {(), ("one",), ("two",), ("one", "two")}


def test_a_power_cut_in_the_middle_of_a_sync_is_before_it() -> None:
    def use(files: SimulatedFiles) -> None:
        durable(files, "f", b"old")
        with files.open("f") as file:
            file.write(0, b"new")
            file.sync()
        files.clock_ns -= 1

    assert {left[0][1] for left in outcomes(use)} == {b"old", b"new"}


def test_a_failed_sync_writes_some_and_a_second_one_does_not_make_up_for_it() -> None:
    def use(files: SimulatedFiles) -> None:
        durable(files, "f", b"a" * 4 * SECTOR_OCTETS)
        with files.open("f") as file:
            file.write(0, b"b" * 4 * SECTOR_OCTETS)
            files.faults.sync_errors = 1.0
            with pytest.raises(OSError) as caught:
                file.sync()
            assert caught.value.errno == errno.EIO
            files.faults.sync_errors = 0.0
            file.sync()
            assert file.read(0, 4 * SECTOR_OCTETS) == b"b" * 4 * SECTOR_OCTETS

    contents = {left[0][1] for left in outcomes(use)}
    assert len(contents) > 8
    assert all(set(content) <= set(b"ab") for content in contents)


def test_calls_fail_as_they_are_told_to() -> None:
    files = disk()
    durable(files, "f", b"content")
    with files.open("f") as file:
        files.faults.read_errors = 1.0
        with pytest.raises(OSError, match="Input/output error"):
            file.read(0, 7)
        files.faults.read_errors = 0.0
        files.faults.corrupt_reads = 1.0
        read = file.read(0, 7)
        assert sum((one ^ other).bit_count() for one, other in zip(read, b"content", strict=True)) == 1
        files.faults.corrupt_reads = 0.0
        files.faults.capacity_octets = 10
        file.write(0, b"CONTENT")
        with pytest.raises(OSError) as caught:
            file.write(0, bytes(11))
        assert caught.value.errno == errno.ENOSPC
        assert file.read(0, 99) == b"CONTENT"
    with pytest.raises(FileNotFoundError):
        files.open("g")
    with pytest.raises(OSError, match=r"cross-device|Invalid cross"):
        files.rename("f", "folder/f")


def test_a_step_takes_the_time_that_its_calls_take() -> None:
    kernel = Kernel()
    host = Host(kernel, "h")
    host.disk.speed.spread = 0.0
    times: list[int] = []

    def step(files: Files) -> str:
        with files.open("f", create=True) as file:
            file.write(0, b"x")
            file.sync()
        return "done"

    async def main() -> None:
        for slow in (1, 10):
            host.disk.set_faults(slow=slow)
            begin_ns = int(kernel.now_ns)
            assert await machine_disk().run(step) == "done"
            times.append(int(kernel.now_ns) - begin_ns)

    process = host.run(main)
    kernel.run()
    assert process.exception is None
    assert times == [2_000 + 2_000 + 401_024, 10 * (2_000 + 401_024)]


def test_steps_are_done_in_order_and_a_cancelled_one_that_waits_is_not() -> None:
    kernel = Kernel()
    host = Host(kernel, "h")
    done: list[str] = []

    def step(name: str) -> Callable[[Files], None]:
        def act(files: Files) -> None:
            files.open(name, create=True).close()
            done.append(name)
            if name == "b":
                raise OSError(errno.EIO, "b")

        return act

    async def main() -> None:
        tasks = [asyncio.create_task(host.disk.run(step(name))) for name in "abcd"]
        await asyncio.sleep(0)
        tasks[2].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [type(None), OSError, asyncio.CancelledError, type(None)]

    process = host.run(main)
    kernel.run()
    assert process.exception is None
    assert done == ["a", "b", "d"]


def test_what_the_dead_hold_does_nothing_to_the_disk() -> None:
    host = Host(Kernel(), "h")
    files = host.disk.files
    durable(files, "f", b"safe")
    file = files.open("f")
    host.kernel.advance_to(files.clock_ns)
    host.crash()
    file.write(0, b"ghost")
    file.sync()
    files.remove("f")
    files.sync_folder("")
    host.crash()
    host.restart()
    host.crash()
    assert host.disk.files.read_whole("f") == b"safe"


def test_rot_flips_bits_for_good() -> None:
    host = Host(Kernel(), "h")
    durable(host.disk.files, "f", bytes(100))
    host.kernel.advance_to(host.disk.files.clock_ns)
    host.disk.medium.write_back(host.kernel.now_ns)
    assert host.disk.rot(3, folder="g") == []
    assert host.disk.rot(3) == ["f", "f", "f"]
    host.crash()
    assert sum(octet.bit_count() for octet in host.disk.files.read_whole("f")) in (1, 3)


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="a disk has no fault 'slov'; it has slow, stuck"):
        Host(Kernel(), "h").disk.set_faults(slov=2)
