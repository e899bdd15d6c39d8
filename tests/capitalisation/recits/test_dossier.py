"""What the récits show in the dossier and on the home page; what a layout may not hold."""

from __future__ import annotations

import pytest

from capitalisation.recits import dashboard, facts, papiers
from capitalisation.recits.plans import lire, plan_of, plans
from capitalisation.recits.services import ecriture
from core import clock
from core.errors import InvalidInput
from projects.facts import fetch
from tests.capitalisation import scene as capitalisation
from tests.capitalisation.recits import scene
from tests.capitalisation.scene import SYSTEM
from tests.factories import OrganisationFactory, actor_of, ingenierie_of, member
from tests.portal.moments import placed


def test_the_layout_of_the_fiche_has_the_headings_of_000_in_their_order():
    plan = plan_of("fiche_experience")
    assert [partie.titre for partie in plan.parties if partie.titre] == [
        "Problématique soulevée", "Objectifs opérationnels", "Moyens mobilisés", "Bénéficiaires touchés",
        "Actions réalisées",
    ]  # fmt: skip
    assert [label for _, label in plan.rubrique("type").choix] == [
        "Proposer une réponse collective aux structures", "Solution individuelle et collective",
        "Solution individuelle", "Solution collective",
    ]  # fmt: skip
    inside = plan.parties[-1].rubriques[0].sous
    assert (inside[0].titre, inside[0].titres) == ("Contenus abordés", ("Thématique générale",))
    assert all(plan.avertissement and plan.rubriques for plan in plans().values())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"genre": "roman"}, "genre « roman »"),
        ({"couleur": "bleu"}, "couleur"),
        ({"parties": [{"code": "a", "rubriques": [{"code": "x", "titre": "X", "forme": "film"}]}]}, "film"),
        ({"parties": [{"code": "a", "rubriques": [{"code": "x", "titre": "X", "forme": "choix"}]}]}, "des choix"),
        ({"parties": [{"code": "a", "rubriques": [{"code": "x", "titre": "X"}]}]}, "sa forme"),
        ({"parties": []}, "au moins une rubrique"),
        ({"parties": 3}, "illisible"),
    ],
)
def test_a_layout_that_could_not_be_written_is_refused_in_a_sentence(change, said):
    good = {
        "genre": "fiche_experience", "titre": "Fiche",
        "parties": [{"code": "a", "rubriques": [{"code": "x", "titre": "X", "forme": "texte"}]}],
    }  # fmt: skip
    assert lire(good).rubrique("x").nom == "X"
    with pytest.raises(InvalidInput, match=said):
        lire({**good, **change})


pytestmark = pytest.mark.django_db


@pytest.fixture
def ingenierie(db):
    return placed(ingenierie_of(OrganisationFactory(name="DLA du Val")), state="finaliser")


def test_the_demarche_and_the_papers_tell_the_recits(ingenierie):
    def told(*names):
        values = fetch([ingenierie.pk], [type("P", (), {"annotations": staticmethod(facts.recits)})])[ingenierie.pk]
        return [str(getattr(getattr(facts, name)(values, ingenierie), "text", "")) for name in names]

    assert told("nature", "modalites") == ["", ""]
    recit = scene.ecrit(ecriture.begin(ingenierie, "fiche_experience", actor=SYSTEM))
    assert told("nature", "modalites") == ["1\xa0récit commencé", ""]
    assert papiers.of_recits(ingenierie, SYSTEM)[0].title == "Fiche expérience, en cours d’écriture"
    recit = scene.arrete(recit)
    assert told("nature", "modalites") == ["1\xa0récit commencé, dont 1\xa0arrêté", "1\xa0récit arrêté"]
    assert papiers.of_recits(ingenierie, SYSTEM)[0].title == "Fiche expérience, arrêtée, version 1"
    scene.reprise(recit)
    assert papiers.of_recits(ingenierie, SYSTEM)[0].note == "On lit encore la version 1"


def test_whoever_carried_it_is_reminded_of_what_was_closed_and_is_not_told(ingenierie, count_queries):
    user = member(ingenierie.pilote)
    placed(ingenierie, state="cloture", charge_mission=user, state_since=clock.now())
    actor = actor_of(user)
    (line,) = dashboard.sans_fiche(actor)
    assert line.title == ingenierie.titre and "sans fiche expérience" in line.detail
    recit = scene.ecrit(ecriture.begin(ingenierie, "fiche_experience", actor=SYSTEM))
    assert "reste à arrêter" in dashboard.sans_fiche(actor)[0].detail
    for _ in range(5):
        placed(ingenierie_of(ingenierie.pilote), state="cloture", charge_mission=user, state_since=clock.now())
    assert count_queries(lambda: dashboard.sans_fiche(actor)) == 1
    scene.arrete(recit)
    assert len(dashboard.sans_fiche(actor)) == 5
    assert not dashboard.sans_fiche(actor_of(member(OrganisationFactory())))


def test_what_is_not_to_be_transferred_or_was_closed_long_ago_is_not_asked_for(ingenierie):
    user = member(ingenierie.pilote)
    plan = capitalisation.written(ingenierie)
    placed(ingenierie, state="cloture", charge_mission=user, state_since=clock.now())
    assert dashboard.sans_fiche(actor_of(user))
    plan.suite = "rien"
    plan.save()
    assert not dashboard.sans_fiche(actor_of(user))
    plan.suite = "transferer"
    plan.save()
    placed(ingenierie, state="cloture", state_since=clock.now() - dashboard.DEPUIS * 2)
    assert not dashboard.sans_fiche(actor_of(user))
