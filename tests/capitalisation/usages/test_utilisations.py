"""« Utilisé par »: one click, twice is once, taken back, counted; who reads which name; what is in use is kept."""

from __future__ import annotations

import pytest
from django.urls import reverse

from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.registry import POURQUOI_GARDER
from capitalisation.bibliotheque.services.ressources import perform_action
from capitalisation.usages.models import Utilisation
from capitalisation.usages.services import suites, utilisations
from core.actor import Actor
from core.errors import NotAllowed, StaleState
from core.models import JournalEntry, OutboxMail
from core.outbox import compose
from projects.evidence import evidence_for
from projects.ingenierie.models import Ingenierie
from tests.capitalisation import scene
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    actor_of,
    ingenierie_of,
    member,
    member_actor,
    prestataire_of,
)
from tests.portal.moments import placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def dla(db):
    return OrganisationFactory(name="DLA du Val", region=RegionFactory(label="Bretagne"))


@pytest.fixture
def user(dla):
    return member(dla)


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def ressource(db):
    return scene.ressource(OrganisationFactory(name="DLA des Monts"))


@pytest.fixture
def ingenierie(dla, user):
    return ingenierie_of(dla, charge_mission=user, titre="Trésoreries")


def address(ressource, name="ressource", *more):
    return reverse(f"bibliotheque:{name}", args=[ressource.pk, *more])


def total(ressource):
    return Ressource.objects.get(pk=ressource.pk).utilisations


def test_one_click_says_it_and_the_same_click_is_counted_once(client_for, user, ressource, ingenierie):
    client = client_for(user)
    for _ in range(2):
        answer = client.post(address(ressource, "utiliser"), {"ingenierie": ingenierie.pk})
        assert answer.status_code == 302 and answer["Location"] == address(ressource) + "#usages"
    use = Utilisation.objects.get()
    assert (use.organisation, use.ingenierie, use.par) == (ingenierie.pilote, ingenierie, str(user.get_full_name()))
    assert total(ressource) == 1
    page = client.get(address(ressource)).content.decode()
    assert "Trésoreries" in page and "1 fois" in page
    told = JournalEntry.objects.get(verb="capitalisation.ressource_utilisee")
    assert (told.scope_type, told.scope_id) == ("projects.ingenierie", ingenierie.pk)


def test_what_served_is_said_and_the_use_is_taken_back(client_for, user, actor, ressource, ingenierie):
    use = utilisations.use(ressource, ingenierie, actor=actor)
    client = client_for(user)
    said = {"note": "Le tableau, en séance.", "version": use.version}
    assert client.post(address(ressource, "utilisation", use.pk), said).status_code == 302
    assert "Le tableau, en séance." in client.get(address(ressource)).content.decode()
    assert client.post(address(ressource, "utilisation", use.pk), said | {"note": "Autre"}).status_code == 409
    retirer = address(ressource, "utilisation_retirer", use.pk)
    assert client.post(retirer, {"version": use.version}).status_code == 409  # drawn before the note
    assert client.post(retirer, {"version": use.version + 1}).status_code == 302
    assert total(ressource) == 0 and not Utilisation.objects.exists()
    with pytest.raises(StaleState):
        utilisations.take_back(use, actor=actor, expected_version=None)


def test_one_chooses_among_ones_own_hers_first_closed_last(client_for, user, actor, ressource, ingenierie, dla):
    other = ingenierie_of(dla, titre="D’une collègue")
    closed = placed(ingenierie_of(dla, charge_mission=user, titre="Finie"), state="cloture")
    ingenierie_of(titre="D’ailleurs")
    groupes = utilisations.choices(actor, ressource)
    assert [(g.titre, [titre for _, titre in g.lignes]) for g in groupes] == [
        ("Celles que je porte", ["Trésoreries"]),
        ("Celles de mon organisation", ["D’une collègue"]),
        ("Terminées", ["Finie"]),
    ]
    page = client_for(user).get(address(ressource) + f"?pour={other.pk}").content.decode()
    assert f'<option value="{other.pk}" selected>' in page
    assert client_for(user).get(address(ressource) + "?pour=<x>").status_code == 200
    page = client_for(user).get(address(ressource, "utiliser") + f"?pour={other.pk}").content.decode()
    assert f'<option value="{other.pk}" selected>' in page
    utilisations.use(ressource, closed, actor=actor)
    assert "Terminées" not in [g.titre for g in utilisations.choices(actor, ressource)]


def test_the_ingenierie_that_gave_the_resource_is_not_offered_to_use_it(dla, actor, ingenierie):
    given = scene.ressource(dla, ingenierie=ingenierie)
    assert utilisations.choices(actor, given) == []


def test_an_ingenierie_of_others_is_not_taken(client_for, user, actor, ressource):
    other = ingenierie_of(titre="D’ailleurs")
    answer = client_for(user).post(address(ressource, "utiliser"), {"ingenierie": other.pk, "note": "Prise"})
    assert answer.status_code == 422 and "Choisissez l’une de vos ingénieries" in answer.content.decode()
    assert "Prise" in answer.content.decode()
    with pytest.raises(NotAllowed, match="organisations associées"):
        utilisations.use(ressource, other, actor=actor)


def test_an_organisation_without_ingenierie_uses_it_too(client_for, ressource):
    avise = member(OrganisationFactory(avise=True, name="Avise"))
    client = client_for(avise)
    assert "l’utilise, sans ingénierie" in client.get(address(ressource)).content.decode()
    for _ in range(2):
        assert client.post(address(ressource, "utiliser"), {"ingenierie": "organisation"}).status_code == 302
    assert total(ressource) == 1
    assert "l’utilise, sans ingénierie" not in client.get(address(ressource)).content.decode()


@pytest.mark.parametrize("state", ["brouillon", "proposee", "archivee"])
def test_what_is_not_published_is_not_said_to_be_used(actor, dla, ingenierie, state):
    with pytest.raises(NotAllowed, match="n’est pas publiée"):
        utilisations.use(scene.ressource(dla, state), ingenierie, actor=actor)


def test_the_read_only_and_the_prestataires_say_nothing(client_for, ressource, dla):
    reader = member(dla, "lecture")
    consultant = prestataire_of().membres.get().user
    for who in (reader, consultant):
        assert client_for(who).post(address(ressource, "utiliser"), {"ingenierie": "organisation"}).status_code == 403
        assert "Je l’utilise" not in client_for(who).get(address(ressource)).content.decode()


def test_the_title_is_read_by_who_may_list_the_ingenierie_and_by_nobody_else(client_for, actor, ressource, ingenierie):
    utilisations.use(ressource, ingenierie, note="Le tableau.", actor=actor)
    neighbour = member(OrganisationFactory(region=ingenierie.pilote.region))
    page = client_for(neighbour).get(address(ressource)).content.decode()
    assert "Trésoreries" in page and reverse("projects:detail", args=[ingenierie.pk]) not in page
    for who in (member(), prestataire_of().membres.get().user):
        page = client_for(who).get(address(ressource)).content.decode()
        assert "Trésoreries" not in page and "DLA du Val" not in page
        assert "une ingénierie, région Bretagne" in page and "Le tableau." in page


def test_an_anonymous_reader_only_reads_how_many(client, actor, ressource, ingenierie):
    utilisations.use(ressource, ingenierie, note="Le tableau.", actor=actor)
    Ressource.objects.filter(pk=ressource.pk).update(lecteurs="public")
    page = client.get(address(ressource)).content.decode()
    assert "1 fois" in page and "Le tableau." not in page and "Bretagne" not in page
    assert "Questions" not in page and "Signaler" not in page


def test_the_dossier_says_what_it_uses(client_for, user, actor, ressource, ingenierie):
    where = reverse("capitalisation:ressources", args=[ingenierie.pk])
    assert "Aucune ressource" in client_for(user).get(where).content.decode()
    utilisations.use(ressource, ingenierie, note="Le tableau.", actor=actor)
    page = client_for(user).get(where).content.decode()
    assert ressource.titre in page and "Le tableau." in page and address(ressource) in page
    documents = client_for(user).get(reverse("projects:documents", args=[ingenierie.pk])).content.decode()
    assert "Ressources de la bibliothèque utilisées" in documents and where in documents
    shown = evidence_for(Ingenierie.objects.get(pk=ingenierie.pk))["identifier.problematique.sources"]
    assert "ressource de la bibliothèque utilisée" in shown.text
    assert client_for(member()).get(where).status_code == 404


def test_the_same_number_of_questions_to_the_database_whatever_the_uses(client_for, user, ressource, count_queries):
    client = client_for(user)
    for _ in range(2):
        ingenierie = ingenierie_of()
        utilisations.use(ressource, ingenierie, actor=member_actor(ingenierie.pilote))
    few = count_queries(lambda: client.get(address(ressource)))
    for _ in range(4):
        ingenierie = ingenierie_of()
        utilisations.use(ressource, ingenierie, actor=member_actor(ingenierie.pilote))
    assert count_queries(lambda: client.get(address(ressource))) == few


def test_a_resource_that_others_use_is_kept_and_they_are_told_why_it_is_archived(actor, ressource, ingenierie, user):
    why = POURQUOI_GARDER.get("usages")
    author = member_actor(ressource.contributeur)
    utilisations.use(ressource, None, actor=author)
    assert why(ressource) == ""  # its own organisation only
    utilisations.use(ressource, ingenierie, actor=actor)
    assert "autre équipe s’en sert : archivez-la" in why(ressource)
    perform_action(
        Ressource.objects.get(pk=ressource.pk), "archiver", actor=author, expected_state="publiee", reason="Dépassée."
    )
    mail = OutboxMail.objects.get(template=suites.MAIL_ARCHIVEE)
    assert (mail.to, mail.urgent) == (user.email, False)
    assert compose(mail)["motif"] == "Dépassée."
    archived = Ressource.objects.get(pk=ressource.pk)
    perform_action(archived, "rouvrir", actor=author, expected_state="archivee")
    assert compose(mail) is None


def test_the_application_itself_may_note_a_use(ressource, ingenierie):
    use = utilisations.use(ressource, ingenierie, actor=Actor.system("essai"))
    assert use.organisation == ingenierie.pilote
