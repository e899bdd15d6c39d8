"""The public directory of companies: what it says is read with care; whatever else it does is a sentence."""

from __future__ import annotations

import json

import pytest

from core import entreprises
from core.entreprises import DirectoryError, UnknownSiret, look_up
from tests.factories import siret_of
from tests.small_directory import small_directory

SIRET = siret_of(1)


@pytest.fixture
def directory(settings):
    with small_directory() as made:
        settings.ENTREPRISES_URL = made.address
        yield made


def test_one_siret_is_asked_and_read(directory):
    directory.knows(SIRET)
    found = look_up(SIRET)
    assert directory.asked == [f"/search?q={SIRET}&page=1&per_page=1"]
    assert (found.name, found.sigle, found.nature, found.ape) == ("LES AMIS DU PONT", "ADP", "9220", "9499Z")
    assert (found.address, found.code_postal, found.commune) == ("12 RUE DES HALLES", "37000", "TOURS")
    assert (found.departement, found.year, found.rna, found.closed) == ("37", 1998, "W372001234", False)


def test_the_establishment_is_the_one_asked_not_the_seat(directory):
    other = directory.knows(siret_of(2))
    branch = other["siege"] | {"siret": SIRET, "libelle_commune": "SAINT-DENIS", "commune": "97411"}
    directory.knows(SIRET, siege=other["siege"], matching_etablissements=[branch | {"etat_administratif": "F"}])
    found = look_up(SIRET)
    assert (found.commune, found.departement, found.closed) == ("SAINT-DENIS", "974", True)


def test_what_is_hidden_or_odd_is_left_out(directory):
    company = directory.knows(SIRET, nom_raison_sociale="[NON-DIFFUSIBLE]", sigle=["x"], date_creation=None)
    company["siege"] |= {"adresse": "Rue\x00 du\u200b Port\n", "libelle_commune": "T" * 500}
    found = look_up(SIRET)
    assert (found.name, found.sigle, found.year) == ("LES AMIS DU PONT (ADP)", "", None)
    assert (found.address, found.commune) == ("Rue du Port", "")


def test_an_unknown_siret_is_said(directory):
    with pytest.raises(UnknownSiret, match="ne connaît pas ce SIRET"):
        look_up(SIRET)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'{"results": 3}', b'{"results": [3]}', b"[" * 100_000, b"\xff\xfe"]
)
def test_a_wrong_answer_is_said(directory, body):
    directory.body = body
    with pytest.raises(DirectoryError, match="à la main"):
        look_up(SIRET)


def test_a_refusal_and_a_redirection_are_not_followed(directory):
    with small_directory() as elsewhere:
        elsewhere.knows(SIRET)
        directory.status, directory.location = 302, f"{elsewhere.address}/search?q={SIRET}"
        with pytest.raises(DirectoryError, match="ne répond pas"):
            look_up(SIRET)
        assert elsewhere.asked == []
    directory.status = 429
    with pytest.raises(DirectoryError):
        look_up(SIRET)


def test_a_huge_answer_is_cut_short(directory):
    directory.body = json.dumps({"results": [], "x": "x" * entreprises.LARGEST}).encode()
    with pytest.raises(DirectoryError, match="ne répond pas"):
        look_up(SIRET)


def test_an_answer_that_never_ends_holds_nobody(directory, monkeypatch):
    monkeypatch.setattr(entreprises, "SECONDS", 0.3)
    directory.drips = True
    with pytest.raises(DirectoryError, match="ne répond pas"):
        look_up(SIRET)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://", "http://nulle-part.invalid", "http://a:b"])
def test_nobody_there_is_said(settings, address):
    settings.ENTREPRISES_URL = address
    with pytest.raises(DirectoryError, match="ne répond pas"):
        look_up(SIRET)
