"""The retained project: versions, comments, differences, until the structures say « projet validé »."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Grant
from accounts.services import link_token, open_link, read_link
from accounts.services.links import LinkClosed
from consultations.choix import avis, projet
from consultations.choix.decision import decide, preview
from consultations.choix.models import AvisProjet, ChoixPrestataire, Commentaire, VersionProjet
from core.errors import InvalidInput, NotAllowed, StaleState
from core.models import OutboxMail
from partners.portfolio.donnees.registry import named
from tests.consultations import scene as scenes
from tests.consultations.scene import decision
from tests.factories import OrganisationFactory, actor_of, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """A call of two structures, decided for the first candidate."""
    made = scenes.call(candidats=2)
    chosen = made.invitations[0]
    letters = {e.invitation.pk: e.texte for e in preview(made.appel, chosen)}
    made.choix = decide(made.appel, chosen, decision(), letters, actor=made.actor)
    made.own, made.rival = actor_of(made.people[0]), actor_of(made.people[1])
    return made


def holder(row):
    token = link_token(Grant.objects.of(row, avis.LIEN).get())
    return open_link(read_link(token), token).actor


def asked(scene, n=0):
    return avis.ask_structure(
        scene.choix, scene.ciblees[n], nom="Une Personne", email=f"s{n}@example.org", actor=scene.actor
    )


def fresh(scene):
    return ChoixPrestataire.objects.select_related("ingenierie__pilote", "prestataire", "projet").get(pk=scene.choix.pk)


def test_it_begins_with_the_proposition_and_both_sides_write_versions(scene):
    first = projet.derniere(scene.choix)
    assert first.numero == 1 and first.data["prix_ttc"] == "9800.00" and "alea" not in first.data
    second = projet.write_section(
        scene.choix, "calendrier", {"calendrier": "D’avril à juillet."}, actor=scene.own, expected=1, mot="Décalé."
    )
    assert (second.numero, second.cote, second.par) == (2, "prestataire", str(scene.choix.prestataire))
    # Another section, from a page opened before: both hold.
    third = projet.write_section(scene.choix, "note", {"note": "Une note."}, actor=scene.actor, expected=1)
    assert third.data["calendrier"] == "D’avril à juillet." and third.cote == "dla"
    # The same section: the second is told.
    with pytest.raises(StaleState, match="a changé entre-temps"):
        projet.write_section(scene.choix, "calendrier", {"calendrier": "Jamais."}, actor=scene.actor, expected=1)
    # What changes nothing writes nothing.
    same = projet.write_section(scene.choix, "note", {"note": "Une note."}, actor=scene.own, expected=3)
    assert same.numero == 3
    told = projet.differences(first, third, several=True)
    assert [row["code"] for row in told] == ["calendrier", "note"]
    assert {p.kind for p in told[0]["pieces"]} >= {"del", "ins"}
    assert OutboxMail.objects.filter(template="consultations/projet", to=scene.people[0].email).count() == 1


def test_nobody_else_writes_nor_comments(scene):
    for refused in (scene.rival, actor_of(member(OrganisationFactory())), actor_of(member(scene.dla, "lecture"))):
        with pytest.raises(NotAllowed):
            projet.write_section(scene.choix, "note", {"note": "Pris."}, actor=refused, expected=1)
        with pytest.raises(NotAllowed):
            projet.comment(projet.derniere(scene.choix), "note", "Pris.", actor=refused)
    with pytest.raises(InvalidInput):
        projet.write_section(scene.choix, "note", {"prix_ttc": "1"}, actor=scene.actor, expected=1)
    with pytest.raises(InvalidInput):
        projet.comment(projet.derniere(scene.choix), "inconnue", "X", actor=scene.own)
    assert projet.comment(projet.derniere(scene.choix), "note", "Clair.", actor=scene.own).cote == "prestataire"


def test_it_is_validated_when_each_structure_asked_has_validated_the_last_version(scene):
    assert projet.projet_valide(scene.choix) is None
    one, two = asked(scene, 0), asked(scene, 1)
    first, second = holder(one), holder(two)
    with pytest.raises(NotAllowed):
        avis.answer(one, "valide", numero=1, actor=second)
    with pytest.raises(InvalidInput, match="à retravailler"):
        avis.answer(one, "a_retravailler", numero=1, actor=first)
    avis.answer(one, "a_retravailler", numero=1, commentaires={"calendrier": "Trop tôt."}, actor=first)
    assert Commentaire.objects.get().cote == "structure"
    version = projet.write_section(scene.choix, "calendrier", {"calendrier": "Plus tard."}, actor=scene.own, expected=1)
    with pytest.raises(StaleState, match="nouvelle version"):
        avis.answer(one, "valide", numero=1, actor=first)
    avis.answer(one, "valide", numero=2, actor=first)
    assert projet.projet_valide(fresh(scene)) is None
    avis.answer(two, "valide", numero=2, actor=second)
    assert projet.projet_valide(fresh(scene)) == version and fresh(scene).projet_valide_at is not None
    with pytest.raises(LinkClosed):
        avis.answer(two, "valide", numero=2, actor=second)
    # Another version is to be validated again.
    projet.write_section(fresh(scene), "note", {"note": "Encore."}, actor=scene.actor, expected=2)
    assert projet.projet_valide(fresh(scene)) is None


def test_what_they_said_in_a_meeting_is_typed_with_its_real_date(scene):
    values = {"sens": "valide", "date": dt.date(2026, 11, 21), "mode": "reunion", "qui": "Comité de pilotage"}
    for changed, words in (
        ({"date": dt.date(2026, 11, 22)}, "futur"),
        ({"date": dt.date(2026, 11, 1)}, "précède"),
        ({"qui": ""}, "qui a donné"),
        ({"mode": "lien"}, "comment"),
        ({"sens": "a_retravailler"}, "à retravailler"),
    ):
        with pytest.raises(InvalidInput, match=words):
            avis.record_avis(scene.choix, None, {**values, **changed}, actor=scene.actor)
    with pytest.raises(NotAllowed):
        avis.record_avis(scene.choix, None, values, actor=scene.own)
    avis.record_avis(scene.choix, None, values, actor=scene.actor)
    assert projet.projet_valide(fresh(scene)).numero == 1
    # Told otherwise afterwards, it is not validated any more.
    avis.record_avis(
        fresh(scene), None, {**values, "sens": "a_retravailler", "commentaire": "Finalement non."}, actor=scene.actor
    )
    assert projet.projet_valide(fresh(scene)) is None


def test_in_an_individual_one_the_structure_itself_validates():
    scene = scenes.call(candidats=1, individuelle=True)
    letters = {e.invitation.pk: e.texte for e in preview(scene.appel, scene.invitations[0])}
    scene.choix = decide(scene.appel, scene.invitations[0], decision(), letters, actor=scene.actor)
    values = {"sens": "valide", "date": dt.date(2026, 11, 21), "mode": "telephone", "qui": "La présidente"}
    with pytest.raises(InvalidInput, match="c’est la structure"):
        avis.record_avis(scene.choix, None, values, actor=scene.actor)
    avis.record_avis(scene.choix, scene.ciblees[0], values, actor=scene.actor)
    assert projet.projet_valide(fresh(scene)).numero == 1


def test_the_team_the_prestataire_and_the_structure_each_have_their_page(scene, client_for):
    team, own, rival = client_for(scene.pilot), client_for(scene.people[0]), client_for(scene.people[1])
    page = reverse("consultations:projet", args=[scene.dossier.pk, scene.choix.pk])
    mine = reverse("projet:projet", args=[scene.choix.pk])
    assert "Les structures doivent se réorganiser." in team.get(page).content.decode()
    assert own.get(mine).status_code == 200
    assert rival.get(mine).status_code == 404 and rival.get(page).status_code == 404
    assert client_for(member(OrganisationFactory())).get(page).status_code == 404
    # A section of texts, then one of rows, from the prestataire's space.
    price = reverse("projet:section", args=[scene.choix.pk, "prix"])
    sent = {"champs-version": "0", "champs-prix_ttc": "9 500,00", "champs-tva": "", "montree": "1", "mot": ""}
    assert own.post(price, {**sent, "champs-prix_ttc": "cher"}).status_code == 422
    assert own.post(price, sent).status_code == 302
    late = own.post(price, {**sent, "champs-prix_ttc": "1,00"})
    assert late.status_code == 409 and "1,00" in late.content.decode()
    stages = reverse("consultations:projet_section", args=[scene.dossier.pk, scene.choix.pk, "etapes"])
    shown = team.get(stages).content.decode()
    assert "Lancement" in shown and 'name="lignes" value="3"' in shown
    rows = {f"ligne{n}-version": "0" for n in range(3)}
    rows |= {"ligne0-intitule": "Lancement", "ligne2-intitule": "Bilan", "lignes": "3", "montree": "2"}
    assert team.post(stages, rows).status_code == 302
    assert [r["intitule"] for r in projet.derniere(scene.choix).data["etapes"]] == ["Lancement", "Bilan"]
    assert rival.post(price, sent).status_code == 404
    compared = team.get(f"{page}?de=1&a=3").content.decode()
    assert "<ins>" in compared and "<del>" in compared
    comment = reverse("projet:commenter", args=[scene.choix.pk])
    assert own.post(comment, {"rubrique": "prix", "texte": "Frais <i>compris</i>."}).status_code == 302
    assert "Frais &lt;i&gt;compris&lt;/i&gt;." in team.get(page).content.decode()
    # A structure, asked from the page, answers by its link.
    ask = reverse("consultations:projet_solliciter", args=[scene.dossier.pk, scene.choix.pk])
    told = {"structure": str(scene.ciblees[0].pk), "nom": "X", "email": "x@example.org"}
    assert own.get(ask).status_code == 404 and team.post(ask, told).status_code == 302
    token = link_token(Grant.objects.of(AvisProjet.objects.get(), avis.LIEN).get())
    link = f"/lien/{token}/"
    assert "Bilan" in own.get(link).content.decode()
    assert own.post(link, {"numero": "2", "sens": "valide"}).status_code == 409
    assert own.post(link, {"numero": "3", "sens": "a_retravailler"}).status_code == 422
    assert own.post(link, {"numero": "3", "sens": "valide"}).status_code == 302
    assert fresh(scene).projet_id == VersionProjet.objects.get(numero=3).pk


def test_the_versions_of_the_project_are_in_the_file_of_who_they_name(scene):
    own, rival = ([i.prestataire_id] for i in scene.invitations)
    assert named(own, "Claude Essai") == []
    rows = [{"nom": "Claude Essai", "fonction": "Consultante", "experiences": "Dix ans."}]
    projet.write_section(scene.choix, "intervenants", {"intervenants": rows}, actor=scene.own, expected=1)
    [told] = named(own, "claude ESSAI")
    assert told.rows[0]["experiences"] == "Dix ans." and "figée" in told.rows[0]["conservation"]
    assert named(rival, "Claude Essai") == [] and named(own, "Une autre") == []
