"""What can go wrong with federations, in words for people."""

from app.errors import Conflict, Invalid, NotFound, Unauthorised


class FederationNotFound(NotFound):
    """There is no such federation, or it is not the caller's to see."""

    code = "federation_not_found"


class SiteNotFound(NotFound):
    """The federation has no such site."""

    code = "site_not_found"


class FederationBusy(Conflict):
    """A run that is not over yet needs the federation."""

    code = "federation_busy"


class TooManyFederations(Conflict):
    """As many federations run as may."""

    code = "too_many_federations"


class TooFewSites(Conflict):
    """Too few sites are online for what was requested."""

    code = "too_few_sites"


class TokenRefused(Unauthorised):
    """The enrolment token was used, has expired or never was one."""

    code = "enrolment_token_refused"


class ManifestRefused(Invalid):
    """A site's folder does not hold what it must; ``errors`` says where."""

    code = "site_folder_refused"
    public_detail = (
        "The data at the site cannot be used. The log there says why, and so does: "
        "python -m app site check"
    )  # for the server: the sentence for the site's own people may quote a cell or a path


class DataChanged(ManifestRefused):
    """The data is not what was pinned; the sentence holds counts and hashes alone."""
