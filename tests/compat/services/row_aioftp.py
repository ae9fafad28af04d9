from __future__ import annotations

import aioftp

from tests.compat.site import BODY, Row, Site


async def serve(site: Site) -> None:
    user = aioftp.User("alice", "correct horse", base_path=site.folder)
    await aioftp.Server([user], path_io_factory=aioftp.MemoryPathIO, ssl=site.server_tls()).run("::", 990)


async def ask(site: Site) -> None:
    login = {"user": "alice", "password": "correct horse", "ssl": site.client_tls()}
    async with aioftp.Client.context("server", 990, **login) as client:
        await client.make_directory("a")
        for name, data in (("a/small", b"one"), ("a/large", BODY)):
            async with client.upload_stream(name) as stream:
                await stream.write(data)
            async with client.download_stream(name) as stream:
                assert await stream.read() == data
        assert sorted((str(path), int(facts["size"])) for path, facts in await client.list("a")) == [
            ("a/large", len(BODY)),
            ("a/small", 3),
        ]
        await client.remove("a")
        assert not await client.exists("a")


ROW = Row(("aioftp",), "FTP: directories, and files of 300 kB on passive data connections both ways", "1.3", serve, ask)
