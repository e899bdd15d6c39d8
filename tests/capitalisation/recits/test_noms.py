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
from tests.capitalisation.recits import scene
from tests.capitalisation.scene import ORAL, SYSTEM, consent, read
from tests.evaluation.synthese.scene import with_structures
from tests.factories import OrganisationFactory, actor_of, ingenierie_of, member
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
