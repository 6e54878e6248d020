"""Why a server's certificate is not believed at a site: most often it is the site's own clock."""

import ssl
from urllib.parse import urlsplit

from app.clock import now

NOT_YET_VALID, EXPIRED = 9, 10  # X509_V_ERR_CERT_NOT_YET_VALID and _HAS_EXPIRED of OpenSSL


def certificate_fault(error: BaseException, url: str) -> str | None:
    """Return a sentence for the site's people, None where no certificate is to blame."""
    fault = _verification(error)
    if fault is None:
        return None
    server = urlsplit(url).netloc
    clock = f"by the clock of this site, which says {now():%Y-%m-%d %H:%M} UTC"
    if fault.verify_code == NOT_YET_VALID:
        return (
            f"The certificate of {server} is not valid yet {clock}. The clock is behind: set it "
            "right (for example with NTP), then start again."
        )
    if fault.verify_code == EXPIRED:
        return (
            f"The certificate of {server} has expired {clock}. If the clock is ahead, set it right "
            "(for example with NTP), then start again; if it is right, ask the people who run the "
            "server."
        )
    return (
        f"{server} does not show a certificate that this site trusts ({fault.verify_message}). "
        "Something may stand in between, or it is another server than the one that was joined: "
        "ask the people who run it."
    )


def _verification(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """Return what OpenSSL said, however deep a library has wrapped it."""
    for _ in range(10):
        if error is None or isinstance(error, ssl.SSLCertVerificationError):
            return error
        error = error.__cause__ or error.__context__
    return None
