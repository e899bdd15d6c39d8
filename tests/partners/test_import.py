"""Importing partners: what each line would do, what is written, what is left to others."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.errors import NotAllowed
from core.imports import services as imports
from core.jobs import run_pending
from core.models import Import, JournalEntry
from partners.directory.models import Partenaire
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    PartenaireFactory,
    RegionFactory,
    actor_of,
    member,
)
from tests.spreadsheets import csv_file, xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
HEAD = ["Nom", "Sigle", "Famille", "Département", "Région", "Contact : courriel"]


@pytest.fixture
def user():
    DepartementFactory(indre_et_loire=True)
    return member()


@pytest.fixture
def dla(user):
    return user.active_membership.organisation


@pytest.fixture
def actor(user):
    return actor_of(user)


def checked(actor, *rows) -> Import:
    source = imports.start_import("partenaires", xlsx(HEAD, *rows, name="partenaires.xlsx"), actor=actor)
    run_pending()
    source.refresh_from_db()
    return source


def written(actor, *rows) -> Import:
    source = checked(actor, *rows)
    imports.confirm_import(source, actor=actor, include_doubtful=True)
    run_pending()
    source.refresh_from_db()
    return source


def verdicts(source: Import) -> list[str]:
    return list(source.lines.order_by("number").values_list("verdict", flat=True))


def errors(source: Import) -> str:
    return " ".join(error for line in source.lines.order_by("number") for error in line.errors)


def test_a_line_becomes_a_partner_of_the_directory_and_the_journal_says_from_which_file(actor, dla):
    written(actor, ["Département de Touraine", "CD37", "Financeurs", "37", "", "vie@example.org"])
    found = Partenaire.objects.get()
    assert (found.organisation, found.famille, found.departement.code) == (dla, "financeurs", "37")
    assert found.contact_email == "vie@example.org"
    assert JournalEntry.objects.get(verb="directory.create").reason == "Import de « partenaires.xlsx », ligne 2"


def test_the_same_file_twice_creates_nothing_twice(actor):
    rows = [["Union sportive", "", "Réseaux et partenaires des bénéficiaires", "37", "", ""]]
    written(actor, *rows)
    assert verdicts(checked(actor, *rows)) == ["inchangee"]
    assert Partenaire.objects.count() == 1


def test_a_partner_is_recognised_by_its_name_whatever_the_accents_and_brought_up_to_date(actor, dla):
    kept = PartenaireFactory(organisation=dla, name="Fédération d’Éducation", famille="financeurs")
    source = written(actor, ["FEDERATION D'EDUCATION", "FED", "Financeurs", "", "", ""])
    assert verdicts(source) == ["modifiee"]
    kept.refresh_from_db()
    assert kept.sigle == "FED" and Partenaire.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["", "", "Financeurs", "", "", ""], "« Nom »"),
        (["A", "", "Amis", "", "", ""], "amille"),
        (["A", "", "", "", "", ""], "amille"),
        (["A", "", "Financeurs", "Atlantide", "", ""], "partement"),
        (["A", "", "Financeurs", "", "", "pas une adresse"], "adresse"),
        (["A", "", "Financeurs", "37", "Centre-Val de Loire", ""], "pas les deux"),
    ],
)
def test_a_wrong_line_says_why_and_writes_nothing(actor, row, said):
    source = checked(actor, row)
    assert verdicts(source) == ["erreur"] and said in errors(source)
    assert not Partenaire.objects.exists()


def test_a_line_that_resembles_a_partner_of_the_region_is_signalled(actor, dla):
    neighbour = OrganisationFactory()
    PartenaireFactory(organisation=neighbour, name="Ligue de l’enseignement du Loiret")
    far = OrganisationFactory(region=RegionFactory(bretagne=True))
    PartenaireFactory(organisation=far, name="Banque solidaire")
    source = checked(
        actor,
        ["Ligue de l’enseignement Loiret", "", "Financeurs", "", "", ""],
        ["Banque solidaire", "", "Financeurs", "", "", ""],
    )
    told = [" ".join(map(str, line.doubts)) for line in source.lines.order_by("number")]
    assert "Ligue de l’enseignement du Loiret" in told[0] and neighbour.name in told[0]
    assert told[1] == ""


def test_the_sheets_of_a_neighbour_never_change(actor):
    kept = PartenaireFactory(name="Fonds régional", famille="ressources")
    written(actor, ["Fonds régional", "FR", "Financeurs", "", "", ""])
    kept.refresh_from_db()
    assert (kept.sigle, kept.famille) == ("", "ressources")
    assert Partenaire.objects.count() == 2


def test_who_only_reads_does_not_import(dla):
    reader = actor_of(member(dla, Role.LECTURE))
    with pytest.raises(NotAllowed):
        imports.start_import("partenaires", csv_file("Nom;Famille\nA;Financeurs\n"), actor=reader)


def test_the_directory_leads_to_the_import(client_for, user):
    page = client_for(user).get(reverse("directory:liste")).content.decode()
    url = reverse("core:import_new", args=["partenaires"])
    assert url in page
    assert "Famille" in client_for(user).get(url).content.decode()
