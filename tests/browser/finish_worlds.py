"""The worlds of the walks of « Finaliser », made by the services: a signed convention and, of the mission, what nobody
would type sixty times."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from consultations.cahier import services as cahiers
from consultations.cahier.content import build
from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from core import clock
from core.canonical import canonical
from engagement.objectifs.services import fix_resultats
from evaluation.questionnaires.contenu import lignes_for
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.services import answer_in_room
from evaluation.questionnaires.views.salle import appareil_of
from evaluation.synthese.services import synthese as syntheses
from missions.conventions.models import Convention
from missions.rapports import services as rapports
from missions.rapports.models import EtapeRapport, RapportFinal, ResultatRapport
from missions.seances.models import Seance
from missions.seances.services.participants import add_participants, set_presences
from missions.seances.services.seances import create_seance, perform_seance
from missions.suivi import services as suivi
from missions.suivi.models import EtapeSuivi, FicheSuivi
from mobilisation.projet.services import update_cadre_evaluation
from projects.cycle.services import perform_action
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch
from projects.plans.services import attach_ligne
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.models import Structure
from structures.plans import services as plans
from tests.browser.call_worlds import confirmed
from tests.consultations import slot
from tests.evaluation.grilles.world import fresh_convention
from tests.evaluation.synthese.scene import TEXTES
from tests.factories import (
    OrganisationFactory,
    StructureFactory,
    TypePrestationFactory,
    actor_of,
    individuelle_of,
    member,
)
from tests.missions import mission

SYSTEM = slot.SYSTEM
PARIS = ZoneInfo("Europe/Paris")
#: One module of three days for each département: its group, and when it is held.
MODULES = (
    ("Cher", (dt.date(2027, 3, 9), dt.date(2027, 3, 16), dt.date(2027, 3, 23))),
    ("Eure-et-Loir", (dt.date(2027, 4, 6), dt.date(2027, 4, 13), dt.date(2027, 4, 20))),
    ("Indre", (dt.date(2027, 5, 4), dt.date(2027, 5, 11), dt.date(2027, 5, 18))),
    ("Indre-et-Loire", (dt.date(2027, 6, 1), dt.date(2027, 6, 8), dt.date(2027, 6, 15))),
    ("Loir-et-Cher", (dt.date(2027, 9, 28), dt.date(2027, 10, 5), dt.date(2027, 10, 12))),
)
LANCEMENT = dt.date(2027, 3, 2)


def at(day: dt.date, hour: int = 18) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=PARIS)


# --- « SLOT » -------------------------------------------------------------------------------------------------------


def slot_dossier() -> Ingenierie:
    """Sixty structures that all take part, in five groups of twelve; the cahier des charges diffused."""
    dossier = slot.ingenierie(structures=60)
    QuerySet(StructureCiblee).filter(ingenierie=dossier).update(state="confirmee")
    sheets = list(Structure.objects.filter(ciblages__ingenierie=dossier).order_by("pk"))
    for number, sheet in enumerate(sheets):
        sheet.contact_name, sheet.contact_email = f"Personne {number}", f"office{number}@example.org"
    Structure.objects.bulk_update(sheets, ["contact_name", "contact_email"])
    touch(dossier.pk, structures=True)
    update_cadre_evaluation(
        dossier,
        actor=SYSTEM,
        expected_version=None,
        values={"participation_structures": "Chaque participant répond à la grille, chaque structure aux résultats."},
    )
    confirmed(Ingenierie.objects.get(pk=dossier.pk))
    written = slot.cahier(Ingenierie.objects.get(pk=dossier.pk))
    fix_resultats(written.ingenierie, actor=SYSTEM)
    cahiers.diffuser(cahiers.valider(CahierDesCharges.objects.get(pk=written.pk), SYSTEM), SYSTEM)
    return written.ingenierie


def slot_mission(dossier: Ingenierie) -> SimpleNamespace:
    """Its convention signed by all, fifteen days; the fiche de suivi planned by the prestataire."""
    dossier = Ingenierie.objects.select_related("pilote__region", "charge_mission").get(pk=dossier.pk)
    choix = mission.chosen(dossier, "Cabinet des Halles")
    etapes = [
        {
            "intitule": f"Module {nom}",
            "objectif": "Que chaque office reparte avec son schéma d’organisation.",
            "contenu": "Trois journées : état des lieux, organisation, appropriation.",
            "outils": "Travail sur les cas apportés, fiches de poste types.",
            "duree": Decimal(3),
            "debut": days[0],
            "fin": days[-1],
        }
        for nom, days in MODULES
    ]
    convention = mission.complete(
        dossier,
        termes={"jours": Decimal(15), "prix": Decimal("14400.00"), "base": "ttc", "taux_tva": Decimal("20.00")},
        etapes=etapes,
        paiements=(("À la signature", "4400.00"), ("Au rapport final", "10000.00")),
    )
    convention = signed(convention)
    nina = choix.prestataire.membres.get().user
    groups = {row.nom.removeprefix("Groupe "): row for row in convention.ingenierie.groupes.all()}
    world = SimpleNamespace(
        dossier=convention.ingenierie, convention=convention, pilot=dossier.charge_mission, nina=nina, groups=groups
    )
    plan(convention, actor_of(nina), "Nina Valombre, gérante")
    return world


def signed(convention: Convention) -> Convention:
    """Signed on paper by all; its ingénierie passes to « Finaliser »."""
    convention = mission.signed(mission.to_sign(convention))
    dossier = convention.ingenierie
    perform_action(dossier, "finaliser", actor=SYSTEM, expected_state="confirmer", version=dossier.version)
    return fresh_convention(convention)


def plan(convention: Convention, he, consultant: str) -> None:
    """The planned part of the fiche, returned by the prestataire."""
    fiche = FicheSuivi.objects.get(convention=convention)
    fiche.convention = convention
    fiche = suivi.nommer(fiche, {"consultant": consultant}, actor=he)
    suivi.rendre_previsions(fiche, actor=he)


def people_of(world: SimpleNamespace, nom: str) -> list[StructureCiblee]:
    """The twelve structures of a group."""
    rows = StructureCiblee.objects.filter(groupes=world.groups[nom]).select_related("structure")
    return list(rows.order_by("pk"))


def held(world: SimpleNamespace, nom: str, day: dt.date) -> None:
    """A day of a group, held: one structure did not come, another stayed for a part of it."""
    she = actor_of(world.pilot)
    people = people_of(world, nom)
    values = {
        "nature": "collective",
        "titre": f"Module {nom}, journée du {day.day}",
        "groupe": world.groups[nom],
        "date": day,
        "heure_debut": dt.time(9),
        "heure_fin": dt.time(17),
        "lieu": "Au chef-lieu, dans les locaux de l’union départementale",
    }
    with clock.replay(at(day)):
        seance = create_seance(world.convention, values, actor=she)
        add_participants(seance, [f"structure-{row.pk}" for row in people], actor=she)
        note(seance, she, absent=people[-1], en_partie=people[-2])


def note(seance: Seance, she, *, absent: StructureCiblee | None = None, en_partie: StructureCiblee | None = None):
    """It took place; all came but these."""
    seance = Seance.objects.select_related("convention__ingenierie__pilote").get(pk=seance.pk)
    exceptions = {getattr(absent, "pk", 0): "absent", getattr(en_partie, "pk", 0): "en_partie"}
    noted = {
        row.pk: ({"presence": row.presence}, {"presence": exceptions.get(row.structure_id or -1, "present")})
        for row in seance.participants.expected()
    }
    seance = perform_seance(seance, "tenir", actor=she, expected_state=seance.state, version=seance.version)
    set_presences(seance, noted, actor=she, pilote=True)


def held_launch(world: SimpleNamespace) -> None:
    """The launch meeting that the pilot planned: all came."""
    with clock.replay(at(LANCEMENT)):
        note(Seance.objects.get(nature="lancement"), actor_of(world.pilot))


def all_but_the_last_stage(world: SimpleNamespace) -> None:
    """The fourteen other days, and the stages that the prestataire returned after each module but the last."""
    he = actor_of(world.nina)
    stages = list(EtapeSuivi.objects.filter(fiche__convention=world.convention, derniere=False).order_by("ordre"))
    for (nom, days), stage in zip(MODULES, stages, strict=True):
        for day in days:
            if nom != "Cher" or day != days[0]:  # the one that the pilot held in the browser
                held(world, nom, day)
        if nom != "Loir-et-Cher":
            stage.fiche.convention = world.convention
            values = {"fait_le": days[-1], "personnes_rencontrees": "Onze directions, deux présidences."}
            with clock.replay(at(days[-1])):
                suivi.ecrire(stage, values, actor=he, rendre=True)


def report_but_one(convention: Convention, he) -> None:
    """What the prestataire writes of each stage and of each result in its report, but the last of each."""
    rapport = RapportFinal.objects.get(convention=convention)
    rapport.convention = convention
    said = {EtapeRapport: {"contenu": "Trois journées.", "methodes": "Travail sur les cas."},
            ResultatRapport: {"atteint": "Atteint pour cinquante-cinq structures."}}  # fmt: skip
    for model, values in said.items():
        for row in list(model.objects.filter(rapport=rapport).order_by("pk"))[:-1]:
            row.rapport = rapport
            rapports.write_ligne(row, values, actor=he)


def eight_more_answer(world: SimpleNamespace) -> None:
    """Eight other participants answer in the room, one with a reserve."""
    questionnaire = Questionnaire.objects.select_related("ingenierie__pilote", "convention__version_cahier").get(
        code="grille_collective"
    )
    asked = lignes_for(questionnaire, "participant")
    for number, row in enumerate(people_of(world, "Loir-et-Cher")[:8]):
        valeurs = {code: ("oui", "") for code, ligne in asked.items() if ligne.choix}
        if number == 3:
            valeurs["c3b"] = ("non", "Un groupe trop nombreux le matin.")
        details = {"structure": row, "nom": f"Participant {number}", "nom_visible": number % 2 == 0}
        answer_in_room(questionnaire, valeurs, details, appareil_of(questionnaire, f"téléphone {number}"))


def the_other_registers(world: SimpleNamespace) -> None:
    """What is written of the synthesis besides « Pertinence »."""
    found = syntheses.synthese_of(world.dossier)
    texts = {name: text for name, text in TEXTES.items() if name != "pertinence"}
    syntheses.write(found, texts, actor=actor_of(world.pilot))


# --- A single structure ---------------------------------------------------------------------------------------------


def individual_dossier() -> SimpleNamespace:
    """An ingénierie individuelle of « Les Fileuses », from a row of its plan, settled."""
    dla = OrganisationFactory(name="DLA de l’Indre")
    pilot = member(dla, first_name="Ysaline", last_name="Brandemare", fonction="Chargée de mission")
    structure = StructureFactory(
        organisation=dla, name="Les Fileuses", contact_name="Alix Modèle", contact_email="fileuses@example.org"
    )
    she = actor_of(pilot)
    plan = plans.open_plan(structure, actor=she)
    ligne = plans.add_ligne(plan, {"difficulte": "Trésorerie tendue.", "nature_moyen": "individuelle"}, actor=she)
    dossier = individuelle_of(
        dla,
        structure,
        titre="Tenir la trésorerie des Fileuses",
        charge_mission=pilot,
        themes=[TypePrestationFactory(code="gestion", label="Gestion")],
        date_debut=dt.date(2027, 2, 15),
        date_fin=dt.date(2027, 6, 30),
    )
    attach_ligne(ligne, dossier, actor=she)
    plans.actualise(plan, actor=she)
    # The ways to « Confirmer » are walked elsewhere.
    QuerySet(Ingenierie).filter(pk=dossier.pk).update(state="confirmer")
    return SimpleNamespace(dossier=dossier, pilot=pilot, structure=structure)


def individual_mission(world: SimpleNamespace) -> SimpleNamespace:
    """Its convention signed by the structure, the DLA and the prestataire: one stage, three days."""
    dossier = Ingenierie.objects.select_related("pilote__region").get(pk=world.dossier.pk)
    written = cahiers.create_cahier(dossier, SYSTEM)
    QuerySet(CahierDesCharges).filter(pk=written.pk).update(resultats_attendus="Un plan de trésorerie tenu chaque mois")
    written = CahierDesCharges.objects.get(pk=written.pk)
    written.ingenierie = dossier
    VersionDiffusee(
        cahier=written, numero=1, contenu=canonical(build(written)), par="Recette", date_limite=slot.DEADLINE
    ).save()
    choix = mission.chosen(dossier, "Cabinet des Halles")
    convention = mission.complete(
        dossier,
        termes={"jours": Decimal(3), "prix": Decimal("2400.00"), "base": "ttc", "taux_tva": Decimal("20.00")},
        etapes=[
            {
                "intitule": "Trois journées",
                "duree": Decimal(3),
                "debut": dt.date(2027, 3, 1),
                "fin": dt.date(2027, 4, 2),
            }
        ],
        paiements=(("Au rapport final", "2400.00"),),
    )
    convention = mission.signed(mission.to_sign(convention))
    QuerySet(Ingenierie).filter(pk=dossier.pk).update(state="finaliser", state_since=clock.now())
    world.convention = fresh_convention(convention)
    world.nina = choix.prestataire.membres.get().user
    return world


def written_report(world: SimpleNamespace) -> None:
    """The report of the prestataire, with a recommendation, handed over."""
    from tests.missions import remise

    he = actor_of(world.nina)
    rapport = remise.written(world.convention, actor=he)
    rapports.add_preconisation(rapport, {"texte": "Tenir un point de trésorerie chaque mois avec le bureau."}, actor=he)
    rapport = RapportFinal.objects.get(pk=rapport.pk)
    rapport.convention = world.convention
    rapports.perform_action(rapport, "remettre", actor=he, expected_state="redaction")
