"""How large an upload may be in every direction in which a hostile one could grow."""

from dataclasses import dataclass

from app.sandbox import ProcessLimits

MIB = 1024 * 1024
STORED, DEFLATED, ZSTD = 0, 8, 93  # how the members of a zip may be packed (APPNOTE 4.4.5)


@dataclass(frozen=True, kw_only=True)
class InspectionLimits:
    """Bounds on what an upload holds, and on the process that reads it."""

    archive_members: int = 100_000
    unpacked_bytes: int = 4096 * MIB
    member_bytes: int = 256 * MIB
    compression_ratio: int = 100
    zip_methods: tuple[int, ...] = (STORED, DEFLATED)
    last_of_a_name: bool = False  # of members with one name the last counts, as in a log that grew
    image_pixels: int = 50_000_000
    rows: int = 2_000_000
    columns: int = 10_000
    cells: int = 50_000_000
    line_characters: int = 4 * MIB
    cell_characters: int = 1 * MIB
    classes: int = 100
    categories: int = 100  # of one column
    fewest_classes: int = 2  # one is enough where others bring the rest
    memory_bytes: int = 4096 * MIB
    cpu_seconds: int = 300
    wall_seconds: int = 600

    def of_process(self) -> ProcessLimits:
        """Return the bounds on the process that reads the upload."""
        return ProcessLimits(
            memory_bytes=self.memory_bytes,
            cpu_seconds=self.cpu_seconds,
            wall_seconds=self.wall_seconds,
            output_bytes=self.unpacked_bytes,
        )
