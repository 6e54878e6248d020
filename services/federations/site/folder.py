"""A site's folder: the manifest and the data, and beside them what belongs to the federation."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from services.federations.errors import ManifestRefused
from services.federations.keys import new_private_key
from services.federations.private_files import write_private

PRIVATE = ".roundhouse"


@dataclass(frozen=True, kw_only=True)
class Membership:
    """What a site knows of its federation; ``address`` is host:port of the SuperLink."""

    federation: str
    site: str
    address: str
    server: str | None = None


class SiteFolder:
    """The folder that a hospital keeps; ``.roundhouse`` in it is mode 700."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.private = self.path / PRIVATE

    @property
    def key_file(self) -> Path:
        """The private key, OpenSSH's form, mode 600."""
        return self.private / "site.key"

    @property
    def ca_file(self) -> Path:
        """The certificate of the federation's authority."""
        return self.private / "ca.pem"

    def prepare(self) -> None:
        """Have the private part."""
        self.private.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.private.chmod(0o700)

    def key(self) -> ec.EllipticCurvePrivateKey:
        """Return the site's key pair, made now if there is none; it never leaves the folder."""
        self.prepare()
        if not self.key_file.is_file():
            self.write("site.key", new_private_key())
        try:
            key = load_ssh_private_key(self.key_file.read_bytes(), password=None)
        except ValueError as error:
            raise ManifestRefused(f"{self.key_file} cannot be read: {error}.") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ManifestRefused(f"{self.key_file} is no key on an elliptic curve.")
        return key

    def forget_key(self) -> None:
        """Remove the key pair, for an enrolment with a fresh one."""
        self.key_file.unlink(missing_ok=True)

    def keep_key(self, private_key: bytes) -> None:
        """Put a key that was enrolled in the place of the one before."""
        self.prepare()
        self.write("site.key", private_key)

    def join(self, membership: Membership, ca_certificate: str) -> None:
        """Keep what the federation gave."""
        self.prepare()
        self.write("ca.pem", ca_certificate.encode())
        self.write("federation.json", json.dumps(asdict(membership), indent=2).encode())

    def membership(self) -> Membership:
        """Return what the federation gave; raises ``ManifestRefused`` before an enrolment."""
        try:
            values = json.loads((self.private / "federation.json").read_text())
            return Membership(**values)
        except (OSError, ValueError, TypeError):
            raise ManifestRefused(
                f"{self.path} has not joined a federation. Ask for a one-time token, then: "
                f"python -m app site join URL --token TOKEN --folder {self.path}"
            ) from None

    def write(self, name: str, content: bytes) -> None:
        """Write a private file, whole or not at all."""
        write_private(self.private / name, content)
