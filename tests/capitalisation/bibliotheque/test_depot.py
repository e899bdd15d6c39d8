"""Depositing: what it is made of first, what is known is proposed, what holds together badly is refused in words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.presenters import changed_since
from capitalisation.bibliotheque.registry import POURQUOI_GARDER
from capitalisation.bibliotheque.services import depot
from capitalisation.recits.models import VersionRecit
from core import clock
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed
from core.models import Attachment, JournalEntry
from core.uploads import attach, detach
from evaluation.questionnaires.definitions import DEFINITIONS
from evaluation.questionnaires.models import ModeleQuestionnaire
from tests.capitalisation import scene
from tests.capitalisation.bibliotheque.world import LIEN, VALUES, fresh
from tests.capitalisation.recits.scene import arrete, ecrit
from tests.core.upload_files import EXE, PDF
from tests.evaluation.synthese.scene import with_structures
from tests.factories import SecteurFactory, TypePrestationFactory, actor_of, ingenierie_of
from tests.marks import mark_of
from tests.portal.moments import placed

pytestmark = pytest.mark.django_db
DEPOSER = reverse("bibliotheque:deposer")


def a_file(name="guide.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def deposited(w, **more):
    return depot.deposit({**VALUES, **more}, actor=actor_of(w.auteur))


def test_the_support_comes_first_and_the_notice_says_the_scale_and_the_usage_by_what_is_under_them(w, client_for):
    client = client_for(w.auteur)
    assert "?support=lien" in client.get(DEPOSER).content.decode()
    page = client.get(DEPOSER, {"support": "lien"}).content.decode()
    assert "Proposé d’après ce qui est déjà connu" in page and "identifier.problematique" in page
    answer = client.post(
        f"{DEPOSER}?support=lien", {**LIEN, "actions": ["identifier.problematique.sources"], "verifie_le": "2026-01-31"}
    )
    row = Ressource.objects.get()
    assert answer["Location"] == reverse("bibliotheque:ressource", args=[row.pk])
    assert (row.echelle, row.usage, row.support, row.state, row.lecteurs) == (
        "territoriale", "efficacite", "lien", "brouillon", "equipe",
    )  # fmt: skip
    assert row.mots_cles == ["trésorerie", "Bénévolat"] and row.actions == ["identifier.problematique.sources"]
    assert (row.contributeur, row.auteur, row.region) == (w.dla, w.auteur, w.dla.region)
    assert row.a_reverifier_le == dt.date(2027, 7, 28) and "tresorerie" in row.search_text


def test_what_is_sent_twice_is_deposited_once(w, client_for):
    client = client_for(w.auteur)
    mark = mark_of(client, f"{DEPOSER}?support=lien")
    for _ in range(2):
        client.post(f"{DEPOSER}?support=lien", {**LIEN, **mark})
    assert Ressource.objects.count() == 1


def test_a_link_is_of_the_web_and_carries_no_secret(w, client_for):
    for lien in ("javascript:alert(1)", "ftp://example.org/a", "https://moi:secret@example.org/", "https://"):
        with pytest.raises(InvalidInput):
            deposited(w, lien=lien)
    client = client_for(w.auteur)
    page = client.post(f"{DEPOSER}?support=lien", {**LIEN, "lien": "ftp://example.org/a"})
    assert page.status_code == 422 and "adresse du web" in page.content.decode() and not Ressource.objects.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"sous_echelle": "observation_territoires"}, "échelle"),
        ({"apport": "culture_commune"}, "usage"),
        ({"verifie_par": "Mme Durand, comptable"}, "qualité"),
        ({"verifie_par": "comptable", "verifie_le": dt.date(2026, 12, 1)}, "futur"),
        ({"verifie_le": dt.date(2026, 10, 1), "a_reverifier_le": dt.date(2026, 9, 1)}, "vient après"),
        ({"mots_cles": ["x" * 61]}, "signes"),
        ({"actions": ["identifier.rien"]}, "démarche"),
        ({"support": "questionnaire"}, "tirée"),
        ({"support": "fichier"}, "Joignez"),
        ({"licence": "aucune"}, "Licence"),
    ],
)
def test_what_does_not_hold_together_is_refused_in_words(w, more, said):
    with pytest.raises(InvalidInput, match=said):
        deposited(w, **more)


def test_the_law_is_verified_again_sooner(w):
    day = dt.date(2026, 8, 31)
    assert depot.again_on("veille_juridique", day) == dt.date(2027, 2, 28)
    assert depot.again_on("documentaire", day) == dt.date(2028, 2, 28)


def test_a_file_of_a_false_type_is_refused_and_the_right_one_is_joined(w, client_for):
    client = client_for(w.auteur)
    values = {key: value for key, value in LIEN.items() if key != "lien"}
    page = client.post(f"{DEPOSER}?support=fichier", {**values, "fichier": a_file("guide.pdf", EXE)})
    assert page.status_code == 422 and values["titre"] in page.content.decode() and not Ressource.objects.exists()
    assert "Joignez le fichier" in client.post(f"{DEPOSER}?support=fichier", values).content.decode()
    client.post(f"{DEPOSER}?support=fichier", {**values, "fichier": a_file()})
    assert Attachment.objects.get().object_id == Ressource.objects.get().pk


def test_a_file_that_comes_or_goes_dates_the_resource_again_and_what_is_published_keeps_one(w, time_machine):
    author = actor_of(w.auteur)
    row = scene.ressource(w.dla, support="fichier", lien="")
    attach(row, a_file(), actor=author, scope=row)
    Ressource.objects.filter(pk=row.pk).update(publiee_le=clock.now())
    time_machine.move_to(clock.now() + dt.timedelta(hours=1), tick=False)
    with pytest.raises(InvalidInput, match="joignez d’abord"):
        detach(Attachment.objects.get(), actor=author)
    assert Attachment.objects.get().removed_at is None and changed_since(fresh(row), fresh(row).publiee_le) is None
    attach(row, a_file("nouveau.pdf"), actor=author, scope=row)
    detach(Attachment.objects.get(original_name="guide.pdf"), actor=author)
    assert fresh(row).modifiee_le == clock.now() == changed_since(fresh(row), fresh(row).publiee_le)


def test_who_only_reads_or_belongs_to_nothing_deposits_nothing(w, client_for):
    for person in (w.lecture, w.personne):
        assert client_for(person).get(DEPOSER).status_code == 403
        with pytest.raises(NotAllowed):
            depot.deposit(VALUES, actor=actor_of(person))


# --- From what the dossier knows ------------------------------------------------------------------------------------


@pytest.fixture
def dossier(w):
    ingenierie = placed(
        ingenierie_of(w.dla, titre="Communiquer ensemble", accroche="Se faire connaître."), state="finaliser"
    )
    ingenierie.themes.set([TypePrestationFactory(code="communication")])
    ingenierie.secteurs.set([SecteurFactory(code="culture")])
    ingenierie.departements.set(w.dla.departements.all())
    return ingenierie


def test_of_a_recit_all_that_is_known_is_proposed_and_it_is_poured_once(w, client_for, dossier):
    recit = arrete(ecrit(scene.recit(dossier)))
    client = client_for(w.auteur)
    room = client.get(reverse("capitalisation:verser", args=[dossier.pk])).content.decode()
    address = f"{DEPOSER}?recit={recit.pk}"
    assert address in room and str(recit) in client.get(DEPOSER).content.decode()
    page = client.get(address)
    form = page.context["form"]
    assert form["titre"].value() == "Communiquer ensemble" and form["technique"].value() == "demarche_exemplaire"
    assert form["resume"].value() == "Se faire connaître." and form["themes"].value() == [
        row.pk for row in dossier.themes.all()
    ]
    posted = {
        **{key: value for key, value in LIEN.items() if key != "lien"},
        "themes": [row.pk for row in dossier.themes.all()],
    }
    client.post(address, posted)
    row = Ressource.objects.get()
    assert (row.support, row.recit, row.ingenierie) == ("fiche_experience", recit, dossier)
    again = client.post(address, posted)
    assert again.status_code == 403 and "déjà dans la bibliothèque" in again.content.decode()
    with pytest.raises(InvalidInput, match="déjà dans la bibliothèque"):
        depot.deposit(VALUES, actor=actor_of(w.auteur), recit=recit)


def test_a_recit_that_nobody_arreted_or_that_another_carries_is_not_poured(w, client_for, dossier):
    recit = scene.recit(dossier)
    address = f"{DEPOSER}?recit={recit.pk}"
    assert "Arrêtez d’abord" in client_for(w.auteur).get(address).content.decode()
    assert client_for(w.loin).get(address).status_code == 404
    assert client_for(w.c2ra).get(address).status_code == 403  # it reads the dossier, it does not pilot it
    assert not VersionRecit.objects.exists()


def test_the_notice_names_nobody_of_the_dossier(w, dossier):
    structure = with_structures(dossier, 1)[0].structure
    with pytest.raises(InvalidInput, match=structure.name):
        depot.deposit({**VALUES, "resume": f"Avec {structure.name}."}, actor=actor_of(w.auteur), ingenierie=dossier)
    row = depot.deposit(VALUES, actor=actor_of(w.auteur), ingenierie=dossier)
    with pytest.raises(InvalidInput, match="ni structure"):
        depot.update(row, {"titre": f"Chez {structure.name}"}, actor=actor_of(w.auteur), expected_version=row.version)


def test_a_questionnaire_is_kept_as_it_stands_and_taken_by_another_organisation_once(w, client_for):
    definition = next(one for one in DEFINITIONS.values())
    modele = ModeleQuestionnaire.objects.create(
        organisation=w.dla, nom="Bilan à trois mois", code=definition.code, contenu=definition.contenu()
    )
    client = client_for(w.auteur)
    address = f"{DEPOSER}?modele={modele.pk}"
    assert client_for(w.loin).get(address).status_code == 404
    assert client.get(address).context["form"]["titre"].value() == "Bilan à trois mois"
    client.post(address, {key: value for key, value in LIEN.items() if key != "lien"})
    modele.delete()
    row = Ressource.objects.get()
    page = client.get(reverse("bibliotheque:ressource", args=[row.pk])).content.decode()
    assert definition.parties[0].questions[0].texte.splitlines()[0][:20] in page
    taken, new = depot.take_modele(row, actor=actor_of(w.loin))
    assert new and taken.organisation != w.dla and taken.contenu == definition.contenu()
    assert depot.take_modele(row, actor=actor_of(w.loin)) == (taken, False)
    with pytest.raises(NotAllowed):
        depot.take_modele(row, actor=actor_of(w.personne))


# --- Written again, deleted -----------------------------------------------------------------------------------------


def test_only_the_depositor_writes_it_again_and_two_who_do_meet(w, client_for):
    row = deposited(w)
    address = reverse("bibliotheque:ressource_modifier", args=[row.pk])
    assert client_for(w.loin).get(address).status_code == 404
    assert client_for(w.lecture).get(address).status_code == 403
    client = client_for(w.auteur)
    page = client.get(address)
    assert page.context["form"]["mots_cles"].value() in ("trésorerie", ["trésorerie"])
    posted = {**LIEN, "version": str(row.version), "titre": "Autre titre", "apport": "culture_commune"}
    assert client.post(address, posted).status_code == 302
    row = fresh(row)
    assert (row.titre, row.usage, row.support) == ("Autre titre", "harmonisation", "lien")
    late = client.post(address, {**posted, "titre": "Trop tard", "apport": "gain_temps"})
    assert late.status_code == 409 and "Trop tard" in late.content.decode()
    with pytest.raises(EditConflict):
        depot.update(row, {"titre": "Ancien"}, actor=actor_of(w.auteur), expected_version=row.version - 1)


def test_while_the_committee_reads_it_does_not_change_and_says_why(w, client_for):
    row = scene.ressource(w.dla, "proposee")
    page = client_for(w.auteur).get(reverse("bibliotheque:ressource_modifier", args=[row.pk]))
    assert page.status_code == 403 and "Le comité éditorial la lit" in page.content.decode()
    with pytest.raises(NotAllowed, match="comité"):
        depot.update(row, {"titre": "X"}, actor=actor_of(w.auteur), expected_version=row.version)
    with pytest.raises(NotAllowed):
        attach(row, a_file(), actor=actor_of(w.auteur), scope=row)


def test_what_is_typed_is_never_markup(w, client_for):
    row = deposited(w, titre="<b>Gras</b>", resume="<script>alert(1)</script>", mots_cles=["<i>x</i>"])
    page = client_for(w.auteur).get(reverse("bibliotheque:ressource", args=[row.pk])).content.decode()
    assert "&lt;b&gt;Gras" in page and "<script>alert" not in page and "<i>x" not in page


def test_a_draft_is_deleted_unless_somebody_uses_it_and_what_was_published_is_archived(w, client_for):
    row = deposited(w)
    with pytest.raises(NotAllowed):
        depot.delete(row, actor=actor_of(w.loin), expected_version=row.version)
    POURQUOI_GARDER.register("essai", lambda ressource: "Le DLA d’ailleurs s’en sert.")
    try:
        with pytest.raises(ConditionsNotMet) as refused:
            depot.delete(row, actor=actor_of(w.auteur), expected_version=row.version)
        assert "s’en sert" in refused.value.sentence and "Archivez" in refused.value.sentence
    finally:
        POURQUOI_GARDER.unregister("essai")
    address = reverse("bibliotheque:ressource_effacer", args=[row.pk])
    assert client_for(w.auteur).post(address, {"version": str(row.version)}).status_code == 302
    assert not Ressource.objects.exists()
    assert JournalEntry.objects.filter(verb="capitalisation.ressource_effacee").exists()
    published = scene.ressource(w.dla)
    with pytest.raises(ConditionsNotMet, match="ne s’efface pas"):
        depot.delete(published, actor=actor_of(w.auteur), expected_version=published.version)
