"""A signer of XML documents with a key and a certificate of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.signer import XMLSigner

METHOD = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
"""The canonical form that senders of CAP use."""


class Signer:
    """A key with a certificate of its own."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "county")])
        made = x509.CertificateBuilder(name, name, self.key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(
            datetime(2036, 1, 1, tzinfo=UTC)
        )
        self.certificate = (
            made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
        )

    def sign(self, raw: bytes) -> bytes:
        """The document with a signature over the whole of it."""
        return bytes(
            etree.tostring(self.sealed(etree.fromstring(raw)), xml_declaration=True, encoding="UTF-8")
        )

    def sealed(self, root: etree._Element, uri: str | None = None) -> etree._Element:
        """The element with a signature over it; `uri`: the reference that the signature has."""
        signed = XMLSigner(c14n_algorithm=METHOD).sign(
            root, key=self.key, cert=self.certificate, reference_uri=uri
        )
        return etree.fromstring(etree.tostring(signed))
