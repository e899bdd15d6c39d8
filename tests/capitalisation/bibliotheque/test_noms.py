"""A notice names nobody of its dossier, today and later; a récit is found by its words, not by anybody's name."""

from __future__ import annotations

import pytest
from django.urls import reverse

from capitalisation.bibliotheque.enums import Lecteurs
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services import depot
from capitalisation.consentements import services as consents
from capitalisation.recherche.recherche import Criteres, chercher
from capitalisation.recits.services import ecriture
from core.actor import Actor
from core.errors import InvalidInput
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.annuaire import STRUCTURES
from tests.capitalisation.bibliotheque.world import VALUES
from tests.capitalisation.recits import scene
from tests.capitalisation.scene import ORAL, SYSTEM, consent, ressource
from tests.evaluation.synthese.scene import with_structures
from tests.factories import OrganisationFactory, StructureFactory, ingenierie_of
from tests.portal.moments import placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ingenierie(db):
    return placed(ingenierie_of(OrganisationFactory(name="DLA du Val")), state="finaliser")


def public(ingenierie, **more):
    told = {"ingenierie": ingenierie, "lecteurs": Lecteurs.PUBLIC, "licence": "cc-by", **more}
    return ressource(ingenierie.pilote, "publiee", **told)


def fresh(row):
    return Ressource.objects.get(pk=row.pk)


def found(q):
    return list(chercher(Actor.anonymous(), Criteres(q=q)).queryset)


def test_a_structure_listed_afterwards_is_not_named_by_the_notice_whoever_reads_it(ingenierie, client):
    row = public(
        ingenierie, titre="Ce qu’a fait l’Atelier Zéphyr", resume="Une méthode de l’Atelier Zéphyr.",
        producteur="Atelier Zéphyr", mots_cles=["atelier zephyr", "trésorerie"],
    )  # fmt: skip
    zephyr = StructureFactory(organisation=ingenierie.pilote, name="Atelier Zéphyr")
    StructureCiblee.objects.create(ingenierie=ingenierie, structure=zephyr)
    said = fresh(row)
    assert said.titre == "Ce qu’a fait une structure" and said.resume == "Une méthode d’une structure."
    assert said.producteur == "Une structure" and said.mots_cles == ["trésorerie"]
    for name, more in (
        ("ressource", [row.pk]), ("recherche", []), ("donnees", []), ("donnees_ressource", [row.pk]), ("tableau", []),
        ("flux", []),
    ):  # fmt: skip
        answer = client.get(reverse(f"bibliotheque:{name}", args=more))
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200 and "phyr" not in body.decode(), name
    assert found("zephyr") == [] and found("tresorerie") == [said]


def test_a_person_listed_and_a_structure_renamed_are_not_named_either(ingenierie):
    one = with_structures(ingenierie, 1)[0]
    row = public(ingenierie, resume="Dit par Zoé Exemple, à la Nouvelle Maison.")
    consents.add(ingenierie, {"structure": one, "personne": "Zoé Exemple"}, actor=SYSTEM)
    STRUCTURES.update(one.structure, {"name": "Nouvelle Maison"}, actor=SYSTEM, expected_version=None)
    assert fresh(row).resume == "Dit par une personne, à une structure."


def test_the_name_of_a_file_and_the_questions_of_a_model_name_nobody(ingenierie):
    from django.core.files.base import ContentFile

    one = with_structures(ingenierie, 1)[0]
    name = one.structure.name
    with pytest.raises(InvalidInput, match="nom d’un fichier"):
        depot.deposit(
            {**VALUES, "support": "fichier", "lien": ""}, actor=SYSTEM, ingenierie=ingenierie,
            contributeur=ingenierie.pilote, fichiers=[ContentFile(b"x", name=f"bilan_{name.replace(' ', '_')}.txt")],
        )  # fmt: skip
    from capitalisation.bibliotheque.noms import without_names

    content = {"parties": [{"code": name, "titre": f"À {name}", "questions": [{"choix": [name, "autre"]}]}]}
    said = without_names(ingenierie, {"questionnaire": {"code": "depart", "contenu": content}})["questionnaire"]
    assert said["contenu"]["parties"] == [
        {"code": name, "titre": "À une structure", "questions": [{"choix": ["Une structure", "autre"]}]}
    ]


def test_a_recit_is_found_by_its_words_and_by_nobody_s_name(ingenierie):
    one = with_structures(ingenierie, 1)[0]
    consents.note(consent(one), {**ORAL, "etat": "accorde"}, actor=SYSTEM)
    name = one.structure.name
    recit = scene.arrete(
        scene.ecrit(
            ecriture.begin(ingenierie, "fiche_experience", actor=SYSTEM),
            problematique=f"Un zymoscope partagé par {name}.",
        )
    )
    row = public(ingenierie, recit=recit, support="fiche_experience", lien="")
    from capitalisation.bibliotheque.services.ressources import reindex

    reindex(fresh(row))
    assert found("zymoscopes") == [row]
    answer = chercher(Actor.anonymous(), Criteres(q="zymoscope"))
    assert answer.pourquoi(answer.queryset.get()) == ["« zymoscope » : récit"]
    assert found(name) == []
    # Another version: its words, not those of before.
    recit = scene.ecrit(scene.reprise(recit), problematique="Un xylographe partagé.")
    assert found("zymoscope") == [row]
    scene.arrete(recit)
    assert found("zymoscope") == [] and found("xylographe") == [row]
