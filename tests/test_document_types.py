"""Every document the application prints is PDF/A-3a and PDF/UA-1, filled and blank."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.db import transaction

from core.documents import DOCUMENT_TYPES, seal
from core.documents.frozen import render_built
from tests import verapdf
from tests.document_samples import SAMPLES
from tests.pdf import pdf_faults

CODES = [code for code, _ in DOCUMENT_TYPES.items()]
#: (code, blank)
PRINTED = [(code, False) for code in CODES] + [(code, True) for code in CODES if DOCUMENT_TYPES.get(code).has_blank]


def leaves_sealed(code: str, blank: bool) -> bool:
    """Does this document leave with a seal? It is then looked at with it."""
    return DOCUMENT_TYPES.get(code).sealed and not blank


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, bool], bytes]:
    """What is printed already."""
    return {}


@pytest.fixture
def content_of(db, printed):
    """``content_of(code, blank)``: the file, printed once."""

    def content(code: str, blank: bool) -> bytes:
        if (code, blank) not in printed:
            with transaction.atomic():
                object_id, actor = SAMPLES[code]()
                built = DOCUMENT_TYPES.get(code).build(object_id, actor, blank=blank)
                transaction.set_rollback(True)  # samples do not meet
            assert built.filename.endswith(".pdf")
            content = render_built(built, blank=blank)
            printed[code, blank] = seal.seal(content)[0] if leaves_sealed(code, blank) else content
        return printed[code, blank]

    return content


def test_every_type_of_document_has_a_sample():
    assert set(SAMPLES) == set(CODES)


@pytest.mark.parametrize(("code", "blank"), PRINTED)
def test_the_document_is_an_accessible_archive(content_of, code, blank):
    assert pdf_faults(content_of(code, blank)) == []


@pytest.mark.skipif(bool(verapdf.lacking()), reason=f"veraPDF : il manque {verapdf.lacking()}")
def test_verapdf_finds_nothing_to_say_of_any_document_and_sees_what_one_lacks(content_of, tmp_path):
    contents = {f"{code}{'-vierge' if blank else ''}": content_of(code, blank) for code, blank in PRINTED}
    with pikepdf.open(io.BytesIO(content_of(*PRINTED[0]))) as pdf:
        del pdf.Root.MarkInfo
        pdf.save(tmp_path / "faux.pdf")
    for name, content in contents.items():
        (tmp_path / f"{name}.pdf").write_bytes(content)

    found = verapdf.faults(sorted(tmp_path.glob("*.pdf")))

    assert found.pop("faux.pdf")
    assert found == {f"{name}.pdf": [] for name in contents}
