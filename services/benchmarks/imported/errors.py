"""What imports of ratings refuse."""

from app.errors import BadRequest, Conflict, Invalid, Unavailable


class RatingsRefused(BadRequest):
    """The file is not of the kind that it was sent as, or it is damaged."""

    code = "ratings_refused"


class SamplesRefused(Invalid):
    """Samples are no items: each is named with its fault, and nothing was stored."""

    code = "samples_refused"


class RatingsImported(Conflict):
    """The very file is a benchmark run already."""

    code = "ratings_imported"


class RatingsReaderUnavailable(Unavailable):
    """The process that reads files could not do its work."""

    code = "ratings_reader_unavailable"
