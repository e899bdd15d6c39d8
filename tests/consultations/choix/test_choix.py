"""The prestataire of an ingénierie: no mission without a published and current fiche, and no way round it."""

import datetime as dt

import pytest
from django.urls import reverse

from consultations.choix import services as choix
from consultations.choix.models import ChoixPrestataire
from core.actor import Actor
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.models import Publication
from partners.portfolio.publication.services import deactivate
from projects.cycle import gates, services
from projects.ingenierie.models import Ingenierie
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    actor_of,
    engaged,
    fulfil_engager,
    ingenierie_of,
    member,
    prestataire_of,
    published_prestataire,
    siret_of,
)

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")


@pytest.fixture
def dla():
    return OrganisationFactory()


@pytest.fixture
def user(dla):
    return member(dla)


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def dossier(dla):
    """An ingénierie at « Confirmer »."""
    found = fulfil_engager(engaged(dla))
    return services.perform_action(found, "confirmer", actor=SYSTEM, expected_state="engager", version=found.version)


def decision(**values):
    return {
        "date": dt.date(2026, 11, 20), "mode": "hors_application", "justification": "Consultés par téléphone.",
        "choisi_par": "avec", "decideurs": "Comité de pilotage", "motifs": "La meilleure démarche.", **values,
    }  # fmt: skip


def condition(dossier):
    return next(c for c in gates.conditions_of(dossier) if c.definition.code == "prestataire")


def test_a_prestataire_published_and_current_that_day_is_retained_and_opens_the_gate(dossier, actor, clock_at):
    clock_at("2026-11-10 10:00")
    prestataire = published_prestataire(name="Cabinet Retenu")
    clock_at("2026-11-21 10:00")
    assert not condition(dossier).ok
    row = choix.retain(dossier, prestataire, decision(), actor=actor)
    assert row.periode.du == dt.date(2026, 11, 10)
    assert condition(dossier).ok and condition(dossier).detail == "Cabinet Retenu"
    assert JournalEntry.objects.filter(verb="consultations.prestataire_retenu", scope_id=dossier.pk).exists()
    # A fiche that grows old, or is withdrawn, afterwards does not undo the choice.
    deactivate(Publication.objects.get(), actor=SYSTEM, reason="Fin.", expected_state="publiee")
    assert condition(dossier).ok
    with pytest.raises(InvalidInput, match="déjà retenu"):
        choix.retain(dossier, prestataire, decision(), actor=actor)


def test_without_a_published_fiche_that_day_the_choice_is_refused_in_words(dossier, actor, clock_at):
    clock_at("2026-11-10 10:00")
    never = prestataire_of(name="Jamais publié")
    elsewhere = published_prestataire(region=RegionFactory(bretagne=True), name="Breton")
    late = published_prestataire(name="Trop tard")
    clock_at("2026-11-21 10:00")
    for prestataire, day, words in (
        (never, dt.date(2026, 11, 20), "pas de fiche publiée en région Centre-Val de Loire"),
        (elsewhere, dt.date(2026, 11, 20), "pas de fiche publiée en région Centre-Val de Loire"),
        (late, dt.date(2026, 11, 9), "que depuis le 10"),
    ):
        with pytest.raises(ConditionsNotMet) as refused:
            choix.retain(dossier, prestataire, decision(date=day), actor=actor)
        assert words in refused.value.reasons[0]
    clock_at("2027-11-21 10:00")
    with pytest.raises(ConditionsNotMet) as refused:
        choix.retain(dossier, late, decision(date=dt.date(2027, 11, 20)), actor=actor)
    assert "à actualiser depuis" in refused.value.reasons[0]
    assert not ChoixPrestataire.objects.exists()


def test_the_condition_is_neither_attested_nor_lifted(dossier, actor):
    with pytest.raises(InvalidInput, match="ne s’atteste pas"):
        services.attest(dossier, "prestataire", actor=actor, date=dt.date(2026, 1, 1), text="Choisi.")
    assert not condition(dossier).attestable
    reasons = {c.definition.code: "Motif." for c in gates.conditions_of(dossier) if c.blocks}
    with pytest.raises(InvalidInput, match="jamais être levée"):
        services.perform_action(
            dossier, "finaliser", actor=actor, expected_state="confirmer", version=dossier.version, overrides=reasons
        )


def test_the_pilot_chooses_from_confirmer_on_and_nobody_else(dla, dossier, actor, clock_at):
    clock_at("2026-11-10 10:00")
    prestataire = published_prestataire()
    clock_at("2026-11-21 10:00")
    neighbour = actor_of(member(OrganisationFactory()))
    with pytest.raises(NotAllowed):
        choix.retain(dossier, prestataire, decision(), actor=neighbour)
    with pytest.raises(NotAllowed):
        choix.retain(dossier, prestataire, decision(), actor=actor_of(member(dla, "lecture")))
    early = ingenierie_of(dla)
    with pytest.raises(NotAllowed, match="Confirmer"):
        choix.retain(early, prestataire, decision(), actor=actor)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"date": dt.date(2026, 11, 22)}, "futur"),
        ({"motifs": "  "}, "motifs"),
        ({"decideurs": ""}, "qui a décidé"),
        ({"mode": "sans_concurrence", "justification": ""}, "dites pourquoi"),
        ({"justification": " "}, "Aucun prestataire n’est inscrit"),
        ({"motifs": "a\x00b"}, "invisible"),
    ],
)
def test_a_choice_that_says_too_little_is_refused(dossier, actor, clock_at, changes, words):
    clock_at("2026-11-10 10:00")
    prestataire = published_prestataire()
    clock_at("2026-11-21 10:00")
    with pytest.raises(InvalidInput, match=words):
        choix.retain(dossier, prestataire, decision(**changes), actor=actor)


def test_an_individual_choice_is_made_with_the_structure_or_by_it(dossier, actor, clock_at, monkeypatch):
    clock_at("2026-11-10 10:00")
    prestataire = published_prestataire()
    clock_at("2026-11-21 10:00")
    monkeypatch.setattr(Ingenierie, "is_individuelle", True, raising=False)
    with pytest.raises(InvalidInput, match="avec la structure"):
        choix.retain(dossier, prestataire, decision(choisi_par="dla"), actor=actor)
    assert choix.retain(dossier, prestataire, decision(choisi_par="par"), actor=actor).choisi_par == "par"


def test_a_choice_is_taken_back_with_a_reason_and_stays_readable(dossier, actor, clock_at, client_for, user):
    clock_at("2026-11-10 10:00")
    prestataire = published_prestataire(name="Cabinet Renonçant")
    clock_at("2026-11-21 10:00")
    row = choix.retain(dossier, prestataire, decision(), actor=actor)
    with pytest.raises(InvalidInput):
        choix.take_back(row, actor=actor, reason=" ")
    choix.take_back(row, actor=actor, reason="Il a renoncé.")
    with pytest.raises(StaleState):
        choix.take_back(row, actor=actor, reason="Encore.")
    assert not condition(dossier).ok
    page = client_for(user).get(reverse("consultations:prestataire", args=[dossier.pk])).content.decode()
    assert "Il a renoncé." in page and "Cabinet Renonçant" in page
    # It may be chosen again.
    assert choix.retain(dossier, prestataire, decision(), actor=actor).pk != row.pk


def test_one_finds_retains_and_reads_it_in_the_pages(dossier, user, clock_at, client_for):
    clock_at("2026-11-10 10:00")
    prestataire = published_prestataire(name="Atelier <b>Gras</b>")
    hidden = prestataire_of(name="Brouillon")
    clock_at("2026-11-21 10:00")
    client = client_for(user)
    found = client.get(reverse("consultations:prestataire_choisir", args=[dossier.pk]), {"q": "gras"})
    assert "Atelier &lt;b&gt;Gras&lt;/b&gt;" in found.content.decode()
    page = reverse("consultations:prestataire_retenir", args=[dossier.pk, prestataire.pk])
    assert "publiée dans la région et à jour" in client.get(page).content.decode()
    refused = client.post(page, {**decision(date="2026-11-09"), "motifs": "Mes motifs gardés"})
    assert refused.status_code == 409 and "Mes motifs gardés" in refused.content.decode()
    assert client.post(page, decision(date="2026-11-22")).status_code == 422
    answer = client.post(page, decision(date="2026-11-20"), follow=True).content.decode()
    assert "retenu le 20" in answer
    # What one may not see is not there to be retained.
    gone = reverse("consultations:prestataire_retenir", args=[dossier.pk, hidden.pk])
    assert client.get(gone).status_code == 404 and client.post(gone, decision()).status_code == 404


def test_the_picker_asks_as_many_questions_for_one_as_for_twenty(dossier, user, client_for, count_queries):
    page = reverse("consultations:prestataire_choisir", args=[dossier.pk])
    client = client_for(user)
    published = published_prestataire()
    client.get(page)
    one = count_queries(lambda: client.get(page))
    old = Publication.objects.get()
    for number in range(20):
        other = Prestataire.objects.create(
            siret=siret_of(60_000_000 + number), name=f"Autre {number}", region=published.region
        )
        Publication.objects.create(
            prestataire=other, region=old.region, fiche=old.fiche, publiee_le=old.publiee_le,
            a_actualiser_le=old.a_actualiser_le, state="publiee",
        )  # fmt: skip
    assert "Autre 19" in client.get(page).content.decode()
    assert count_queries(lambda: client.get(page)) == one
