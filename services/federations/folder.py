"""The secrets of a federation: files of the host that runs its SuperLink, never in an answer."""

import secrets
import shutil
from pathlib import Path

from app.clock import now
from services.federations.certificates import Pair, is_due, new_authority, new_server
from services.federations.private_files import write_private


class FederationFolder:
    """``ROUNDHOUSE_HOME/federations/<id>``: mode 700, every key in it mode 600."""

    def __init__(self, home: Path, federation_id: int) -> None:
        self.path = home / "federations" / str(federation_id)

    def create(self, name: str) -> str:
        """Make an authority and the secret of this host; return the authority's certificate."""
        self.path.mkdir(mode=0o700, parents=True)
        self.path.chmod(0o700)
        authority = new_authority(name, now())
        self._write("ca.pem", authority.certificate)
        self._write("ca.key", authority.key)
        self._write("operator.secret", secrets.token_urlsafe(32).encode())
        return authority.certificate.decode()

    @property
    def is_here(self) -> bool:
        """Whether this host has the keys."""
        return all((self.path / name).is_file() for name in ("ca.pem", "ca.key", "operator.secret"))

    def prepare_server(self, host: str) -> None:
        """Have a server certificate for ``host`` that lasts for another month."""
        noted = self.path / "server.host"
        if noted.is_file() and noted.read_text() == host and not self.is_due():
            return
        authority = Pair(
            certificate=(self.path / "ca.pem").read_bytes(),
            key=(self.path / "ca.key").read_bytes(),
        )
        server = new_server(authority, host, now())
        self._write("server.key", server.key)
        self._write("server.pem", server.certificate)
        self._write("server.host", host.encode())

    def is_due(self) -> bool:
        """Return whether the server certificate ends soon, or is not there."""
        certificate = self.path / "server.pem"
        return not certificate.is_file() or is_due(certificate.read_bytes(), now())

    @property
    def secret(self) -> str:
        """The word by which this host's own programs prove themselves to the SuperLink."""
        return (self.path / "operator.secret").read_text()

    @property
    def certificate(self) -> bytes:
        """The authority's certificate, PEM."""
        return (self.path / "ca.pem").read_bytes()

    @property
    def database(self) -> Path:
        """Flower's own state, which outlives the SuperLink."""
        return self.path / "superlink.db"

    def remove(self) -> None:
        """Remove every key and Flower's state."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _write(self, name: str, content: bytes) -> None:
        write_private(self.path / name, content)
