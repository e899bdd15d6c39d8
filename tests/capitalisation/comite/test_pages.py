"""The pages of a committee: what waits for whom, one's avis by account or on a phone, the settings, the panel."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from accounts.services.links import link_token
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.presenters import facts
from capitalisation.bibliotheque.services import depot
from capitalisation.comite.dashboard import avis_dus, decisions
from capitalisation.comite.echeances import _avis
from capitalisation.comite.models import AvisEditorial, ComiteEditorial, Examen, MembreComite
from capitalisation.comite.panneau import of_ressource
from capitalisation.comite.personal import of_user
from capitalisation.comite.personnes import chercher, d_une_seule_organisation
from capitalisation.comite.services import avis, comites
from capitalisation.comite.tasks import forget_names
from capitalisation.recits.models import ImageRecit
from core import clock
from core.actor import Actor
from core.echeances import Window
from core.uploads import attach
from tests.capitalisation.comite import scene as made
from tests.capitalisation.comite.scene import FAVORABLE, RESERVE, SYSTEM, act, committee
from tests.capitalisation.recits.scene import arrete, ecrit
from tests.capitalisation.scene import recit as recit_of
from tests.capitalisation.scene import ressource
from tests.core.document_sample import PIXEL
from tests.core.upload_files import PDF
from tests.evaluation.synthese.scene import with_structures
from tests.factories import OrganisationFactory, RegionFactory, actor_of, ingenierie_of, member, member_actor
from tests.portal.moments import placed
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(shared):
    return shared(made.proposed)


@pytest.fixture
def scene(built, db):
    return copy.deepcopy(built)


def posted(**values):
    return {"qualite": "reserve", "portee": "territoriale", "texte": "À relire.", "version": "0", **values}


def url_of(examen) -> str:
    return reverse("bibliotheque:examen", args=[examen.pk])


def test_the_queue_shows_what_waits_for_whom(scene, client_for):
    queue = reverse("bibliotheque:comite")
    mine = client_for(scene.seated).get(queue)
    assert [row["titre"] for row in mine.context["attendus"]] == [str(scene.ressource)]
    assert not mine.context["decide"]
    theirs = client_for(scene.decider).get(queue)
    assert [row["avis"] for row in theirs.context["examens"]] == ["0 sur 3"]
    scene.give(FAVORABLE, FAVORABLE, FAVORABLE)
    assert client_for(scene.decider).get(queue).context["examens"][0]["pret"]
    assert client_for(scene.seated).get(queue).context["rendus"]
    assert client_for(scene.author).get(queue).status_code == 404


@pytest.mark.parametrize("who", ["c2ra d’ailleurs", "membre d’un autre comité", "ancien membre", "dla", "auteur"])
def test_who_neither_sits_nor_decides_there_does_not_see_the_examination(scene, client_for, who):
    elsewhere = RegionFactory(bretagne=True)
    user = {
        "c2ra d’ailleurs": lambda: member(OrganisationFactory(c2ra=True, region=elsewhere)),
        "membre d’un autre comité": lambda: made.committee(elsewhere, member(scene.dla)).membres.first().user,
        "ancien membre": lambda: comites.leave(scene.compte, actor=SYSTEM).user,
        "dla": lambda: member(OrganisationFactory(region=scene.dla.region)),
        "auteur": lambda: scene.author,
    }[who]()
    user = user or MembreComite.objects.filter(comite__region=elsewhere, user__isnull=False).get().user
    client = client_for(user)
    assert client.get(url_of(scene.examen)).status_code == 404
    assert client.post(url_of(scene.examen), posted()).status_code == 404
    assert client.post(reverse("bibliotheque:examen_relancer", args=[scene.examen.pk])).status_code == 404
    seat = reverse("bibliotheque:comite_membre", args=[scene.liens[0].pk])
    assert client.get(seat).status_code == 404


def test_a_member_reads_the_others_once_she_has_spoken(scene, client_for):
    avis.give(scene.examen, scene.liens[0], RESERVE, actor=SYSTEM)
    client, url = client_for(scene.seated), url_of(scene.examen)
    assert "d’où viennent" not in client.get(url).text
    assert client.post(url, posted(texte="")).status_code == 422
    assert client.post(url, posted()).status_code == 302
    page = client.get(url)
    assert "d’où viennent" in page.text
    assert "Ombeline" not in page.text  # by quality, never by name
    # Her other tab was drawn before: what she typed there is not lost.
    stale = client.post(url, posted(texte="Autre fenêtre."))
    assert stale.status_code == 409
    assert "Autre fenêtre." in stale.text


def test_who_decides_reads_the_avis_and_who_is_waited_for(scene, client_for, time_machine):
    scene.give(RESERVE)
    client = client_for(scene.decider)
    page = client.get(url_of(scene.examen))
    assert "d’où viennent" in page.text
    assert "Gontran Essai" in page.text
    assert client.post(url_of(scene.examen), posted()).status_code == 403  # does not sit
    relance = reverse("bibliotheque:examen_relancer", args=[scene.examen.pk])
    assert "vient de recevoir" in client.post(relance, follow=True).text  # the links left a moment ago
    time_machine.move_to(clock.now() + dt.timedelta(minutes=15))
    assert "part à 2" in client.post(relance, follow=True).text
    assert "vient de recevoir" in client.post(relance, follow=True).text
    reader = client_for(member(scene.c2ra, "lecture"))
    assert "Les relancer" not in reader.get(url_of(scene.examen)).text
    assert reader.post(relance).status_code == 403


def test_after_the_decision_a_member_rereads_it_and_gives_no_avis(scene, client_for):
    url, client = url_of(scene.examen), client_for(scene.seated)
    scene.act("demander_complement", scene.decider, "À sourcer.")
    page = client.get(url)
    assert "À sourcer." in page.text
    assert "vous ne la lisez plus" in page.text
    late = client.post(url, posted())
    assert late.status_code == 409
    assert "les avis ne changent plus" in late.text


def test_by_link_one_reads_the_resource_and_its_files_and_gives_an_avis(scene):
    Ressource.objects.filter(pk=scene.ressource.pk).update(support="fichier")
    piece = attach(scene.ressource, ContentFile(PDF, name="outil.pdf"), actor=SYSTEM, scope=scene.ressource)
    other = attach(scene.comite, ContentFile(PDF, name="autre.pdf"), actor=SYSTEM, scope=scene.comite)
    grant = made.link_of(scene.examen, scene.liens[0])
    link, file = reverse("lien", args=[link_token(grant)]), reverse("lien_page", args=[link_token(grant), "piece"])
    client = StrictClient()
    page = client.get(link)
    assert "Un tableau à remplir" in page.text
    assert "outil.pdf" in page.text
    assert "-----" not in page.text  # nothing is chosen beforehand
    assert b"".join(client.get(file, {"piece": piece.pk}).streaming_content) == PDF
    for wrong in (other.pk, "x", ""):
        assert client.get(file, {"piece": wrong}).status_code == 404
    assert client.post(link, posted(texte="")).status_code == 422
    assert client.post(link, posted()).status_code == 302
    assert AvisEditorial.objects.get().membre == scene.liens[0]
    assert "Donné le" in client.get(link).text
    scene.act("demander_complement", scene.decider, "À sourcer.")
    closed = Client().post(link, posted(version="1"))
    assert closed.status_code == 410
    assert "La décision a été prise" in closed.text
    assert client.get(file, {"piece": piece.pk}).status_code == 410


def test_by_link_a_recit_is_read_with_its_pictures_and_without_the_names_that_do_not_agree(scene):
    dossier = placed(ingenierie_of(scene.dla), state="finaliser")
    structure = with_structures(dossier, 1)[0]
    recit = ecrit(recit_of(dossier), problematique=f"{structure.structure.name} se demande que dire.")
    photo = attach(recit, ContentFile(PIXEL, name="atelier.png"), actor=SYSTEM, scope=dossier)
    shown, kept = (
        ImageRecit.objects.create(recit=recit, piece=photo, alt="Un atelier", accord=accord) for accord in (True, False)
    )
    row = made.ressource(
        dossier.pilote, "brouillon", support="fiche_experience", recit=arrete(recit), ingenierie=dossier, lien=""
    )
    made.act(row, "proposer")
    examen = Examen.objects.get(ressource=row)
    token = link_token(made.link_of(examen, examen.comite.membres.filter(user=None).first()))
    page, file = StrictClient().get(reverse("lien", args=[token])), reverse("lien_page", args=[token, "piece"])
    assert "Une structure se demande que dire" in page.text
    assert structure.structure.name not in page.text
    assert f"{file}?image={shown.pk}" in page.text
    assert b"".join(StrictClient().get(file, {"image": shown.pk}).streaming_content)
    assert StrictClient().get(file, {"image": kept.pk}).status_code == 404
    assert StrictClient().get(file, {"piece": photo.pk}).status_code == 404


def test_the_author_reads_the_avis_after_the_decision_by_quality_and_the_public_that_it_was_read(scene):
    scene.give(FAVORABLE, RESERVE, FAVORABLE)
    author, public = actor_of(scene.author), Actor.anonymous()
    _, before = of_ressource(scene.ressource, author)
    assert before["courant"]["nombre"].startswith("3")
    assert before["courant"]["avis"] == before["courant"]["attendus"] == []
    assert before["courant"]["url"] == ""
    assert of_ressource(scene.ressource, public) is None
    scene.act("publier", scene.decider, "")
    _, after = of_ressource(scene.ressource, author)
    assert [line["qui"] for line in after["dernier"]["avis"]] == [
        "réseau associatif", "expert-comptable", "financeur public",
    ]  # fmt: skip
    for reader in (public, member_actor(OrganisationFactory(region=RegionFactory(bretagne=True)))):
        _, told = of_ressource(scene.ressource, reader)
        assert told["courant"] is told["dernier"] is None
        assert told["relue"].startswith("Relue par le comité éditorial (3")


def test_what_changed_after_the_committee_read_it_is_said_to_every_reader(scene, time_machine):
    scene.give(FAVORABLE, RESERVE, FAVORABLE)
    row = scene.act("publier", scene.decider)
    _, told = of_ressource(row, Actor.anonymous())
    assert "modifiée" not in told["relue"]
    time_machine.move_to(clock.now() + dt.timedelta(minutes=5))  # the same day is a change too
    depot.update(row, {"resume": "Tout autre chose."}, actor=actor_of(scene.author), expected_version=row.version)
    row = Ressource.objects.get(pk=row.pk)
    _, told = of_ressource(row, Actor.anonymous())
    assert "le comité n’a pas relu ce changement" in told["relue"]
    assert "Modifiée le" in dict(facts(row))
    scene.act("proposer_nationale", scene.decider)
    national = committee(None, None)
    comites.update_reglages(national, {"quorum": 2}, actor=SYSTEM, expected_version=None)
    for membre in national.membres.all():
        avis.give(scene.examen, membre, FAVORABLE, actor=SYSTEM)
    row = scene.act("promouvoir", SYSTEM)
    _, told = of_ressource(row, Actor.anonymous())
    assert "national" in told["relue"] and "modifiée" not in told["relue"]


def test_a_resource_taken_back_shows_no_avis_to_its_author(scene):
    scene.give(RESERVE)
    scene.act("reprendre", scene.author)
    assert of_ressource(scene.ressource, actor_of(scene.author)) is None


def test_the_c2ra_composes_its_committee_from_the_people_of_the_network(scene, client_for):
    client, add = client_for(scene.decider), reverse("bibliotheque:comite_membre_ajouter")
    somebody = member(OrganisationFactory(name="DLA des Grèves"), first_name="Éloïse", last_name="Vérité")
    found = client.get(add, {"q": "eloise greves"})
    assert [p.pk for p in found.context["trouvees"]] == [somebody.pk]
    assert somebody.email not in found.text
    chosen = f"{add}?personne={somebody.pk}"
    assert client.post(chosen, {"qualite": "DLA voisin"}).status_code == 302
    assert scene.comite.membres.get(user=somebody).qualite == "DLA voisin"
    assert client.get(chosen).status_code == 404  # sits already
    assert client.get(f"{add}?personne=x").status_code == 404
    data = {"nom": "Sidonie Essai", "email": "sidonie@example.org", "qualite": "avocate"}
    assert client.post(add, data).status_code == 302
    twice = client.post(add, data | {"nom": "Encore elle"})
    assert twice.status_code == 422
    assert "siège déjà" in twice.text
    settings = client.get(reverse("bibliotheque:comite_reglages"))
    assert "sidonie@example.org" in settings.text
    assert client.post(
        reverse("bibliotheque:comite_reglages"), {"quorum": "1", "delai_jours": "21", "version": "1"}
    ).status_code == 422  # fmt: skip
    assert client.get(reverse("bibliotheque:comite_reglages")).context["comite"].quorum == 3


def test_a_committee_is_settled_before_anything_is_proposed(client_for):
    avise = member(OrganisationFactory(avise=True))
    client, settings = client_for(avise), reverse("bibliotheque:comite_reglages")
    assert "Personne ne siège encore" in client.get(settings).text
    assert not ComiteEditorial.objects.filter(region=None).exists()
    assert client.post(settings, {"quorum": "4", "delai_jours": "30", "version": "1"}).status_code == 302
    assert ComiteEditorial.objects.get(region=None).quorum == 4
    assert client_for(member(OrganisationFactory())).get(settings).status_code == 404


def test_a_committee_of_one_organisation_is_said_not_to_have_several_actors(scene, client_for):
    c2ra = OrganisationFactory(c2ra=True, region=RegionFactory(bretagne=True))
    comite = comites.ensure_comite(c2ra.region, actor=SYSTEM)
    people = [member(c2ra), member(c2ra)]
    for user in people:
        comites.add_membre(comite, {"user": user, "qualite": "C2RA"}, actor=SYSTEM)
    assert d_une_seule_organisation(comite) == str(c2ra)
    assert "réunit plusieurs acteurs" in client_for(people[0]).get(reverse("bibliotheque:comite_reglages")).text
    assert d_une_seule_organisation(scene.comite) == ""
    assert chercher(comite, "") == []


def test_who_left_is_forgotten_but_not_what_she_said(scene, client_for, time_machine):
    avis.give(scene.examen, scene.liens[0], RESERVE, actor=SYSTEM)
    client, membre = client_for(scene.decider), scene.liens[0]
    erase = reverse("bibliotheque:comite_membre_effacer", args=[membre.pk])
    assert client.post(erase, {"version": "1"}).status_code == 422
    depart = reverse("bibliotheque:comite_membre_depart", args=[membre.pk])
    assert client.post(depart, {"version": "1"}).status_code == 302
    assert client.post(depart, {"version": "1"}).status_code == 409  # a second tab
    assert client.post(erase, {"version": "2"}).status_code == 302
    membre.refresh_from_db()
    assert (membre.nom, "ombeline" in membre.email) == ("", False)
    assert scene.examen.avis.get().membre.qualite == "expert-comptable"
    assert "nom effacé" in client.get(reverse("bibliotheque:comite_reglages")).text
    # The seat of an account that is closed ends by itself; names go after their term.
    scene.seated.is_active = False
    scene.seated.save()
    assert forget_names(None, date="") == {"terminees": 1, "effacees": 0}
    time_machine.move_to(clock.months_after(clock.today(), 40))
    assert forget_names(None, date="") == {"terminees": 0, "effacees": 1}


def test_the_home_page_and_the_calendar_say_what_is_due(scene, count_queries):
    seated, decider = actor_of(scene.seated), actor_of(scene.decider)
    assert [line.title for line in avis_dus(seated)] == [f"Votre avis : {scene.ressource}"]
    window = Window(clock.today(), scene.examen.echeance)
    assert [date.done for date in _avis(seated, window)] == [False]
    assert decisions(decider) == []
    assert count_queries(lambda: avis_dus(seated)) == count_queries(lambda: decisions(decider)) == 1
    scene.give(FAVORABLE, FAVORABLE, FAVORABLE)
    assert avis_dus(seated) == []
    assert [date.done for date in _avis(seated, window)] == [True]
    assert "la décision peut être prise" in decisions(decider)[0].detail
    assert decisions(member_actor(scene.c2ra, "lecture")) == []
    for membre in scene.liens:
        comites.leave(membre, actor=SYSTEM)


def test_the_queue_costs_the_same_queries_for_six(scene, client_for, count_queries):
    decider, seated = client_for(scene.decider), client_for(scene.seated)
    address = reverse("bibliotheque:comite")

    def read() -> list[int]:
        return [count_queries(lambda client=client: client.get(address)) for client in (decider, seated)]

    read()
    before = read()
    for _ in range(5):
        row = ressource(OrganisationFactory(region=scene.dla.region), "brouillon")
        act(row, "proposer")
    assert read() == before


def test_a_committee_that_lacks_members_is_said_to_who_decides(scene):
    for membre in scene.liens:
        comites.leave(membre, actor=SYSTEM)
    assert "complétez-le" in decisions(actor_of(scene.decider))[0].detail


def test_a_person_is_given_what_the_committees_hold_of_her(scene):
    scene.give(RESERVE)
    seats, said = of_user(scene.seated)
    assert seats.rows[0]["siège comme"] == "réseau associatif"
    assert said.rows[0]["pourquoi"] == RESERVE["texte"]
