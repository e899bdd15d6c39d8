"""The plan of transfer: begun once, written, decided (be it to transfer nothing), carried out, opened again."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from django.urls import reverse

from capitalisation.transfert.connus import names_of
from capitalisation.transfert.dashboard import transferts
from capitalisation.transfert.documents import blocs
from capitalisation.transfert.enums import Destinataire, EtatPlan
from capitalisation.transfert.models import PlanTransfert
from capitalisation.transfert.papiers import of_plan
from capitalisation.transfert.services import plan as services
from core import clock
from core.echeances import ECHEANCES, Window
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed
from core.formats import NBSP, format_date
from engagement.partenaires.models import PartenaireProjet
from projects import facts
from projects.cycle.gates import CONDITIONS, conditions_of
from projects.evidence import evidence_for
from projects.ingenierie.models import Ingenierie
from tests.capitalisation import scene
from tests.evaluation.synthese.scene import signed
from tests.factories import OrganisationFactory, PartenaireFactory, actor_of, individuelle_of, member, member_actor
from tests.portal.moments import placed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(shared):
    return shared(lambda: scene.written(signed(OrganisationFactory(name="DLA du Val"))))


@pytest.fixture
def plan(made, db):
    return copy.deepcopy(made)


@pytest.fixture
def ingenierie(plan):
    return plan.ingenierie


@pytest.fixture
def user(ingenierie):
    return member(ingenierie.pilote)


@pytest.fixture
def actor(user):
    return actor_of(user)


def gate(ingenierie):
    provider = CONDITIONS.get("capitalisation")
    return provider.read(facts.fetch([ingenierie.pk], [provider])[ingenierie.pk], ingenierie)


def write(plan, **values):
    return services.write(scene.fresh(plan), values, actor=scene.SYSTEM)


def follow(plan, actor=scene.SYSTEM, version=None, **values):
    ligne = scene.row_of(plan)
    return services.follow_ligne(ligne, values, actor=actor, expected_version=version or ligne.version)


def assert_refused(act, said: str) -> None:
    """A condition of the lifecycle is not met, and ``said`` is among what is missing."""
    with pytest.raises(ConditionsNotMet) as refusal:
        act()
    assert said in " ".join(refusal.value.reasons).replace(NBSP, " ")


# --- Begun, written -------------------------------------------------------------------------------------------------


def test_a_plan_is_begun_once_by_the_team_from_confirmer_on(ingenierie, plan, actor):
    with pytest.raises(InvalidInput, match="déjà commencé"):
        services.begin(ingenierie, actor=actor)
    PlanTransfert.objects.all().delete()
    for stranger in (member_actor(OrganisationFactory()), member_actor(ingenierie.pilote, "lecture")):
        with pytest.raises(NotAllowed):
            services.begin(ingenierie, actor=stranger)
    early = placed(ingenierie, state="engager")
    with pytest.raises(NotAllowed, match="à partir de l’étape « Confirmer »"):
        services.begin(early, actor=actor)
    assert services.begin(placed(ingenierie, state="confirmer"), actor=actor).state == EtatPlan.BROUILLON


def test_two_people_at_two_parts_do_not_meet_but_at_one_part_they_are_told(plan, actor):
    shown = plan.version
    services.write(plan, {"methode": "La première."}, actor=actor, expected_version=shown)
    services.write(scene.fresh(plan), {"objectifs": "Les autres."}, actor=actor, expected_version=shown)
    with pytest.raises(EditConflict):
        services.write(scene.fresh(plan), {"methode": "La seconde."}, actor=actor, expected_version=shown)
    assert scene.fresh(plan).methode == "La première."


def test_the_avis_of_the_comite_has_its_date_and_not_tomorrow(plan):
    with pytest.raises(InvalidInput, match="a sa date"):
        write(plan, avis="Favorable au guide.")
    with pytest.raises(InvalidInput, match="futur"):
        write(plan, avis="Favorable.", avis_le=clock.today() + dt.timedelta(days=1))
    assert write(plan, avis="Favorable.", avis_le=clock.today()).avis == "Favorable."


# --- Decided --------------------------------------------------------------------------------------------------------


def test_the_gate_is_held_by_the_decision_and_let_go_when_it_is_opened_again(plan, ingenierie):
    assert gate(ingenierie).detail == "plan de transfert en brouillon"
    scene.moved(plan, "decider")
    assert gate(ingenierie).ok
    assert gate(ingenierie).detail == f"décidée le {format_date(clock.today())}, 1{NBSP}transfert"
    scene.moved(plan, "rouvrir", reason="Un support de plus.")
    assert not gate(ingenierie).ok
    PlanTransfert.objects.all().delete()
    assert gate(ingenierie).detail == "plan de transfert pas encore commencé"


def test_to_transfer_nothing_is_a_decision_that_says_why(plan, ingenierie):
    write(plan, suite="rien")
    assert_refused(lambda: scene.moved(plan, "decider"), "pourquoi rien")
    write(plan, motif_rien="Les contenus tiennent à ces seules structures.")
    done = scene.moved(plan, "decider")
    assert gate(ingenierie).ok and "rien à transférer" in gate(ingenierie).detail
    assert_refused(lambda: scene.moved(done, "mener"), "la décision suffit")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"suite": ""}, "quelque chose à transférer"),
        ({"methode": "", "contenu": " "}, "l’un des trois"),
        ({"transferables": ""}, "quelles informations"),
        ({"objectifs": ""}, "les objectifs"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_decided(plan, values, said):
    write(plan, **values)
    assert_refused(lambda: scene.moved(plan, "decider"), said)
    assert not scene.fresh(plan).is_decided


def test_a_plan_without_a_transfer_is_not_decided(plan):
    services.remove_ligne(scene.row_of(plan), actor=scene.SYSTEM, expected_version=None)
    assert_refused(lambda: scene.moved(plan, "decider"), "au moins un transfert")


def test_the_pilot_decides_not_an_associate_who_only_writes(plan, ingenierie):
    associate = OrganisationFactory()
    ingenierie.associes.add(associate)
    theirs = member_actor(associate)
    assert services.write(scene.fresh(plan), {"methode": "Par l’associé."}, actor=theirs)
    with pytest.raises(NotAllowed):
        scene.moved(plan, "decider", actor=theirs)


def test_a_decided_plan_does_not_change(plan, actor):
    done = scene.moved(plan, "decider")
    ligne = scene.row_of(done)
    for change in (
        lambda: services.write(done, {"methode": "Autre."}, actor=actor),
        lambda: services.add_ligne(done, scene.LIGNE, actor=actor),
        lambda: services.update_ligne(ligne, {"quoi": "Autre"}, actor=actor, expected_version=ligne.version),
        lambda: services.remove_ligne(ligne, actor=actor, expected_version=ligne.version),
    ):
        with pytest.raises((NotAllowed, InvalidInput), match="décidé"):
            change()


# --- Carried out ----------------------------------------------------------------------------------------------------


def test_a_transfer_is_noted_once_decided_also_after_the_end(plan, ingenierie, actor):
    with pytest.raises(InvalidInput, match="ni avant"):
        follow(plan, fait_le=clock.today())
    scene.moved(plan, "decider")
    with pytest.raises(InvalidInput, match="futur"):
        follow(plan, fait_le=clock.today() + dt.timedelta(days=1))
    with pytest.raises(InvalidInput, match="pas les deux"):
        follow(plan, fait_le=clock.today(), sans_suite="Personne n’en veut.")
    assert_refused(lambda: scene.moved(plan, "mener"), "Il reste 1 transfert à faire")
    placed(ingenierie, state="abandonne")
    with pytest.raises(NotAllowed, match="abandonnée"):
        follow(plan, actor=actor, fait_le=clock.today())
    placed(ingenierie, state="cloture")
    follow(plan, actor=actor, fait_le=clock.today())
    assert scene.moved(plan, "mener", actor=actor).state == EtatPlan.MENE
    with pytest.raises(InvalidInput, match="une fois mené"):
        follow(plan, fait_le=None)


def test_a_transfer_given_up_says_why_and_lets_the_plan_end(plan):
    scene.moved(plan, "decider")
    follow(plan, sans_suite="Le réseau l’a déjà fait.")
    assert scene.moved(plan, "mener").state == EtatPlan.MENE


def test_what_was_made_stays_when_the_plan_is_opened_again(plan):
    scene.moved(plan, "decider")
    follow(plan, fait_le=clock.today())
    with pytest.raises(InvalidInput, match="motif"):
        scene.moved(plan, "rouvrir")
    again = scene.moved(plan, "rouvrir", reason="Un support de plus.")
    with pytest.raises(InvalidInput, match="il reste au plan"):
        services.remove_ligne(scene.row_of(again), actor=scene.SYSTEM, expected_version=None)
    assert scene.row_of(again).fait_le == clock.today()


# --- Rows -----------------------------------------------------------------------------------------------------------


def test_recipients_left_blank_are_those_of_the_dossier_and_those_typed_stay(plan, ingenierie):
    assert len(scene.row_of(plan).qui.splitlines()) == 3  # the three structures that came
    typed = services.add_ligne(plan, scene.LIGNE | {"qui": "La seule fédération"}, actor=scene.SYSTEM)
    assert typed.qui == "La seule fédération"


def test_partners_are_recipients_by_what_they_are(ingenierie):
    for name, values in {
        "Toujours là": {"presence": "permanent"},
        "Cette fois": {"presence": "ponctuel"},
        "Le centre": {"genre": "cnar"},
        "Le cabinet": {"genre": "prestataire"},
        "La fédération": {"famille": "reseaux_beneficiaires"},
        "On ne sait": {},
    }.items():
        told = {"famille": "financeurs", **values}
        PartenaireProjet.objects.create(ingenierie=ingenierie, partenaire=PartenaireFactory(name=name), **told)
    known = names_of(ingenierie)
    assert "Toujours là" in known[Destinataire.PERMANENTS] and "Cette fois" in known[Destinataire.PONCTUELS]
    assert "Le centre" in known[Destinataire.DISPOSITIF] and "DLA du Val" in known[Destinataire.DISPOSITIF]
    assert "Le cabinet" in known[Destinataire.INTERVENANTS] and "La fédération" in known[Destinataire.STRUCTURES]
    assert not any("On ne sait" in names for names in known.values())


@pytest.mark.parametrize(("values", "said"), [({"forme": "autre"}, "autre forme"), ({"ton": "autre"}, "autre ton")])
def test_another_form_or_tone_says_which(plan, values, said):
    with pytest.raises(InvalidInput, match=said):
        services.add_ligne(plan, scene.LIGNE | values, actor=scene.SYSTEM)
    more = {f"{next(iter(values))}_precision": "une exposition"}
    assert services.add_ligne(plan, scene.LIGNE | values | more, actor=scene.SYSTEM)


# --- What the dossier, the home page, the calendar, the papers say ----------------------------------------------------


def test_the_demarche_sees_what_is_written(plan, ingenierie):
    found = evidence_for(Ingenierie.objects.get(pk=ingenierie.pk))
    assert found["finaliser.capitalisation.nature"].text == "Ce que l’on garde : méthode, contenus"
    assert found["finaliser.capitalisation.transferabilite"].text == f"2{NBSP}questions répondues sur 2"
    assert found["finaliser.capitalisation.destinataires"].text == f"1{NBSP}transfert prévu"
    assert "finaliser.capitalisation.comite" not in found
    PlanTransfert.objects.all().delete()
    found = evidence_for(Ingenierie.objects.get(pk=ingenierie.pk))
    assert not [code for code in found if code.startswith("finaliser.capitalisation")]


def test_a_transfer_waits_for_whoever_carries_it_from_its_day_on(plan, ingenierie, user, clock_at):
    placed(ingenierie, charge_mission=user)
    clock_at("2026-12-15 09:00")
    assert not transferts(actor_of(user))  # not decided
    scene.moved(plan, "decider")
    (todo,) = transferts(actor_of(user))
    assert "Le guide des séances" in todo.detail and not todo.late
    clock_at("2026-12-14 09:00")
    assert not transferts(actor_of(user))
    clock_at("2026-12-20 09:00")
    placed(ingenierie, state="cloture")
    assert transferts(actor_of(user))[0].late
    assert not transferts(actor_of(member(ingenierie.pilote)))  # a colleague who does not carry it
    follow(plan, fait_le=clock.today())
    assert not transferts(actor_of(user))


def test_its_dates_are_in_the_calendar(plan, ingenierie, user):
    placed(ingenierie, charge_mission=user)
    write(plan, echeance=dt.date(2026, 12, 1))
    window = Window(dt.date(2026, 11, 1), dt.date(2026, 12, 31))
    (decision,) = ECHEANCES.get("plans-transfert").find(actor_of(user), window)
    (transfer,) = ECHEANCES.get("transferts").find(actor_of(user), window)
    assert decision.when == dt.date(2026, 12, 1) and not decision.done
    assert transfer.title == "Transfert : Le guide des séances" and not transfer.done
    # Closed without its decision, nothing is expected of it any more; decided, its transfers still are.
    placed(ingenierie, state="cloture")
    assert not list(ECHEANCES.get("transferts").find(actor_of(user), window))
    placed(ingenierie, state="finaliser")
    scene.moved(scene.fresh(plan), "decider")
    placed(ingenierie, state="cloture")
    assert list(ECHEANCES.get("transferts").find(actor_of(user), window))


def test_the_paper_says_everything(plan, ingenierie, actor):
    (paper,) = of_plan(ingenierie, actor)
    assert paper.title == "Plan de capitalisation et de transfert, brouillon"
    said = str(blocs(scene.moved(plan, "decider"))).replace(r"\xa0", " ")
    for words in (
        "Une séance commune",
        "La méthode et les supports",
        "Le guide des séances",
        "convivial",
        "15 décembre",
    ):
        assert words in said


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_the_plan_is_written_decided_and_followed_from_its_pages(client_for, user, ingenierie):
    PlanTransfert.objects.all().delete()
    client = client_for(user)

    def url(name, *more):
        return reverse(f"capitalisation:{name}", args=[ingenierie.pk, *more])

    assert "Commencer le plan" in client.get(url("transfert")).content.decode()
    client.post(url("transfert_commencer"))
    values = {k: v for k, v in scene.TEXTES.items() if k in ("suite", "transferables", "objectifs")}
    client.post(url("transfert_ecrire", "nature"), {"methode": "Dite.", "version": "1"})
    client.post(url("transfert_ecrire", "decision"), {**values, "version": "2"})
    assert client.post(url("transfert_ligne_ajouter"), {**scene.LIGNE, "forme": "autre"}).status_code == 422
    assert client.post(url("transfert_ligne_ajouter"), scene.LIGNE).status_code == 302
    plan = PlanTransfert.objects.get()
    cycle = {"action": "decider", "expected_state": "brouillon", "version": str(plan.version)}
    assert client.post(url("transfert_action"), cycle).status_code == 302
    ligne = scene.row_of(plan)
    page = client.get(url("transfert")).content.decode()
    assert "Noter où il en est" in page and "Retirer" not in page
    done = {"fait_le": "2026-11-20", "version": str(ligne.version)}
    assert client.post(url("transfert_ligne_suivre", ligne.pk), done).status_code == 302
    assert client.get(url("transfert_docx")).status_code == 200
    # A second tab, which still shows the draft.
    assert client.post(url("transfert_action"), cycle).status_code == 409


def test_the_page_asks_as_many_questions_for_one_transfer_as_for_thirty(
    client_for, user, plan, ingenierie, count_queries
):
    client = client_for(user)
    address = reverse("capitalisation:transfert", args=[ingenierie.pk])
    client.get(address)
    few = count_queries(lambda: client.get(address))
    for _ in range(29):
        services.add_ligne(plan, scene.LIGNE, actor=scene.SYSTEM)
    assert count_queries(lambda: client.get(address)) == few


def test_an_individuelle_may_have_a_plan_where_nobody_carries_a_group(client_for):
    ingenierie = placed(individuelle_of(), state="finaliser")
    assert "capitalisation" not in [c.definition.code for c in conditions_of(ingenierie)]
    services.begin(Ingenierie.objects.get(pk=ingenierie.pk), actor=scene.SYSTEM)
    client = client_for(member(ingenierie.pilote))
    page = client.get(reverse("capitalisation:transfert_ligne_ajouter", args=[ingenierie.pk])).content.decode()
    assert "Les intervenants de l’ingénierie" in page and "La structure porteuse" not in page
