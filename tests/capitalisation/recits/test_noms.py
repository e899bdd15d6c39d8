"""Names taken out of what is frozen: recognised as whole words, put back only for who agrees, at each reading."""

from __future__ import annotations

import pytest
from django.urls import reverse

from capitalisation.consentements import services as consents
from capitalisation.consentements.models import Consentement
from capitalisation.recits import documents, lecture
from capitalisation.recits.noms import Accords, Nom, cles, lire, marquer, noms_de
from capitalisation.recits.services import ecriture
from core.documents import DOCUMENT_TYPES, frozen
from core.documents.frozen import produce
from core.models import GeneratedDocument
from projects.structures_ciblees.models import StructureCiblee
from projects.structures_ciblees.services import remove_structure
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.models import Structure
from tests.capitalisation.recits import scene
from tests.capitalisation.scene import ORAL, SYSTEM, consent, read
from tests.evaluation.synthese.scene import with_structures
from tests.factories import OrganisationFactory, StructureFactory, actor_of, ingenierie_of, member
from tests.portal.moments import placed

NOMS = [Nom("s:1", "Théâtre du Val"), Nom("s:1", "TDV", exact=True), Nom("s:2", "Val"), Nom("p:3", "Anne Élie")]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Le THEATRE  du-val joue.", "Le ⟦s:1⟧ joue."),
        ("À Val, un cheval et un rival.", "À ⟦s:2⟧, un cheval et un rival."),
        ("Le tdv, le TDV, le T.D.V.", "Le tdv, le ⟦s:1⟧, le T.D.V."),
        ("anne elie, ANNE\nÉLIE", "⟦p:3⟧, ⟦p:3⟧"),
        ("The\u0301a\u0302tre du Val", "⟦s:1⟧"),
        ("Rien ici", "Rien ici"),
        ("⟦s:1⟧ reste, ⟦x⟧ non", "⟦s:1⟧ reste, [x] non"),
        ("", ""),
    ],
)
def test_a_name_is_recognised_as_a_whole_word_the_longest_first(text, marked):
    assert marquer(text, NOMS) == marked
    assert marquer(marked, NOMS) == marked


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("⟦s:1⟧ joue. ⟦s:2⟧ regarde ⟦p:3⟧.", "Le Val joue. Une structure regarde une personne."),
        ("De ⟦s:2⟧, de ⟦s:1⟧, parce que ⟦p:3⟧", "D’une structure, de Le Val, parce qu’une personne"),
        ("⟦s:999999999999⟧", "Une structure"),
        ("La ⟦s:2⟧ et l’⟦s:2⟧ du ⟦s:2⟧", "Une structure et une structure d’une structure"),
        ("Au ⟦s:2⟧, à la ⟦s:2⟧, de l'⟦s:2⟧", "À une structure, à une structure, d’une structure"),
        ("Le ⟦s:1⟧, que Mme ⟦p:3⟧ du ⟦s:1⟧", "Le Le Val, qu’une personne du Le Val"),
        ("Cela ⟦s:2⟧", "Cela une structure"),
    ],
)  # fmt: skip
def test_only_who_agrees_is_named(text, said):
    assert lire(text, Accords({"s:1": "Le Val"})) == said


pytestmark = pytest.mark.django_db


@pytest.fixture
def ingenierie(db):
    return placed(ingenierie_of(OrganisationFactory(name="DLA du Val")), state="finaliser")


@pytest.fixture
def named(ingenierie):
    """A récit that names two structures, « arrêté »; the first one agrees."""
    structures = with_structures(ingenierie, 2)
    row = consents.note(consent(structures[0]), {**ORAL, "etat": "accorde"}, actor=SYSTEM)
    recit = scene.ecrit(
        ecriture.begin(ingenierie, "fiche_experience", actor=SYSTEM),
        problematique=f"{structures[0].structure.name}, {structures[1].structure.name}",
    )
    return scene.arrete(recit), structures, read(row)


def problematique(recit):
    return scene.dit(lecture.lecture_de(lecture.derniere(recit)), "problematique")


def test_a_structure_renamed_afterwards_is_read_under_its_new_name(named):
    recit, (one, _), _ = named
    one.structure.name = "La Nouvelle"
    one.structure.save()
    assert problematique(recit) == "La Nouvelle, une structure"


def test_somebody_listed_since_who_did_not_agree_is_not_named_either(ingenierie):
    one = with_structures(ingenierie, 1)[0]
    recit = scene.ecrit(
        ecriture.begin(ingenierie, "fiche_experience", actor=SYSTEM), problematique="Vu par Anne Exemple."
    )
    recit = scene.arrete(recit)
    assert problematique(recit) == "Vu par Anne Exemple."
    her = consent(one, personne="Anne Exemple")
    assert problematique(recit) == "Vu par une personne."
    consents.note(her, {**ORAL, "etat": "accorde"}, actor=SYSTEM)
    assert problematique(recit) == "Vu par Anne Exemple."


def test_of_two_who_bear_one_name_both_agree_or_none_is_named(ingenierie):
    one, two = with_structures(ingenierie, 2)
    for structure, etat in ((one, "accorde"), (two, "refuse")):
        consents.note(consent(structure, personne="Anne Exemple", email=""), {**ORAL, "etat": etat}, actor=SYSTEM)
    assert "Anne Exemple" not in noms_de(ingenierie).accords.nommables.values()


@pytest.mark.parametrize(
    ("name", "text", "read_as"),
    [
        ("Association Les Jours Heureux", "Chez Les Jours heureux.", "Chez une structure."),
        ("Association Les Jours Heureux", "L’association « les jours heureux »", "Une structure »"),
        ("Association Culture", "Secteur : Culture", "Secteur : Culture"),
        ("Association pour la culture", "Un goût pour la culture", "Un goût pour la culture"),
    ],
)
def test_a_structure_is_recognised_without_its_legal_form(ingenierie, name, text, read_as):
    one = with_structures(ingenierie, 1)[0]
    Structure.objects.filter(pk=one.structure_id).update(name=name)
    noms = noms_de(ingenierie)
    assert lire(marquer(text, noms), noms.accords) == read_as


def test_somebody_is_recognised_by_her_family_name(ingenierie):
    one, two = with_structures(ingenierie, 2)
    consent(one, personne="Anne Exemple")
    noms = noms_de(ingenierie)
    assert (
        lire(marquer("Mme Exemple le dit, par l’exemple.", noms), noms.accords) == "Une personne le dit, par l’exemple."
    )
    # Two of one family name: the one who does not agree is meant.
    other = consents.note(consent(two, personne="Zoé Exemple"), {**ORAL, "etat": "accorde"}, actor=SYSTEM)
    noms = noms_de(ingenierie)
    assert other.personne in noms.accords.nommables.values()
    assert lire(marquer("Mme Exemple le dit.", noms), noms.accords) == "Une personne le dit."


def test_a_name_of_before_is_not_read_either(ingenierie):
    """Renamed, reunited with another sheet, or taken off the list: what was typed then still says it."""
    renamed, merged, removed = with_structures(ingenierie, 3)
    StructureCiblee._base_manager.filter(pk=removed.pk).update(state="reperee", contactee_le=None)
    texts = [f"Vu à {row.structure.name}." for row in (renamed, merged, removed)]
    STRUCTURES.update(renamed.structure, {"name": "La Nouvelle"}, actor=SYSTEM, expected_version=None)
    kept = StructureFactory(organisation=ingenierie.pilote, name="Celle qui reste")
    Structure.objects.filter(pk=merged.structure_id).update(merged_into=kept, is_active=False)
    StructureCiblee.objects.filter(pk=merged.pk).update(structure=kept)
    remove_structure(StructureCiblee.objects.select_related("ingenierie", "structure").get(pk=removed.pk), actor=SYSTEM)
    noms = noms_de(ingenierie)
    assert [lire(marquer(text, noms), noms.accords) for text in texts] == ["Vu à une structure."] * 3


def test_reading_a_version_is_the_same_number_of_questions_for_sixty_structures(named, count_queries):
    recit = named[0]
    version = lecture.derniere(recit)
    few = count_queries(lambda: lecture.lecture_de(version))
    with_structures(recit.ingenierie, 30)
    assert count_queries(lambda: lecture.lecture_de(version)) == few
    assert cles(version.contenu) == {f"s:{row.pk}" for row in named[1]}


# --- What was printed ----------------------------------------------------------------------------------------------


@pytest.fixture
def no_printing(monkeypatch):
    """What is told is what matters here, not the page."""
    monkeypatch.setattr(frozen, "render_built", lambda built, **kwargs: b"%PDF-1.7 essai")


def given(client_for, ingenierie, document):
    client = client_for(member(ingenierie.pilote))
    return client.get(reverse("core:document", args=[document.pk]))


def test_a_consent_taken_back_between_printing_and_download_closes_the_document(
    named, ingenierie, client_for, no_printing
):
    recit, _, row = named
    document = produce("recit", recit.pk, actor=actor_of(member(ingenierie.pilote)))
    assert given(client_for, ingenierie, document).status_code == 200
    consents.note(row, {**ORAL, "etat": "retire"}, actor=SYSTEM)
    refused = given(client_for, ingenierie, document)
    assert refused.status_code == 410 and "Imprimez-le de nouveau" in refused.content.decode()
    again = produce("recit", recit.pk, actor=SYSTEM)
    assert given(client_for, ingenierie, again).status_code == 200


def test_a_consent_taken_back_while_it_is_laid_out_closes_it_too(named, ingenierie, client_for, monkeypatch):
    recit, _, row = named

    def slow(built, **kwargs):
        assert row.structure.structure.name in str(built.context["lecture"])
        consents.note(row, {**ORAL, "etat": "retire"}, actor=SYSTEM)
        return b"%PDF-1.7 essai"

    monkeypatch.setattr(frozen, "render_built", slow)
    document = produce("recit", recit.pk, actor=SYSTEM)
    assert given(client_for, ingenierie, document).status_code == 410


def test_erasing_somebody_refusing_and_merging_close_it_an_agreement_does_not(named, ingenierie):
    recit, (one, two), _ = named
    told = []
    for act in (
        lambda: consents.forget(consent(one, personne="Elle Exemple"), actor=SYSTEM, expected_version=None),
        lambda: consents.note(consent(two), {**ORAL, "etat": "refuse"}, actor=SYSTEM),
        lambda: consents.move(one, two, SYSTEM),
    ):
        act()
        told.append(scene.fresh(recit).noms_retires_at)
    assert None not in told and told == sorted(set(told))
    left = Consentement.objects.get(structure=one, personne="")
    consents.note(read(left), {**ORAL, "etat": "accorde"}, actor=SYSTEM)
    assert scene.fresh(recit).noms_retires_at == told[-1]


def test_a_document_is_dated_before_its_builder_reads(named, monkeypatch, no_printing):
    recit = named[0]
    spec = DOCUMENT_TYPES.get("recit")
    seen = []

    def build(object_id, actor, *, blank=False):
        from core import clock

        seen.append(clock.now())
        return documents.build(object_id, actor)

    monkeypatch.setattr(frozen, "document_type", lambda code: type(spec)(spec.label, build, spec.can_view))
    document = produce("recit", recit.pk, actor=SYSTEM)
    assert document.made_at <= seen[0] and GeneratedDocument.objects.count() == 1


def test_somebody_who_has_herself_erased_is_not_named_by_what_was_written_before_she_was_listed(ingenierie):
    one = with_structures(ingenierie, 1)[0]
    recit = scene.arrete(
        scene.ecrit(
            ecriture.begin(ingenierie, "fiche_experience", actor=SYSTEM), problematique="Vu par Anne Exemple, seule."
        )
    )
    her = consent(one, personne="Anne Exemple")
    consents.forget(her, actor=SYSTEM, expected_version=None)
    assert problematique(recit) == "Vu par une personne, seule."
    recit = scene.arrete(scene.reprise(recit))
    assert problematique(recit) == "Vu par une personne, seule."
    assert "Exemple" not in lecture.derniere(recit).contenu
