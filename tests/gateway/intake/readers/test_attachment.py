"""What is attached to a warning: whether its digest is right, and whether it is a sound."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest

from gateway.intake.readers.attachment import LARGEST, attachments, decoded, fits, sniffed
from gateway.intake.readers.elements import Parts, parse_xml
from gateway.intake.readers.envelope import embedded
from gateway.model.alert import Resource

SOUND = b"ID3" + bytes(range(60))
TEXT = b64encode(SOUND).decode()
SHA1 = hashlib.sha1(SOUND).hexdigest()


class Complaints:
    """Keeps what was complained of."""

    def __init__(self) -> None:
        self.defects: list[tuple[str, str, int]] = []

    def defect(self, element: str, saw: str, line: int) -> None:
        self.defects.append((element, saw, line))


def attached(*resources: str) -> tuple[tuple[Resource, ...], list[tuple[str, str, int]]]:
    """The resources of an info block, one a line, and the defects."""
    complaints = Complaints()
    blocks = "\n".join(f"<resource>{resource}</resource>" for resource in resources)
    found = attachments(Parts(parse_xml(f"<info>\n{blocks}\n</info>".encode())), complaints)
    return found, complaints.defects


def test_an_embedded_sound_with_its_digest() -> None:
    label = "<resourceDesc>广播</resourceDesc><mimeType>audio/mpeg</mimeType><uri>a.mp3</uri>"
    said = f"{label}<digest>{SHA1}</digest>"
    found, defects = attached(f"{said}<derefUri>{TEXT}</derefUri>")
    assert found == (Resource("广播", "audio/mpeg", "a.mp3", SHA1, embedded=True, sound=True),)
    assert defects == []


def test_the_text_may_be_broken_into_lines() -> None:
    lines = "\n  ".join(TEXT[start : start + 20] for start in range(0, len(TEXT), 20))
    assert attached(f"<derefUri>\n{lines}\n</derefUri>")[0][0].embedded


@pytest.mark.parametrize("label", ["application/x-url", "", "image/jpeg"])
def test_a_sound_is_known_by_its_bytes_whatever_its_label(label: str) -> None:
    (resource,), _ = attached(f"<mimeType>{label}</mimeType><derefUri>{TEXT}</derefUri>")
    assert (resource.mime, resource.sound) == (label, True)


@pytest.mark.parametrize("label", ["mimeType", "contentType"])
def test_a_sound_elsewhere_is_known_by_its_label(label: str) -> None:
    (resource,), defects = attached(f"<{label}>AUDIO/wav</{label}><uri>https://example.org/a.wav</uri>")
    assert (resource.uri, resource.embedded, resource.sound) == ("https://example.org/a.wav", False, True)
    assert defects == []


def test_a_sound_whose_bytes_nobody_knows_is_known_by_its_label() -> None:
    unknown = b64encode(b"#!AMR sound").decode()
    (resource,), _ = attached(f"<mimeType>audio/amr</mimeType><derefUri>{unknown}</derefUri>")
    assert (resource.embedded, resource.sound) == (True, True)


def test_a_picture_is_no_sound() -> None:
    jpeg = b64encode(b"\xff\xd8\xff\xe0 picture").decode()
    (resource,), _ = attached(f"<mimeType>image/jpeg</mimeType><derefUri>{jpeg}</derefUri>")
    assert (resource.embedded, resource.sound) == (True, False)


def test_a_wrong_digest_is_a_defect_with_its_line_and_the_bytes_are_not_used() -> None:
    wrong = "0" * 40
    found, defects = attached("<uri>a</uri>", f"<digest>{wrong}</digest><derefUri>{TEXT}</derefUri>")
    assert [resource.embedded for resource in found] == [False, False]
    assert defects == [("resource", f"digest {wrong}", 3)]


@pytest.mark.parametrize("text", ["!!no base64!!", "QUJ", "中文"])
def test_what_is_no_base64_is_a_defect(text: str) -> None:
    (resource,), defects = attached(f"<derefUri>{text}</derefUri>")
    assert not resource.embedded
    assert defects == [("resource", "derefUri", 2)]


def test_too_many_bytes_are_not_looked_at() -> None:
    assert decoded(b64encode(bytes(LARGEST)).decode()) is not None
    assert decoded(b64encode(bytes(LARGEST + 4)).decode()) is None


@pytest.mark.parametrize(
    ("digest", "right"),
    [
        ("", True),
        (SHA1, True),
        (f" {SHA1.upper()}\n", True),
        (hashlib.sha256(SOUND).hexdigest(), True),
        (hashlib.sha1(TEXT.encode()).hexdigest(), True),
        (hashlib.md5(SOUND).hexdigest(), False),
        (SHA1[:-1], False),
        ("x", False),
    ],
)
def test_a_digest_is_of_the_bytes_or_of_their_text(digest: str, right: bool) -> None:
    assert fits(digest, SOUND, TEXT) is right


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"\xff\xf3\x90", "audio/mpeg"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"),
        (b"OggS\0", "audio/ogg"),
        (b"fLaC\0", "audio/flac"),
        (b"\xff\xd8\xff", None),
        (b"<svg>", None),
        (b"", None),
    ],
)
def test_a_sound_is_known_by_its_first_bytes(first: bytes, kind: str | None) -> None:
    assert sniffed(first) == kind


def test_the_bytes_of_an_attachment_are_found_again_in_the_document() -> None:
    other = b64encode(b"RIFF other").decode()
    raw = f"""
<alerts><alert><identifier>A1</identifier><info/></alert><alert><identifier>A2</identifier><info/><info>
<resource><derefUri>{other}</derefUri></resource><resource><derefUri>{TEXT}</derefUri></resource>
<resource><derefUri>!!</derefUri></resource></info></alert></alerts>""".encode()
    assert embedded(raw, "A2", 1, 0) == b"RIFF other"
    assert embedded(raw, "A2", 1, 1) == SOUND
    assert embedded(raw, "A2", 1, 2) == b"", "what is no base64 has no bytes"
    with pytest.raises(IndexError):
        embedded(raw, "A2", 0, 0)
