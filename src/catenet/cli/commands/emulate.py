"""``catenet emulate``: two network namespaces, and a link with given delay, rate and loss between them."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from catenet.cli import values
from catenet.cli.errors import mistake
from catenet.cli.live.run import run_attached
from catenet.cli.loading import duration_option_ns, mistakes_told
from catenet.cli.writing import Force, run_folder

HERE: Final = "host"
"""The name of the command's own namespace."""

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet emulate --delay 50ms --loss 1% --rate 10Mbit/s left right[/cyan]  then, in two other terminals:

[cyan]ip netns exec right iperf3 -s[/cyan]   and   [cyan]ip netns exec left iperf3 -c 10.0.1.2[/cyan]

[cyan]catenet emulate --delay 300ms host far[/cyan]  between this machine and the namespace far

[dim]Missing namespaces are created, and removed at the end.  While it runs: cut wire, heal wire, \
set wire loss 2%, capture wire, show, help, quit.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``emulate`` command."""
    app.command(epilog=_EPILOG)(emulate)


def emulate(
    left: Annotated[str, typer.Argument(metavar="LEFT", help=f'A network namespace, or "{HERE}" for the current one.')],
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="The other namespace.")],
    delay: Annotated[
        str, typer.Option(metavar="TIME", help="One-way delay; a round trip takes twice as long.")
    ] = "0ms",
    rate: Annotated[str, typer.Option(metavar="RATE", help='Rate of each direction, like "10Mbit/s".')] = "1Gbit/s",
    loss: Annotated[
        str | None, typer.Option(metavar="SHARE", help='Independent loss of each frame, like "1%".')
    ] = None,
    jitter: Annotated[str | None, typer.Option(metavar="TIME", help="Uniform jitter ± TIME.")] = None,
    reorder: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Fraction of frames that arrive 1 ms late.")
    ] = None,
    duplicate: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Fraction of frames that are duplicated.")
    ] = None,
    bit_errors: Annotated[
        float | None, typer.Option(callback=values.finite, metavar="SHARE", help="Bit error rate, such as 1e-6.")
    ] = None,
    queue: Annotated[
        str | None, typer.Option(metavar="SIZE", help='Queue limit, like "100 frames" or "64KiB".')
    ] = None,
    mtu: Annotated[int, typer.Option(metavar="BYTES", help="MTU of both devices.")] = 1500,
    subnet: Annotated[
        list[str] | None,
        typer.Option(metavar="PREFIX", help="Subnet of both ends; repeat it for IPv4 and IPv6."),
    ] = None,
    seed: Annotated[int, typer.Option(callback=values.seed, help="Random seed.")] = 0,
    until: Annotated[str | None, typer.Option(metavar="TIME", help='When to stop, like "30s".')] = None,
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Write a report to this folder.")] = None,
    force: Force = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as JSON at the end; everything else goes to stderr.")
    ] = False,
) -> None:
    """Connect two network namespaces by a link with a given delay, rate and loss."""
    from catenet.internet import Internet

    if left == right:
        mistake(f"both ends are {left}: Linux would never send over the wire; name two namespaces")
    until_ns = None if until is None else duration_option_ns("--until", until)
    with mistakes_told():
        net = Internet(seed=seed, name="emulate")
        ends = [
            net.attach(name, namespace=None if space == HERE else space, device="wire0")
            for name, space in (("left", left), ("right", right))
        ]
        net.link(
            *ends,
            name="wire",
            subnets=subnet or ["10.0.1.0/30", "2001:db8:1::/64"],
            delay=delay, rate=rate, loss=loss, jitter=jitter, reorder=reorder, duplicate=duplicate,
            bit_errors=bit_errors, queue=queue, mtu=mtu,
        )  # fmt: skip
        net.build()
    folder = None if out is None else run_folder(out, force=force)
    raise typer.Exit(run_attached(net._world, time_scale=1.0, until_ns=until_ns, folder=folder, as_json=as_json))
