"""The certificates of a federation."""

import pytest
from cryptography import x509

from app.clock import now
from services.federations.certificates import new_authority, new_server


@pytest.mark.parametrize("name", ["Nord", "ğ" * 200, "\U0005e492" * 50, "a" * 43 + "é"])
def test_a_federation_may_have_any_name(name: str) -> None:
    authority = x509.load_pem_x509_certificate(new_authority(name, now()).certificate)
    (common,) = authority.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert f"Roundhouse federation {name}".startswith(str(common.value))


def test_a_long_host_is_named_in_full_beside_its_common_name() -> None:
    host = f"{'site.' * 40}example.org"
    pair = new_server(new_authority("Nord", now()), host, now())
    server = x509.load_pem_x509_certificate(pair.certificate)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert host in names.get_values_for_type(x509.DNSName)
