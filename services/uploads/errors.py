"""What can go wrong with an upload."""

from app.errors import BadRequest, Conflict, Invalid, NotFound, RoundhouseError, TooLarge


class UploadNotFound(NotFound):
    """There is no such upload, or it is somebody else's."""

    code = "upload_not_found"

    def __init__(self, upload_id: str) -> None:
        super().__init__(f"There is no upload {upload_id[:40]!r} of yours.")


class UploadExpired(RoundhouseError):
    """It was left alone for too long, and its bytes may be gone."""

    code = "upload_expired"
    status = 410

    def __init__(self) -> None:
        super().__init__("The upload has expired: begin again.")


class UploadRequestInvalid(BadRequest):
    """A header or a field says something that cannot be."""

    code = "upload_invalid"


class WrongOffset(Conflict):
    """The bytes do not begin where the upload ends."""

    code = "wrong_offset"

    def __init__(self, offset: int, received: int) -> None:
        super().__init__(
            f"The bytes begin at {offset}, but {received} bytes are here: continue at {received}."
        )


class UploadFinished(Conflict):
    """All bytes are there, so it takes no more."""

    code = "upload_finished"


class UploadUnfinished(Conflict):
    """Bytes are missing, so nothing can be made of it yet."""

    code = "upload_unfinished"


class UploadClaimed(Conflict):
    """Something was made of it already."""

    code = "upload_claimed"


class FinalUpload(RoundhouseError):
    """It is made of other uploads, so nothing can be added to it."""

    code = "final_upload"
    status = 403


class UploadLocked(RoundhouseError):
    """Another request sends bytes to it; one that says nothing for 4 s is replaced."""

    code = "upload_locked"
    status = 423

    def __init__(self) -> None:
        super().__init__("Another request sends bytes to this upload: try again in a moment.")


class LockLost(Conflict):
    """Another request took over while this one said nothing."""

    code = "lock_lost"

    def __init__(self) -> None:
        super().__init__("Another request has taken over: ask for the offset and continue there.")


class ChecksumMismatch(RoundhouseError):
    """The bytes of the request are not those that were sent; none of them was kept."""

    code = "checksum_mismatch"
    status = 460

    def __init__(self) -> None:
        super().__init__(
            "The checksum differs from that of the bytes that arrived: send them again."
        )


class HashMismatch(Invalid):
    """The whole file is not the one that was announced; it is dropped."""

    code = "HASH_MISMATCH"

    def __init__(self, expected: str, computed: str, field: str = "sha256") -> None:
        detail = f"The file's SHA-256 is {computed}, but {expected} was announced: send it again."
        super().__init__(detail, errors={field: [detail]})


class PartDiffers(Conflict):
    """A part with that number is there, and its bytes are others."""

    code = "part_differs"

    def __init__(self, number: int) -> None:
        super().__init__(f"Part {number} is here already with other bytes; the first ones stay.")


class PartsMissing(Conflict):
    """The file has holes."""

    code = "parts_missing"

    def __init__(self, numbers: str) -> None:
        super().__init__(f"The file is not complete: parts {numbers} are missing.")


class UploadQuotaExceeded(TooLarge):
    """What a person's uploads hold together would be more than the setting allows."""

    code = "upload_quota_exceeded"


class DiskFull(RoundhouseError):
    """There is no room; what was acknowledged is safe, and it goes on when there is room."""

    code = "disk_full"
    status = 507

    def __init__(self) -> None:
        super().__init__(
            "The disk is full. What has arrived is safe: send the rest when there is room."
        )
