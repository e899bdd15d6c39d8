"""A fiche and its versions, written by the prestataire."""

import datetime as dt

import pytest

from core.actor import Actor
from core.clock import today
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed
from core.models import Attachment, JournalEntry
from partners.portfolio.fiche import completeness
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.rubriques import RUBRIQUES
from partners.portfolio.fiche.services.blocs import (
    add_intervenant,
    add_piece,
    add_reference,
    duplicate_reference,
    note_reading,
    remove_intervenant,
    remove_piece,
    remove_reference,
    update_intervenant,
    update_reference,
)
from partners.portfolio.fiche.services.versions import (
    start_version,
    submit,
    under_way,
    update_rubrique,
)
from referentiels.models import Domaine, ThemeAccompagnement, TypeIntervention
from tests.core.upload_files import EXE, uploaded
from tests.factories import (
    fill_fiche,
    prestataire_of,
    published_prestataire,
    submitted_fiche,
)

pytestmark = pytest.mark.django_db


def draft(prestataire) -> FicheVersion:
    return under_way(prestataire)


def test_the_domains_are_the_four_axes_of_001_and_each_theme_has_its_type_de_prestation():
    assert [d.label for d in Domaine.objects.order_by("position")] == [
        "Développement de projets, stratégie, organisation",
        "Gestion financière",
        "Communication, partenariat",
        "Gestion des ressources humaines",
    ]
    labels = set(ThemeAccompagnement.objects.values_list("label", flat=True))
    assert {
        "Analyser la situation fiscale",
        "Analyser les indicateurs financiers",
        "Organiser la vie statutaire et l’animation de réseau",
        "Mettre en place une organisation fonctionnelle",
    } <= labels
    assert not ThemeAccompagnement.objects.filter(type_prestation__isnull=True).exists()
    assert TypeIntervention.objects.count() == 4


def test_the_five_rubrics_have_the_titles_of_002():
    assert [r.titre for r in RUBRIQUES] == [
        "Identité",
        "Caractéristiques",
        "Expériences dans le champ de l’accompagnement",
        "Ressources humaines",
        "Autres informations",
    ]


def test_a_fiche_says_what_it_lacks_rubric_by_rubric_without_any_other_query(user, django_assert_num_queries):
    prestataire_of(user)
    with django_assert_num_queries(1):
        fiche = completeness.with_completeness(FicheVersion.objects.all()).get()
        lacking = completeness.missing(fiche)
        whole, parts = completeness.progress(fiche, lacking)
    assert ("caracteristiques", "departements") in {(m.rubrique.code, m.champ) for m in lacking}
    assert 0 < whole.percent < 20 and parts["ressources"].done == 0
    fiche = fill_fiche(FicheVersion.objects.get())
    assert completeness.missing(fiche) == []


def test_an_incomplete_fiche_is_not_sent_and_says_why(actor, user):
    fiche = draft(prestataire_of(user))
    with pytest.raises(ConditionsNotMet) as refused:
        submit(fiche, actor=actor, expected_state="brouillon")
    assert "Ressources humaines : un intervenant au moins" in refused.value.reasons


def test_two_colleagues_meet_in_the_same_field_and_nowhere_else(user, actor):
    fiche = draft(prestataire_of(user))
    shown = fiche.version
    update_rubrique(fiche, "experiences", {"methode": "La mienne"}, actor=actor, expected_version=shown)
    # Another rubric, another field of the same rubric saved alone: nobody meets.
    update_rubrique(fiche, "autres", {"frais": "Au réel"}, actor=actor, expected_version=shown)
    update_rubrique(fiche, "experiences", {"presentation": "Nous"}, actor=actor, expected_version=shown, only=True)
    with pytest.raises(EditConflict):
        update_rubrique(fiche, "experiences", {"methode": "La sienne"}, actor=actor, expected_version=shown, only=True)


def test_a_service_refuses_what_the_form_refuses_and_names_the_field(user, actor):
    fiche = draft(prestataire_of(user))
    for code, values, said in (
        ("autres", {"prix_min": -1}, "Prix par jour, au moins"),
        ("identite", {"raison_sociale": "x" * 500}, "Raison sociale : "),
    ):
        with pytest.raises(InvalidInput, match=said):
            update_rubrique(fiche, code, values, actor=actor)
    with pytest.raises(InvalidInput, match=r"^Objet"):
        add_reference(fiche, {"annee": 2024, "client": "X", "objet": "y" * 5000}, actor=actor)


def test_prices_in_disorder_and_a_foundation_in_the_future_are_refused(user, actor):
    fiche = draft(prestataire_of(user))
    update_rubrique(fiche, "autres", {"prix_min": 800}, actor=actor)
    with pytest.raises(InvalidInput, match="plus haut"):
        update_rubrique(fiche, "autres", {"prix_max": 700}, actor=actor)
    with pytest.raises(InvalidInput, match="futur"):
        update_rubrique(fiche, "caracteristiques", {"annee_creation": 2150}, actor=actor)


def test_a_rubric_takes_its_own_fields_only(user, actor):
    fiche = draft(prestataire_of(user))
    theme = ThemeAccompagnement.objects.first()
    for code, values in (
        ("identite", {"sigle": "SGL", "effectif": 3}),
        ("identite", {"themes": [theme]}),
        ("identite", {"state": "figee"}),
        ("identite", {"assurance_expire_le": dt.date(2999, 1, 1)}),
        ("identite", {}),
        ("ailleurs", {"sigle": "SGL"}),
    ):
        with pytest.raises(InvalidInput, match="Cette rubrique n’existe pas"):
            update_rubrique(fiche, code, values, actor=actor)
    fiche.refresh_from_db()
    assert (fiche.sigle, fiche.effectif, fiche.state, fiche.themes.count()) == ("", None, "brouillon", 0)


def test_a_reference_of_the_future_and_one_more_than_people_read_are_refused(user, actor, monkeypatch):
    fiche = draft(prestataire_of(user))
    values = {"annee": 2024, "client": "Un DLA", "objet": "Un bilan"}
    with pytest.raises(InvalidInput, match="futur"):
        add_reference(fiche, {**values, "annee": today().year + 2}, actor=actor)
    reference = add_reference(fiche, values, actor=actor)
    with pytest.raises(InvalidInput, match="futur"):
        update_reference(reference, {"annee": today().year + 2}, actor=actor, expected_version=None)
    monkeypatch.setattr("partners.portfolio.fiche.services.blocs.MOST", 1)
    with pytest.raises(InvalidInput, match="1 références au plus"):
        duplicate_reference(reference, actor=actor)


def test_the_blocks_of_a_version_that_was_sent_do_not_change(user, actor):
    fiche = submitted_fiche(prestataire_of(user))
    reference, someone = fiche.references.get(), fiche.intervenants.get()
    for write in (
        lambda: add_reference(fiche, {"annee": 2024, "client": "X", "objet": "Y"}, actor=actor),
        lambda: update_reference(reference, {"client": "X"}, actor=actor, expected_version=None),
        lambda: remove_reference(reference, actor=actor),
        lambda: add_intervenant(fiche, {"nom": "X"}, actor=actor),
        lambda: update_intervenant(someone, {"nom": "X"}, actor=actor, expected_version=None),
        lambda: remove_intervenant(someone, actor=actor),
        lambda: add_piece(fiche, "autre", uploaded("a.pdf"), actor=actor),
        lambda: remove_piece(fiche.pieces.first(), actor=actor),
    ):
        with pytest.raises(NotAllowed, match="entre les mains du C2RA"):
            write()


def test_a_cv_is_that_of_somebody_of_the_same_version(user, actor):
    fiche = draft(prestataire_of(user))
    elsewhere = add_intervenant(draft(prestataire_of()), {"nom": "Une Autre"}, actor=Actor.system("recette"))
    mine = add_intervenant(fiche, {"nom": "Une Personne"}, actor=actor)
    for nature, someone in (("cv", elsewhere), ("statuts", mine)):
        with pytest.raises(InvalidInput, match="son CV"):
            add_piece(fiche, nature, uploaded("a.pdf"), actor=actor, intervenant=someone)
    with pytest.raises(InvalidInput, match="n’existe pas"):
        add_piece(fiche, "diplome", uploaded("a.pdf"), actor=actor)
    assert not fiche.pieces.exists()


def test_a_document_taken_off_a_version_stays_while_another_shows_it(user, actor):
    prestataire = published_prestataire(user)
    old, new = FicheVersion.objects.get(), start_version(prestataire, actor=actor)
    insurance = new.pieces.get(nature="assurance")
    remove_piece(insurance, actor=actor)
    new.refresh_from_db()
    assert new.assurance_expire_le is None
    assert old.pieces.get(nature="assurance").fichier.removed_at is None
    # What the new version alone showed goes with it.
    only = add_piece(new, "autre", uploaded("seul.pdf"), actor=actor)
    remove_piece(only, actor=actor)
    only.fichier.refresh_from_db()
    assert only.fichier.removed_at is not None


def test_an_insurance_has_a_date_that_is_not_past_and_replaces_the_former(user, actor, clock_at):
    clock_at("2026-11-21 10:00")
    fiche = draft(prestataire_of(user))
    with pytest.raises(InvalidInput, match="jusqu’à quand"):
        add_piece(fiche, "assurance", uploaded("a.pdf"), actor=actor)
    with pytest.raises(InvalidInput, match="plus valable"):
        add_piece(fiche, "assurance", uploaded("a.pdf"), actor=actor, expire_le=dt.date(2026, 11, 20))
    with pytest.raises(InvalidInput):
        add_piece(fiche, "statuts", uploaded("kbis.pdf", EXE), actor=actor)
    add_piece(fiche, "assurance", uploaded("a.pdf"), actor=actor, expire_le=dt.date(2026, 12, 31))
    add_piece(fiche, "assurance", uploaded("b.pdf"), actor=actor, expire_le=dt.date(2027, 12, 31))
    fiche.refresh_from_db()
    assert fiche.pieces.count() == 1 and fiche.assurance_expire_le == dt.date(2027, 12, 31)
    assert Attachment.objects.present().count() == 1


def test_the_next_version_is_a_copy_and_the_published_one_never_changes(user, actor, c2ra):
    prestataire = published_prestataire(user)
    old = FicheVersion.objects.get()
    new = start_version(prestataire, actor=actor)
    assert new.numero == 2 and new.presentation == old.presentation and not new.charte
    assert new.references.count() == new.intervenants.count() == 1
    remove_intervenant(new.intervenants.get(), actor=actor)
    update_rubrique(new, "identite", {"raison_sociale": "Autre nom"}, actor=actor)
    prestataire.refresh_from_db()
    assert prestataire.name == old.raison_sociale
    # The CV is still that of the published version: its file stays.
    assert old.pieces.filter(nature="cv").get().fichier.removed_at is None
    with pytest.raises(NotAllowed, match="acceptée"):
        update_rubrique(old, "identite", {"sigle": "X"}, actor=actor)


def test_who_opens_a_cv_is_journaled_except_its_own_people(user, actor, c2ra):
    published_prestataire(user)
    cv = FicheVersion.objects.get().pieces.get(nature="cv")
    note_reading(cv, actor=actor)
    assert not JournalEntry.objects.filter(verb="portfolio.cv_lu").exists()
    note_reading(cv, actor=c2ra)
    entry = JournalEntry.objects.get(verb="portfolio.cv_lu")
    assert entry.actor_user_id == c2ra.user_id and "Intervenante" not in str(entry.object_label)


def test_only_a_cv_is_journaled_as_read(user, actor, c2ra):
    published_prestataire(user)
    fiche = FicheVersion.objects.get()
    for piece in fiche.pieces.exclude(nature="cv"):
        note_reading(piece, actor=c2ra)
    assert fiche.pieces.exclude(nature="cv").exists()
    assert not JournalEntry.objects.filter(verb="portfolio.cv_lu").exists()


def test_the_journal_keeps_personal_fields_out(user, actor):
    fiche = draft(prestataire_of(user))
    update_rubrique(fiche, "identite", {"contact_name": "Nom Secret", "sigle": "SGL"}, actor=actor)
    add_intervenant(fiche, {"nom": "Nom Secret"}, actor=actor)
    entry = JournalEntry.objects.get(verb="portfolio.rubrique")
    assert entry.changes == {"contact_name": None, "sigle": ["", "SGL"]}
    assert not any("Secret" in f"{e.changes}{e.object_label}" for e in JournalEntry.objects.all())
