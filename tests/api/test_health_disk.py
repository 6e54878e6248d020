"""Health while the disk of the objects is full, as ``status`` sees it on the host."""

from dataclasses import replace
from pathlib import Path

from app.cli.health import look_at_parts
from app.resources import Resources
from app.storage import open_store
from app.storage.probe import StorageProbe
from tests.factories.alive import all_alive
from tests.factories.callers import Caller
from tests.support.databases import ON_ONE_DATABASE
from tests.support.small_disks import fill, mounted
from wsgi import create_web


async def storage_over_http(resources: Resources, status: int) -> tuple[str, str]:
    """Return status and code of the check of storage, looked at again."""
    again = replace(resources, storage_probe=StorageProbe())
    ready = await Caller(create_web(again), again, None).get("/health/ready", status)
    [storage] = [check for check in ready["checks"] if check["name"] == "storage"]
    return storage["status"], storage["code"]


def storage_on_the_host(resources: Resources) -> str:
    """Return the word of ``python -m app status`` about storage."""
    [storage] = [part for part in look_at_parts(resources.settings) if part.name == "storage"]
    return storage.status


@ON_ONE_DATABASE
async def test_a_full_disk_is_a_failed_storage_over_http_as_on_the_host(
    resources: Resources, tmp_path: Path
) -> None:
    with mounted(tmp_path / "objects", 1 << 20) as folder:
        settings = replace(
            resources.settings, storage_url=folder.as_uri(), disk_low_bytes=0, disk_full_bytes=0
        )
        all_alive(resources)
        full = replace(resources, settings=settings, store=open_store(settings.storage_url))
        ballast = fill(folder)
        assert await storage_over_http(full, 503) == ("failing", "storage_failing")
        assert storage_on_the_host(full) == "failed"
        ballast.unlink()
        assert await storage_over_http(full, 200) == ("ok", "storage_ok")
        assert storage_on_the_host(full) == "ok"
