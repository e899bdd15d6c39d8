"""The consent to be named: asked by link or told, taken back at any time; without it, nobody is named."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from django.urls import reverse

from accounts import services as accounts
from accounts.models import Grant
from accounts.services.links import holder
from accounts.services.sent_links import RESEND_AFTER
from capitalisation.consentements import services
from capitalisation.consentements.lecture import consent_of, consents_of, nom_diffusable
from capitalisation.consentements.models import Consentement
from capitalisation.consentements.personal import of_user
from core import clock, journal
from core.errors import EditConflict, InvalidInput, NotAllowed
from core.models import JournalEntry, OutboxMail
from tests.capitalisation import scene
from tests.evaluation.synthese.scene import with_structures
from tests.factories import OrganisationFactory, UserFactory, actor_of, ingenierie_of, member, member_actor
from tests.portal.moments import placed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(shared):
    def write():
        ingenierie = placed(ingenierie_of(OrganisationFactory(name="DLA du Val")), state="finaliser")
        rows = with_structures(ingenierie, 3)
        return rows, scene.consent(rows[0])

    return shared(write)


@pytest.fixture
def rows(made, db):
    return copy.deepcopy(made[0])


@pytest.fixture
def structure(rows):
    return rows[0]


@pytest.fixture
def row(made, db):
    return scene.read(made[1])


@pytest.fixture
def ingenierie(row):
    return row.structure.ingenierie


@pytest.fixture
def user(ingenierie):
    return member(ingenierie.pilote)


def told(row, etat, actor=scene.SYSTEM, **values):
    return services.note(scene.read(row), {**scene.ORAL, "etat": etat, **values}, actor=actor)


def asked(row):
    """Its link is sent; who acts by it, and the address of its page."""
    services.ask(row.structure.ingenierie, [row.pk], actor=scene.SYSTEM)
    grant = Grant.objects.get(purpose=services.LIEN, object_id=row.pk)
    return holder(grant), reverse("lien", args=[accounts.link_token(grant)])


def answer(row, accepte, actor):
    return services.answer(scene.read(row), accepte, nom="Elle Exemple", actor=actor)


# --- What the rooms above read ------------------------------------------------------------------------------------


def test_without_a_consent_nobody_is_named(structure, row, rows, ingenierie):
    assert consent_of(rows[1]) == "a_demander"  # no row at all
    assert nom_diffusable(structure) == "une structure"
    for state in ("refuse", "accorde", "retire"):
        told(row, state)
        assert consent_of(structure) == state
        expected = str(structure) if state == "accorde" else "une structure"
        assert nom_diffusable(structure) == nom_diffusable(structure, consents_of(ingenierie)) == expected


def test_a_person_is_named_by_her_own_consent_not_by_that_of_her_structure(structure, row, ingenierie):
    her = scene.consent(structure, personne="Elle Exemple", email="")
    told(row, "accorde")
    assert not consents_of(ingenierie)[structure.pk].nomme_personne("Elle Exemple")
    told(her, "accorde")
    accords = consents_of(ingenierie)[structure.pk]
    assert accords.nommable and accords.nomme_personne("elle exemple ") and not accords.nomme_personne("Lui")
    told(row, "retire")
    assert not consents_of(ingenierie)[structure.pk].nommable


def test_the_consents_of_sixty_structures_are_one_query(rows, row, ingenierie, count_queries):
    services.take_up(ingenierie, actor=scene.SYSTEM)
    assert count_queries(lambda: consents_of(ingenierie)) == 1


# --- By link ------------------------------------------------------------------------------------------------------


def test_it_is_given_by_link_and_taken_back_by_the_same_even_after_the_end(structure, row, client, user, ingenierie):
    placed(ingenierie, charge_mission=user)
    _, address = asked(row)
    assert scene.read(row).etat == "demande"
    page = client.get(address).content.decode()
    assert "accepte d’être nommée" in page and structure.structure.name in page
    client.post(address, {"accepte": "oui", "nom": "Elle Exemple"})
    given = scene.read(row)
    assert (given.etat, given.moyen, given.dit_par, given.le) == ("accorde", "lien", "Elle Exemple", clock.today())
    assert given.texte == given.demande
    assert not OutboxMail.objects.filter(template=services.MAIL_RETIRE).exists()
    for state in ("cloture", "abandonne"):
        placed(ingenierie, state=state)
        assert client.post(address, {"accepte": "non", "nom": "Elle Exemple"}).status_code == 302
        assert consent_of(structure) == "retire"
    assert OutboxMail.objects.get(template=services.MAIL_RETIRE).to == user.email
    assert "retiré" in client.get(address).content.decode()


def test_a_refusal_by_link_is_not_a_withdrawal(structure, row):
    by_link, _ = asked(row)
    assert answer(row, False, by_link).etat == "refuse"
    assert not OutboxMail.objects.filter(template=services.MAIL_RETIRE).exists()


def test_an_answer_needs_a_name_and_a_choice(row, client):
    _, address = asked(row)
    assert client.post(address, {"accepte": "oui", "nom": " "}).status_code == 422
    assert client.post(address, {"nom": "Elle"}).status_code == 422
    assert scene.read(row).le is None


def test_the_link_of_one_answers_for_nobody_else(row, rows):
    other = scene.consent(rows[1], email="autre@example.org")
    by_link, _ = asked(row)
    with pytest.raises(NotAllowed):
        answer(other, True, by_link)
    assert answer(row, True, by_link).est_accorde


def test_a_link_sent_to_another_address_does_not_serve_any_more(row, client):
    _, address = asked(row)
    services.update(scene.read(row), {"email": "nouvelle@example.org"}, actor=scene.SYSTEM, expected_version=None)
    assert client.get(address).status_code == 410


def test_who_was_asked_a_few_minutes_ago_or_has_no_address_is_passed_over(row, rows, ingenierie, clock_at):
    clock_at("2026-11-21 10:00")
    without = scene.consent(rows[1], email="")
    assert services.ask(ingenierie, [row.pk, without.pk], actor=scene.SYSTEM) == 1
    assert services.ask(ingenierie, [row.pk], actor=scene.SYSTEM) == 0
    with pytest.raises(InvalidInput, match="qui a une adresse"):
        services.ask(ingenierie, [without.pk], actor=scene.SYSTEM)
    clock_at("2026-11-21 12:00")
    assert dt.timedelta(hours=2) > RESEND_AFTER
    assert services.ask(ingenierie, [row.pk], actor=scene.SYSTEM) == 1
    assert Grant.objects.filter(purpose=services.LIEN).count() == 1


# --- Told to the team ---------------------------------------------------------------------------------------------


def test_what_was_told_is_noted_with_its_real_day(row, user):
    done = told(row, "accorde", actor_of(user), le=dt.date(2026, 3, 2))
    assert done.le == dt.date(2026, 3, 2) and done.moyen == "reunion"
    with pytest.raises(InvalidInput, match="futur"):
        told(row, "accorde", le=clock.today() + dt.timedelta(days=1))
    with pytest.raises(InvalidInput, match="s’inscrit seule"):
        told(row, "accorde", moyen="lien")
    with pytest.raises(InvalidInput, match="accordé, refusé ou retiré"):
        told(row, "demande")


def test_what_was_never_given_is_refused_not_taken_back(row):
    with pytest.raises(InvalidInput, match="plutôt qu’il est refusé"):
        told(row, "retire")
    assert told(row, "refuse").etat == "refuse"


def test_a_withdrawal_is_noted_in_any_state_but_an_agreement_is_not(row, ingenierie, user):
    told(row, "accorde")
    placed(ingenierie, state="abandonne")
    assert told(row, "retire", actor_of(user)).etat == "retire"
    with pytest.raises(NotAllowed, match="abandonnée"):
        told(row, "accorde", actor_of(user))


def test_only_the_team_asks_and_notes(row, ingenierie):
    for stranger in (member_actor(OrganisationFactory()), member_actor(ingenierie.pilote, "lecture")):
        for act in (
            lambda a: told(row, "accorde", a),
            lambda a: told(row, "refuse", a),
            lambda a: services.ask(ingenierie, [row.pk], actor=a),
            lambda a: services.take_up(ingenierie, actor=a),
            lambda a: services.forget(row, actor=a, expected_version=None),
        ):
            with pytest.raises(NotAllowed):
                act(stranger)
    assert not scene.read(row).le


def test_two_people_who_note_at_once_are_told(row):
    shown = row.version
    told(row, "accorde")
    with pytest.raises(EditConflict):
        services.note(row, {**scene.ORAL, "etat": "refuse"}, actor=scene.SYSTEM, expected_version=shown)


# --- The list -----------------------------------------------------------------------------------------------------


def test_the_structures_that_came_are_taken_up_once_with_their_address(row, ingenierie):
    declined = with_structures(ingenierie, 1, state="declinee")[0]
    assert services.take_up(ingenierie, actor=scene.SYSTEM) == 2
    assert services.take_up(ingenierie, actor=scene.SYSTEM) == 0
    assert all(Consentement.objects.values_list("email", flat=True))
    assert not Consentement.objects.filter(structure=declined).exists()


def test_nobody_is_listed_twice_and_a_structure_of_elsewhere_not_at_all(structure, row, ingenierie):
    with pytest.raises(InvalidInput, match="déjà dans la liste"):
        scene.consent(structure)
    scene.consent(structure, personne="Elle Exemple")
    with pytest.raises(InvalidInput, match="déjà dans la liste"):
        scene.consent(structure, personne="ELLE EXEMPLE")
    elsewhere = with_structures(ingenierie_of(OrganisationFactory()), 1)[0]
    with pytest.raises(InvalidInput, match="pas dans l’ingénierie"):
        services.add(ingenierie, {"structure": elsewhere}, actor=scene.SYSTEM)


def test_who_answered_does_not_become_somebody_else(structure):
    her = scene.consent(structure, personne="Elle Exemple")
    told(her, "accorde")
    with pytest.raises(InvalidInput, match="déjà répondu"):
        services.update(scene.read(her), {"personne": "Lui"}, actor=scene.SYSTEM, expected_version=None)
    with pytest.raises(InvalidInput, match="celui de la structure, ou celui d’une personne"):
        services.update(scene.read(her), {"personne": ""}, actor=scene.SYSTEM, expected_version=None)


def test_forgotten_she_is_not_named_and_her_link_is_closed(structure, row, client):
    her = scene.consent(structure, personne="Elle Exemple")
    _, address = asked(her)
    told(her, "accorde")
    services.forget(scene.read(her), actor=scene.SYSTEM, expected_version=None)
    accords = consents_of(structure.ingenierie)[structure.pk]
    assert not accords.nomme_personne("Elle Exemple")
    assert client.get(address).status_code == 410
    assert not Grant.objects.filter(recipient_email="elle@example.org", object_id=her.pk).exists()


def test_the_journal_tells_what_happened_without_names(structure, ingenierie):
    her = scene.consent(structure, personne="Elle Exemple")
    told(her, "accorde", dit_par="Elle Exemple")
    told(her, "retire", dit_par="Elle Exemple")
    verbs = list(journal.entries_for(her).values_list("verb", flat=True))
    assert verbs[:2] == ["capitalisation.consentement_retire", "capitalisation.consentement_accorde"]
    rows = JournalEntry.objects.filter(object_id=her.pk, object_type="capitalisation.consentement")
    assert not [entry for entry in rows if "Elle" in str(entry.changes) or "elle@" in str(entry.changes)]


def test_what_is_held_of_somebody_is_given_to_her(structure):
    her = UserFactory(email="elle@example.org")
    scene.consent(structure, personne="Elle Exemple")
    (section,) = of_user(her)
    assert [row["personne"] for row in section.rows if row["personne"]] == ["Elle Exemple"]
    (nothing,) = of_user(UserFactory())
    assert not nothing.rows


def test_two_structures_that_become_one_keep_the_stricter_answer(rows, row):
    other = scene.consent(rows[1], email="")
    told(row, "accorde")
    told(other, "refuse")
    services.move(rows[0], rows[1], scene.SYSTEM)
    assert consent_of(rows[0]) == "refuse"
    assert Consentement.objects.filter(personne="").count() == 1


# --- Pages --------------------------------------------------------------------------------------------------------


def test_the_list_asks_as_many_questions_for_one_row_as_for_thirty(client_for, user, row, ingenierie, count_queries):
    client = client_for(user)
    address = reverse("capitalisation:consentements", args=[ingenierie.pk])
    asked(row)
    client.get(address)
    few = count_queries(lambda: client.get(address))
    with_structures(ingenierie, 27)
    assert services.take_up(ingenierie, actor=scene.SYSTEM) == 29
    assert count_queries(lambda: client.get(address)) == few


def test_the_pages_ask_note_and_forget(client_for, user, row, ingenierie):
    client = client_for(user)

    def url(name, *more):
        return reverse(f"capitalisation:{name}", args=[ingenierie.pk, *more])

    assert client.post(url("consentements_reprendre")).status_code == 302
    assert client.post(url("consentements_demander"), {"consentement": [str(row.pk)]}).status_code == 302
    assert scene.read(row).etat == "demande"
    values = {"etat": "accorde", "le": "2026-11-20", "moyen": "ecrit", "dit_par": "La présidente", "version": "2"}
    assert client.post(url("consentement_noter", row.pk), {**values, "version": "1"}).status_code == 409
    assert client.post(url("consentement_noter", row.pk), values).status_code == 302
    assert "accordé" in client.get(url("consentements")).content.decode()
    version = str(scene.read(row).version)
    assert client.post(url("consentement_oublier", row.pk), {"version": version}).status_code == 302
    assert not Consentement.objects.filter(pk=row.pk).exists()
