"""The home page: what waits for a person, for whom, and never for a neighbour."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Passation
from accounts.services import send_link
from consultations.cahier import dashboard as consultations
from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from core.actor import Actor
from core.clock import now, today
from engagement.budget import dashboard as budget
from engagement.budget.services.lignes import add_charge, add_ressource
from engagement.comite.models import SeanceComite
from engagement.objectifs.services import set_objectifs
from engagement.partenaires.models import ReponsePartenaire
from engagement.partenaires.services import QUESTIONNAIRE, add_partenaire
from engagement.reunions.services.reunions import add_decision, create_reunion
from engagement.validation.dashboard import missing_avis
from engagement.validation.models import AvisComite
from engagement.validation.services import record_avis
from partners.directory.models import Partenaire
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.publication.models import Publication
from projects.besoins.models import Mutualisation, ReponseMutualisation
from projects.cycle.models import AvisC2RA, ConditionLevee, DemandeAvisC2RA
from projects.dashboard import LIMIT, TODOS
from projects.dossier.dashboard import pace
from projects.evidence import TYPE_HINTS
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee
from structures.diagnostics.models import Diagnostic
from structures.diagnostics.services import record_reponse
from structures.plans import reponses
from structures.plans.services import actualise
from tests.factories import (
    MembershipFactory,
    PartenaireFactory,
    StructureFactory,
    TypePrestationFactory,
    actor_of,
    diagnostic_of,
    engaged,
    ingenierie_of,
    plan_of,
    prestataire_of,
)

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("recette")
PARIS_17H = dt.datetime(2026, 11, 27, 16, 0, tzinfo=dt.UTC)


def titles(provider, user) -> list[str]:
    return [todo.title for todo in provider(actor_of(user))]


def placed(ingenierie: Ingenierie, **fields) -> Ingenierie:
    """The ingénierie put where a test needs it, without walking there."""
    Ingenierie._base_manager.filter(pk=ingenierie.pk).update(**fields)
    return Ingenierie.objects.get(pk=ingenierie.pk)


def cahier_of(ingenierie: Ingenierie, state: str, deadline: dt.datetime | None = PARIS_17H, **fields):
    return CahierDesCharges.objects.create(
        ingenierie=ingenierie, reference=f"CDC-{ingenierie.pk}", state=state, date_limite=deadline, **fields
    )


def diffused(ingenierie: Ingenierie, deadline: dt.datetime = PARIS_17H, **fields) -> CahierDesCharges:
    cahier = cahier_of(ingenierie, "diffuse", deadline, **fields)
    version(cahier, deadline)
    return cahier


def version(cahier: CahierDesCharges, deadline: dt.datetime, numero: int = 1) -> VersionDiffusee:
    row = VersionDiffusee(
        cahier=cahier, numero=numero, contenu="{}", date_limite=deadline, par="Recette"
    )  # fmt: skip
    row.save()
    return row


def give_avis(ingenierie, organisation, sens: str) -> None:
    values = {"date": today(), "sens": sens, "commentaires": "Préciser le coût."}
    record_avis(ingenierie, organisation, values, actor=SYSTEM)


# --- Opinions of the comités d'appui --------------------------------------------------------------------------------


def test_the_opinion_of_the_piloting_dla_waits_for_who_carries_and_for_the_responsable(world):
    engaged(world.dla, charge_mission=world.charge, titre="Mutualiser")
    assert titles(missing_avis, world.charge) == ["Mutualiser"]
    assert titles(missing_avis, world.responsable) == ["Mutualiser"]
    for who in (world.collegue, world.lecture, world.charge_voisin, world.c2ra, world.cnar, world.avise, world.seul):
        assert titles(missing_avis, who) == []


def test_the_opinion_of_an_associated_dla_waits_for_all_its_writing_members(world):
    engaged(world.voisin, associes=[world.dla], charge_mission=world.charge_voisin, titre="Inter-DLA")
    for who in (world.charge, world.collegue, world.responsable, world.charge_voisin):
        assert titles(missing_avis, who) == ["Inter-DLA"]
    assert titles(missing_avis, world.lecture) == []


def test_an_opinion_links_to_the_page_of_ones_own_comite(world):
    ingenierie = engaged(world.voisin, associes=[world.dla])
    [todo] = missing_avis(actor_of(world.charge))
    assert todo.url == reverse("engagement:avis", args=[ingenierie.pk, world.dla.pk])
    assert todo.detail == "L’avis de votre comité d’appui reste à enregistrer."


def test_an_opinion_given_waits_no_more_and_an_adjourned_one_still_does(world):
    ingenierie = engaged(world.dla, associes=[world.voisin], charge_mission=world.charge)
    give_avis(ingenierie, world.voisin, "favorable")
    assert len(titles(missing_avis, world.charge)) == 1, "celui du voisin n’est pas le nôtre"
    give_avis(ingenierie, world.dla, "ajourne")
    [todo] = missing_avis(actor_of(world.charge))
    assert "ajourné son avis le 21" in todo.detail
    give_avis(ingenierie, world.dla, "reserves")
    assert titles(missing_avis, world.charge) == []


@pytest.mark.parametrize("state", ["identifier", "confirmer", "finaliser", "cloture", "abandonne"])
def test_an_opinion_is_only_awaited_at_engager(world, state):
    placed(ingenierie_of(world.dla, charge_mission=world.charge), state=state)
    assert titles(missing_avis, world.charge) == []


# --- Budget ---------------------------------------------------------------------------------------------------------


def test_a_budget_out_of_balance_waits_for_who_carries_it(world):
    ingenierie = engaged(world.dla, associes=[world.voisin], charge_mission=world.charge, titre="Mutualiser")
    add_charge(ingenierie, {"libelle": "Prestations", "montant": "1000.00"}, actor=SYSTEM)
    add_ressource(ingenierie, {"nature": "credits_dla", "demande": "650.00"}, actor=SYSTEM)
    [todo] = budget.unbalanced(actor_of(world.charge))
    assert todo.url == reverse("engagement:budget", args=[ingenierie.pk])
    assert todo.detail.replace("\u00a0", " ") == "Budget à équilibrer. Il manque 350,00 € de ressources."
    assert titles(budget.unbalanced, world.responsable) == ["Mutualiser"]
    for who in (world.collegue, world.lecture, world.charge_voisin, world.c2ra, world.cnar, world.avise, world.seul):
        assert titles(budget.unbalanced, who) == []


def test_a_budget_balances_to_the_cent(world):
    ingenierie = engaged(world.dla, charge_mission=world.charge)
    for _ in range(3):
        add_charge(ingenierie, {"libelle": "Tiers", "montant": "0.10"}, actor=SYSTEM)
    add_ressource(ingenierie, {"nature": "credits_dla", "demande": "0.30"}, actor=SYSTEM)
    assert titles(budget.unbalanced, world.charge) == []
    add_ressource(ingenierie, {"nature": "autres", "financeur": "Fondation", "demande": "0.01"}, actor=SYSTEM)
    [todo] = budget.unbalanced(actor_of(world.charge))
    assert "Les ressources dépassent les charges de 0,01" in todo.detail


def test_what_was_obtained_counts_before_what_was_asked(world):
    ingenierie = engaged(world.dla, charge_mission=world.charge)
    add_charge(ingenierie, {"libelle": "Prestations", "montant": "500.00"}, actor=SYSTEM)
    values = {"nature": "autres", "financeur": "Fondation", "demande": "500.00", "obtenu": "0.00"}
    add_ressource(ingenierie, values, actor=SYSTEM)
    assert len(titles(budget.unbalanced, world.charge)) == 1


def test_an_empty_budget_or_one_of_the_first_step_does_not_wait(world):
    engaged(world.dla, charge_mission=world.charge)
    begun = ingenierie_of(world.dla, charge_mission=world.charge)
    add_charge(begun, {"libelle": "Prestations", "montant": "500.00"}, actor=SYSTEM)
    assert titles(budget.unbalanced, world.charge) == []


def test_the_widest_gap_comes_first(world):
    for amount in ("10.00", "900.00", "100.00"):
        ingenierie = engaged(world.dla, charge_mission=world.charge, titre=amount)
        add_charge(ingenierie, {"libelle": "Prestations", "montant": amount}, actor=SYSTEM)
    assert titles(budget.unbalanced, world.charge) == ["900.00", "100.00", "10.00"]


# --- The pace of an ingénierie --------------------------------------------------------------------------------------


def test_an_end_is_announced_14_days_before_and_is_late_once_past(world):
    for titre, days in (("Plus tard", 15), ("Bientôt", 14), ("Hier", -1)):
        fin = today() + dt.timedelta(days=days)
        placed(ingenierie_of(world.dla, charge_mission=world.charge, titre=titre), date_fin=fin)
    placed(ingenierie_of(world.dla, charge_mission=world.charge, titre="Sans fin"), date_fin=None)
    assert [(todo.title, todo.late) for todo in pace(actor_of(world.charge))] == [
        ("Hier", True),
        ("Bientôt", False),
    ]
    assert titles(pace, world.responsable) == ["Hier", "Bientôt"]
    for who in (world.collegue, world.lecture, world.charge_voisin, world.c2ra, world.cnar, world.avise, world.seul):
        assert titles(pace, who) == []


def test_an_ingenierie_where_nothing_happens_for_two_months_is_told(world):
    for titre, days in (("Réveillée", 59), ("Endormie", 61), ("Oubliée", 200)):
        placed(
            ingenierie_of(world.dla, charge_mission=world.charge, titre=titre),
            date_fin=None,
            last_activity_at=now() - dt.timedelta(days=days),
        )
    found = pace(actor_of(world.charge))
    assert [todo.title for todo in found] == ["Oubliée", "Endormie"]
    assert found[0].detail.startswith("Rien ne s’y est passé depuis le ")


# --- Cahier des charges ---------------------------------------------------------------------------------------------


def test_a_validated_cahier_waits_to_be_diffused(world):
    ingenierie = placed(ingenierie_of(world.dla, charge_mission=world.charge, titre="Mutualiser"), state="confirmer")
    cahier_of(ingenierie, "valide")
    [todo] = consultations.cahiers(actor_of(world.charge))
    assert (todo.url, todo.late) == (reverse("consultations:cahier", args=[ingenierie.pk]), False)
    assert todo.date == dt.date(2026, 11, 27)
    assert titles(consultations.cahiers, world.responsable) == ["Mutualiser"]
    for who in (world.collegue, world.lecture, world.charge_voisin, world.c2ra, world.cnar, world.avise, world.seul):
        assert titles(consultations.cahiers, who) == []


def test_a_validated_cahier_whose_deadline_is_past_is_late(world):
    ingenierie = placed(ingenierie_of(world.dla, charge_mission=world.charge), state="confirmer")
    cahier_of(ingenierie, "valide", dt.datetime(2026, 11, 20, 16, tzinfo=dt.UTC))
    [todo] = consultations.cahiers(actor_of(world.charge))
    assert todo.late and "fixez-en une autre" in todo.detail


@pytest.mark.parametrize("state", ["brouillon", "diffuse"])
def test_a_cahier_being_written_or_diffused_is_not_to_diffuse(world, state):
    cahier_of(placed(ingenierie_of(world.dla, charge_mission=world.charge), state="confirmer"), state)
    assert titles(consultations.cahiers, world.charge) == []


def test_answers_are_announced_in_the_time_zone_of_the_call(world):
    ingenierie = placed(ingenierie_of(world.dla, charge_mission=world.charge, titre="Mutualiser"), state="confirmer")
    # 1 h in Paris on the 28th is still the 27th in Guadeloupe.
    diffused(ingenierie, dt.datetime(2026, 11, 28, 0, 0, tzinfo=dt.UTC), fuseau="America/Guadeloupe")
    [todo] = consultations.cahiers(actor_of(world.charge))
    assert (todo.date, todo.late) == (dt.date(2026, 11, 27), False)
    assert "sont attendues jusqu’au vendredi 27" in todo.detail and "heure de la Guadeloupe" in todo.detail
    assert titles(consultations.cahiers, world.responsable) == ["Mutualiser"]
    for who in (world.collegue, world.lecture, world.charge_voisin, world.c2ra, world.cnar, world.avise, world.seul):
        assert titles(consultations.cahiers, who) == []


def test_answers_are_announced_14_days_before_and_stay_when_the_deadline_is_past(world, clock_at):
    diffused(placed(ingenierie_of(world.dla, charge_mission=world.charge), state="confirmer"))
    for moment, announced in (
        ("2026-11-13 16:59", False),
        ("2026-11-13 17:00", True),
        ("2026-11-27 16:59", True),
        ("2026-11-27 17:00", True),
        ("2027-02-01 09:00", True),
    ):
        clock_at(moment)
        assert bool(titles(consultations.cahiers, world.charge)) is announced, moment
    [todo] = consultations.cahiers(actor_of(world.charge))
    assert "étaient attendues" in todo.detail and not todo.late, "le retard n’est celui de personne"


def test_answers_are_no_news_once_the_ingenierie_left_confirmer(world):
    for state in ("engager", "finaliser", "cloture", "abandonne"):
        diffused(placed(ingenierie_of(world.dla, charge_mission=world.charge), state=state))
    assert titles(consultations.cahiers, world.charge) == []


def test_the_deadline_of_the_last_diffused_version_counts_while_it_is_rectified(world):
    cahier = diffused(placed(ingenierie_of(world.dla, charge_mission=world.charge), state="confirmer"))
    version(cahier, PARIS_17H + dt.timedelta(days=7), numero=2)
    CahierDesCharges._base_manager.filter(pk=cahier.pk).update(state="brouillon", numero=3, date_limite=None)
    [todo] = consultations.cahiers(actor_of(world.charge))
    assert todo.date == dt.date(2026, 12, 4)


# --- In view when the type is chosen --------------------------------------------------------------------------------


def test_the_operational_objectives_are_in_view_when_the_type_is_chosen(world, client_for, count_queries):
    ingenierie = engaged(world.dla, charge_mission=world.charge)
    page = client_for(world.charge).get(reverse("projects:type", args=[ingenierie.pk])).content.decode()
    assert "Les objectifs fixés" not in page
    set_objectifs(
        ingenierie,
        actor=SYSTEM,
        strategiques=["consolider"],
        operationnels={"innovation": "Un outil de paie commun."},
    )
    hint = TYPE_HINTS.get("objectifs")
    assert count_queries(lambda: hint(ingenierie)) == 1
    assert [line.overall for line in hint(ingenierie)] == [False, True]
    page = client_for(world.charge).get(reverse("projects:type", args=[ingenierie.pk])).content.decode()
    assert "Les objectifs fixés" in page and "Un outil de paie commun." in page
    assert "utilité sociale" not in page.split("Les objectifs fixés")[1].split("</ul>")[0]


# --- All providers --------------------------------------------------------------------------------------------------


def busy(world, count: int) -> None:
    """``count`` of each thing that may wait for ``world.charge``, the responsable, or the C2RA."""
    for n in range(count):
        ingenierie = engaged(world.dla, charge_mission=world.charge, titre=f"Engager {n}")
        add_charge(ingenierie, {"libelle": "Prestations", "montant": "100.00"}, actor=SYSTEM)
        hours = {"date": today(), "heure_debut": dt.time(9), "heure_fin": dt.time(11)}
        meeting = create_reunion(ingenierie, {"nature": "copil", "objet": "Point", **hours}, actor=SYSTEM)
        add_decision(meeting, {"texte": "Écrire", "echeance": today()}, actor=SYSTEM)
        answered(ingenierie, n)
        silent(ingenierie)
        placed(ingenierie, date_fin=today(), last_activity_at=dt.datetime(2026, 6, 1, tzinfo=dt.UTC))
        ConditionLevee.objects.create(
            ingenierie=ingenierie, step="identifier", condition="ciblage", label="Ciblage", reason="Dit."
        )
        SeanceComite.objects.create(organisation=world.dla, debut=now() + dt.timedelta(days=5), lieu="Ici")
        against = {"date": today(), "sens": "defavorable", "commentaires": "Trop cher."}
        AvisComite.objects.create(ingenierie=ingenierie, organisation=world.voisin, **against)
        asked_to_change(world)
        pooled(world)
        offered(world, n)
        asked_and_given(world)
        for make in (diffused, lambda i: cahier_of(i, "valide")):
            make(placed(ingenierie_of(world.dla, charge_mission=world.charge), state="confirmer"))


def asked_and_given(world) -> None:
    """An opinion asked of the C2RA, another that it gave; something handed over to two people."""
    row = {"by_label": "Recette", "step": "identifier"}
    asked, given = (ingenierie_of(world.dla, charge_mission=world.charge) for _ in range(2))
    DemandeAvisC2RA.objects.create(ingenierie=asked, **row)
    AvisC2RA.objects.create(ingenierie=given, organisation=world.regional, sens="favorable", **row)
    for person in (world.charge, world.responsable):
        Passation.objects.create(organisation=world.dla, to_user=person, lines=[["", "Paie", "/"]])


def silent(ingenierie: Ingenierie) -> None:
    """A structure contacted a month ago, that says nothing."""
    StructureCiblee.objects.create(
        ingenierie=ingenierie, structure=StructureFactory(organisation=ingenierie.pilote), state="contactee",
        contactee_le=today() - dt.timedelta(days=30),
    )  # fmt: skip


def answered(ingenierie: Ingenierie, n: int) -> None:
    """A partner that answered its questionnaire by link."""
    partenaire = PartenaireFactory(organisation=ingenierie.pilote, name=f"Partenaire {Partenaire.objects.count()}")
    row = add_partenaire(ingenierie, partenaire, actor=SYSTEM, values={})
    grant = send_link(QUESTIONNAIRE, row, name="Contact", email=f"c{n}@example.org", actor=SYSTEM)
    ReponsePartenaire.objects.create(partenaire_projet=row, grant=grant, sent_at=now())


def asked_to_change(world) -> None:
    """A shared diagnostic that its structure wants changed, and a plan, one row of which is due."""
    diagnostic = diagnostic_of(StructureFactory(organisation=world.dla), shared=True, needs=[TypePrestationFactory()])
    Diagnostic._base_manager.filter(pk=diagnostic.pk).update(suivi_par=world.charge)
    values = {"reponse": "a_modifier", "nom": "Alix", "mode": "entretien", "commentaires": {"forces": "À nuancer."}}
    record_reponse(diagnostic, values, actor=SYSTEM)
    plan = plan_of(
        StructureFactory(organisation=world.dla), actor=actor_of(world.charge), lignes=[{"echeance": today()}]
    )
    actualise(plan, actor=SYSTEM)
    told = {"reponse": "a_modifier", "nom": "Alix", "mode": "entretien", "commentaire": "À revoir."}
    reponses.record_reponse(plan, told, actor=SYSTEM)


def pooled(world) -> None:
    """A proposal of pooling that waits for the DLA's answer."""
    made = Mutualisation.objects.create(
        organisation=world.c2ra.active_membership.organisation, titre="Paie", message="Ensemble.", seuil=2,
        theme=TypePrestationFactory(), reponse_avant=today() + dt.timedelta(days=5), created_by_label="Recette",
    )  # fmt: skip
    ReponseMutualisation.objects.create(mutualisation=made, organisation=world.dla)


def offered(world, n: int) -> None:
    """A fiche submitted in the région, that also asks to be published there."""
    prestataire = prestataire_of(region=world.dla.region)
    fiche = prestataire.versions.get()
    FicheVersion._base_manager.filter(pk=fiche.pk).update(state="soumise", submitted_at=now())
    Publication.objects.create(prestataire=prestataire, region=world.dla.region, candidate=fiche)


#: What waits for a C2RA.
OF_THE_C2RA = ("avis_c2ra_demandes", "conditions_levees", "fiches_a_relire", "fiches_a_publier")
#: What says several kinds of lines: the end and the sleep, to diffuse and answers due, rows due and changes asked of
#: diagnostics and of plans.
OF_KINDS = {"rythme": 2, "cahiers": 2, "plans": 3}


@pytest.mark.parametrize("code", [code for code, _ in TODOS.items()])
def test_a_provider_asks_one_query_a_kind_of_line_and_says_eight_of_each_at_most(code, world, count_queries):
    kinds = OF_KINDS.get(code, 1)
    provider = TODOS.get(code)
    actor = actor_of(world.c2ra if code in OF_THE_C2RA else world.responsable)
    busy(world, 1)
    assert count_queries(lambda: provider(actor)) == kinds
    assert len(provider(actor)) == kinds
    busy(world, LIMIT + 1)
    assert count_queries(lambda: provider(actor)) == kinds
    assert len(provider(actor)) == kinds * LIMIT


def test_every_provider_of_the_house_is_tried_above():
    assert {code for code, _ in TODOS.items()} == {
        "avis_c2ra_demandes", "avis_c2ra_donnes", "avis_comite", "avis_sans_reponse", "budget", "cahiers",
        "conditions_levees", "decisions", "fiches_a_publier", "fiches_a_relire", "mutualisations", "passations",
        "plans", "reponses_partenaires", "reunions", "rythme", "seances_comite", "structures_sans_reponse",
    }  # fmt: skip


def test_the_home_page_asks_as_many_queries_for_1_as_for_30(world, client_for, count_queries):
    url = reverse("portal:accueil")
    client = client_for(world.charge)
    busy(world, 1)
    client.get(url)
    once = count_queries(lambda: client.get(url))
    busy(world, 29)
    # Session and person, what waits (18), counts by step, news.
    assert count_queries(lambda: client.get(url)) == once <= 22


def test_what_waits_follows_the_organisation_one_acts_for(world):
    engaged(world.dla, charge_mission=world.charge, titre="À Tours", date_fin=today())
    MembershipFactory(user=world.charge, organisation=world.voisin)
    for provider in (missing_avis, pace):
        assert titles(provider, world.charge) == [], "elle agit maintenant pour le voisin"


# --- The page, role by role -----------------------------------------------------------------------------------------


@pytest.fixture
def home(world, client_for):
    """``home("charge")``: the page of that person, with ordinary spaces."""
    mine = engaged(world.dla, charge_mission=world.charge, titre="Mutualiser la paie", secteurs=[world.sport])
    add_charge(mine, {"libelle": "Prestations", "montant": "100.00"}, actor=SYSTEM)
    placed(mine, date_fin=dt.date(2026, 11, 20))
    ConditionLevee.objects.create(
        ingenierie=mine, step="identifier", condition="ciblage", label="Ciblage décrit", reason="Dit.", by_label="Alix"
    )
    ingenierie_of(world.voisin, charge_mission=world.charge_voisin, titre="Chez le voisin", date_fin=today())

    def get(who: str) -> str:
        answer = client_for(getattr(world, who)).get(reverse("portal:accueil"))
        assert answer.status_code == 200
        return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")

    return get


def waiting(page: str) -> str:
    """The part « Ce qui vous attend »."""
    return page.split('id="t-attend"')[1].split("</section>")[0]


def counts(page: str) -> list[int]:
    return [int(part.split("<")[0]) for part in page.split('step-count-number">')[1:]]


@pytest.mark.parametrize("who", ["charge", "responsable"])
def test_the_dla_sees_what_waits_and_what_is_late_first(home, who):
    page = home(who)
    part = waiting(page)
    assert "1 en retard" in part
    assert part.index("La fin prévue était le 20 novembre 2026.") < part.index("Budget à équilibrer.")
    assert "L’avis de votre comité d’appui reste à enregistrer." in part
    assert "Chez le voisin" not in part
    assert counts(page) == [0, 1, 0, 0]
    assert "Chez le voisin" in page, "le résumé des voisins est parmi ce qui bouge"
    assert "Nouvelle ingénierie" in page


def test_a_colleague_who_carries_nothing_has_nothing_waiting(home):
    page = home("collegue")
    assert "Rien d’urgent" in waiting(page)
    assert counts(page) == [0, 1, 0, 0]


def test_who_only_reads_sees_the_ingenieries_and_is_asked_nothing(home):
    page = home("lecture")
    assert "Rien d’urgent" in waiting(page)
    assert counts(page) == [0, 1, 0, 0]
    assert "Nouvelle ingénierie" not in page


def test_the_c2ra_sees_the_region_and_the_conditions_passed_over(home):
    page = home("c2ra")
    assert "Condition levée par Alix : Ciblage décrit." in waiting(page)
    assert "Budget à équilibrer" not in page
    assert counts(page) == [1, 1, 0, 0]
    assert "Nouvelle ingénierie" in page


def test_the_c2ra_of_another_region_sees_nothing_of_it(home):
    page = home("c2ra_loin")
    assert "Rien d’urgent" in waiting(page)
    assert counts(page) == [0, 0, 0, 0]
    assert "Mutualiser la paie" not in page


def test_the_cnar_sees_its_sector_only(home):
    page = home("cnar")
    assert counts(page) == [0, 1, 0, 0]
    assert "Mutualiser la paie" in page and "Chez le voisin" not in page
    assert "Rien d’urgent" in waiting(page) and "Nouvelle ingénierie" not in page


def test_the_avise_sees_everything_and_is_asked_nothing(home):
    page = home("avise")
    assert counts(page) == [1, 1, 0, 0]
    assert "Rien d’urgent" in waiting(page) and "Nouvelle ingénierie" not in page


def test_a_person_without_organisation_is_told_what_to_do(home):
    page = home("seul")
    assert "n’est rattaché à aucune organisation" in page
    assert "Mutualiser" not in page and 'id="t-attend"' not in page
