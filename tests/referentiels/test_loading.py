"""The reference lists: loaded by an idempotent command, kept by the AVISE."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from referentiels import lists, loading
from referentiels.loading import load
from referentiels.models import (
    Branche,
    Departement,
    DetailPrestation,
    FormeJuridique,
    Region,
    Secteur,
    TypePrestation,
)
from tests.factories import UserFactory

MODELS = (Region, Departement, Secteur, Branche, TypePrestation, DetailPrestation, FormeJuridique)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_the_territories_are_those_of_the_cog_with_overseas():
    assert Region.objects.filter(departements__code__regex=r"^(\d\d|2A|2B|97[1-46])$").distinct().count() == 18
    assert Departement.objects.filter(code__regex=r"^(\d\d|2A|2B|97[1-46])$").count() == 101
    assert Region.objects.get(label="Nouvelle-Calédonie").departements.exists()
    assert Departement.objects.get(code="2A").region.label == "Corse"
    assert Departement.objects.get(code="974").region.label == "La Réunion"
    assert str(Departement.objects.get(code="37")) == "Indre-et-Loire (37)"


def test_regions_are_in_the_order_of_a_dictionary():
    labels = [r.label for r in Region.objects.filter(position__gt=0)]
    assert labels.index("Île-de-France") < labels.index("La Réunion") < labels.index("Martinique")


def test_every_list_holds_something():
    for model in MODELS:
        assert model.objects.exists(), model


def test_loading_again_changes_nothing():
    before = {model: list(model.objects.order_by("pk").values()) for model in MODELS}
    counts = load()
    assert all(c.created == c.updated == 0 and c.kept for c in counts)
    assert {model: list(model.objects.order_by("pk").values()) for model in MODELS} == before


def test_what_is_missing_is_put_back_and_what_was_added_stays():
    FormeJuridique.objects.filter(code="scic").delete()
    own = FormeJuridique.objects.create(code="a-nous", label="Une forme de plus")
    counts = {c.label: c for c in load()}
    assert counts["formes juridiques"].created == 1
    assert FormeJuridique.objects.filter(pk=own.pk).exists()
    assert FormeJuridique.objects.filter(code="scic").exists()


def test_an_edited_label_is_kept_unless_one_asks():
    Secteur.objects.filter(code="sport").update(label="Sports et loisirs")
    load()
    assert Secteur.objects.get(code="sport").label == "Sports et loisirs"
    counts = {c.label: c for c in load(update=True)}
    assert counts["secteurs d’activité"].updated == 1
    assert Secteur.objects.get(code="sport").label == "Sport"


def test_a_dry_run_says_and_writes_nothing():
    FormeJuridique.objects.filter(code="scic").delete()
    out = StringIO()
    call_command("load_referentiels", "--dry-run", stdout=out)
    assert "formes juridiques : 1 ajoutés" in out.getvalue()
    assert "rien n’a été écrit" in out.getvalue()
    assert not FormeJuridique.objects.filter(code="scic").exists()


def test_loading_is_bulk():
    for model in (DetailPrestation, Branche, FormeJuridique):
        model.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        load()
    assert len(queries) < 30


def test_the_memory_of_the_lists_follows():
    lists.by_code(Secteur)
    Secteur.objects.filter(code="sport").update(label="Ancien libellé")
    load(update=True)
    assert lists.by_code(Secteur)["sport"].label == "Sport"


def test_the_administration_changes_labels_and_dates_but_no_code(client_for):
    office = client_for(UserFactory(administrator=True))
    sport = Secteur.objects.get(code="sport")
    url = reverse("admin:referentiels_secteur_change", args=[sport.pk])
    data = {"code": "autre", "label": "Sport pour tous", "position": 1, "valid_to": "2026-12-31"}
    assert office.post(url, data).status_code == 302
    sport.refresh_from_db()
    assert (sport.code, sport.label) == ("sport", "Sport pour tous")
    assert office.post(reverse("admin:referentiels_secteur_delete", args=[sport.pk])).status_code == 403


def test_an_item_is_current_between_its_dates(clock_at):
    Secteur.objects.filter(code="sport").update(valid_from="2026-01-01", valid_to="2026-12-31")
    for moment, there in (("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)):
        clock_at(f"{moment} 12:00")
        assert Secteur.objects.current().filter(code="sport").exists() is there


def test_places_where_nobody_lives_are_not_offered():
    loaded = {model: {row.code for row in rows} for model, rows in loading._rows()}
    for model, kept in ((Region, {"11", "988"}), (Departement, {"37", "988"})):
        assert kept <= loaded[model] and not {"984", "989"} & loaded[model]


# --- What one chooses in a list ---------------------------------------------------------------------------------------


def test_the_departements_of_ones_own_region_come_first_in_a_filter(referentiels):
    here = lists.by_code(Region)["24"]
    (own, pairs), (others, elsewhere) = lists.departements(here.pk)
    assert own == here.label and ("45", "Loiret (45)") in pairs and others == "Autres régions"
    assert len(pairs) == 6 and len(pairs) + len(elsewhere) == len(lists.choices(Departement))
    assert lists.departements(None) == lists.choices(Departement)
