"""Every document the application prints is PDF/A-3a and PDF/UA-1, filled and blank."""

from __future__ import annotations

import pytest

from core.documents import DOCUMENT_TYPES
from core.documents.frozen import render_built
from tests.document_samples import SAMPLES
from tests.pdf import pdf_faults

CODES = [code for code, _ in DOCUMENT_TYPES.items()]


def test_every_type_of_document_has_a_sample():
    assert set(SAMPLES) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_document_is_an_accessible_archive(db, code):
    object_id, actor = SAMPLES[code]()
    built = DOCUMENT_TYPES.get(code).build(object_id, actor)

    assert pdf_faults(render_built(built)) == []
    assert built.filename.endswith(".pdf")


@pytest.mark.parametrize("code", [code for code in CODES if DOCUMENT_TYPES.get(code).has_blank])
def test_the_blank_document_is_an_accessible_archive(db, code):
    object_id, actor = SAMPLES[code]()
    built = DOCUMENT_TYPES.get(code).build(object_id, actor, blank=True)

    assert pdf_faults(render_built(built, blank=True)) == []
