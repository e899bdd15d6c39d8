"""« Confirmer »: structures mobilised, groups, projet d'intervention, evaluation framework, cahier des charges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from random import Random
from typing import Any

from consultations.choix import services as choix
from consultations.choix.enums import ChoisiPar, ModeChoix
from consultations.consultes import services as consultes
from consultations.consultes.models import PrestataireConsulte
from consultations.regles.models import INVITES_MAX, INVITES_MIN
from core import clock
from core.formats import format_days, plural
from demo import conventions
from demo.portfolio import retained_in
from demo.story import budget, cahier, special
from demo.story.course import Event, Story
from engagement.budget.services.budget import confirm_budget
from engagement.objectifs.services import fix_resultats
from missions.conventions.enums import RolePartie
from mobilisation.groupes import services as groupes
from mobilisation.projet import services as projet
from mobilisation.scenarios import services as scenarios
from partners.portfolio.publication.retenue import may_be_retained
from projects.enums import Etat, EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees import services as targeting
from projects.structures_ciblees.echanges import NOW, Contact
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.enums import Nature

_DECLINED = (
    "Calendrier trop chargé cette année.",
    "Un accompagnement sur ce sujet est déjà en cours avec le réseau.",
    "Changement de direction : reprendre contact l’an prochain.",
)
_REMOVED = "L’activité concernée a cessé."


def events(story: Story) -> list[Event]:
    """What happens before the démarche is finalised."""
    told: list[Event] = [
        *_mobilising(story),
        (0.5, lambda: _groups(story)),
        (0.54, lambda: _project(story)),
        (0.58, lambda: _scenarios(story)),
        (0.63, lambda: _framework(story)),
        (0.66, lambda: fix_resultats(story.ingenierie, actor=story.actor)),
        (0.68, lambda: budget.sign(story)),
        (0.69, lambda: confirm_budget(story.ingenierie, actor=story.actor)),
        (0.7, lambda: cahier.start(story)),
        (0.74, lambda: cahier.fill(story)),
    ]
    if story.key != "artistiques-ruraux":
        told += [(0.79, lambda: cahier.complete(story)), (0.81, lambda: cahier.validate(story))]
        if story.last_step != Etat.CONFIRMER or story.attested or story.key in special.DIFFUSED:
            told += [
                (0.84, lambda: cahier.diffuse(story)),
                (0.85, lambda: consult(story)),
                (0.92, lambda: choose(story)),
            ]
    told += [(0.93, lambda: _convention(story)), (0.95, lambda: _to_sign(story)), (0.97, lambda: _sign(story))]
    return told


def _convention(story: Story) -> None:
    """The convention with the prestataire, from the dossier."""
    if conventions.begin(story.ingenierie, actor=story.actor) is None:
        return
    conventions.complete(story.ingenierie, actor=story.actor, key=story.key, jours=story.row["jours"])
    if story.passes_over("confirmer", "convention"):
        conventions.add_structure(story.ingenierie, actor=story.actor)


def _to_sign(story: Story) -> None:
    conventions.to_sign(story.ingenierie, actor=story.actor)


def _sign(story: Story) -> None:
    """By all; where the pilot passes over the condition, one structure has not signed yet."""
    without = (RolePartie.STRUCTURE,) if story.passes_over("confirmer", "convention") else ()
    conventions.sign(story.ingenierie, actor=story.actor, without=without)


_REASONS = (
    "Compréhension fine de la problématique, démarche lisible étape par étape, outils laissés aux structures.",
    "Expérience sur le même thème et dans la même filière ; intervenants présents tout au long de la mission.",
    "Bon équilibre entre temps collectifs et temps individuels ; coût justifié au regard des jours proposés.",
)


def _alone(story: Any) -> bool:
    """Is the prestataire chosen without a call? Told apart from the chances of the story."""
    return Random(f"{story.row['key']}:concurrence").random() < 0.2


def consult(story: Any) -> None:
    """Two or three prestataires of the région received the cahier des charges; now and then four."""
    if _alone(story):
        return
    ingenierie = Ingenierie.objects.get(pk=story.ingenierie.pk)
    random = Random(f"{story.row['key']}:consultes")
    wanted = random.choices((2, 3, 4), (4, 5, 1))[0]
    region, chosen = ingenierie.pilote.region, []
    for prestataire in retained_in(region, random):
        if len(chosen) < wanted and may_be_retained(prestataire, region):
            chosen.append(prestataire)
    motif = "Trois métiers différents sont demandés : il faut de quoi comparer dans chacun."
    consultes.consult(
        ingenierie, chosen, date=clock.today(), motif=motif if len(chosen) > INVITES_MAX else "", actor=story.actor
    )


def choose(story: Any, decideurs: str = "Comité de pilotage, avec les structures") -> None:
    """Retain one of those consulted, else of those that the région publishes that day."""
    ingenierie = Ingenierie.objects.get(pk=story.ingenierie.pk)
    region = ingenierie.pilote.region
    day = clock.today() - dt.timedelta(days=1)
    asked = set(PrestataireConsulte.objects.filter(ingenierie=ingenierie).values_list("prestataire_id", flat=True))
    prestataire = next(
        p
        for p in sorted(retained_in(region, story.random), key=lambda p: p.pk not in asked)
        if may_be_retained(p, region, day)
    )
    alone = _alone(story)
    why = "Suite directe d’une première mission du même prestataire, à la demande des structures." if alone else ""
    if not alone and len(asked) < INVITES_MIN:
        why = "Un seul prestataire de la région publiait alors une fiche à jour."
    choix.retain(
        ingenierie,
        prestataire,
        {
            "date": day,
            "mode": ModeChoix.SANS_CONCURRENCE if alone else ModeChoix.HORS_APPLICATION,
            "justification": why,
            "choisi_par": ChoisiPar.AVEC,
            "decideurs": decideurs,
            "motifs": story.random.choice(_REASONS),
        },
        actor=story.actor,
    )


# --- Structures -----------------------------------------------------------------------------------------------------


def _mobilising(story: Story) -> list[Event]:
    """Contacting, then what each structure answers: in batches, as one does on the telephone."""
    return [(at, lambda a=at: _calls(story, a)) for at in (0.06, 0.12, 0.18, 0.25, 0.32, 0.39, 0.46)]


def _calls(story: Story, at: float) -> None:
    """One afternoon of calls. By the last one every structure has been asked."""
    targeted = list(
        StructureCiblee.objects.filter(ingenierie=story.ingenierie)
        .select_related("structure__departement")
        .order_by("pk")
    )
    fate = _fates(story, targeted)
    for index, row in enumerate(targeted):
        wanted = _path(fate[row.pk])
        # Structure by structure, the path starts later and ends by the last afternoon.
        start = 0.06 + 0.25 * index / len(targeted)
        steps = sum(at >= start + 0.05 * n - 1e-9 for n in range(len(wanted))) if at < 0.46 else len(wanted)
        _advance(story, row, wanted[:steps])


def _path(fate: str) -> list[str]:
    return {
        EtatMobilisation.REPEREE: [],
        EtatMobilisation.CONTACTEE: ["contacter"],
        EtatMobilisation.INTERESSEE: ["contacter", "interesser"],
        EtatMobilisation.CONFIRMEE: ["contacter", "confirmer"],
        EtatMobilisation.DECLINEE: ["contacter", "decliner"],
        EtatMobilisation.RETIREE: ["contacter", "retirer"],
    }[fate]


def _advance(story: Story, row: StructureCiblee, wanted: Iterable[str]) -> None:
    row.ingenierie = story.ingenierie
    actor = story.member(story.keeper(row.structure.departement.code))
    for action in wanted:
        # Actions already done are those whose state was left behind.
        done = {
            EtatMobilisation.REPEREE: 0, EtatMobilisation.CONTACTEE: 1,
        }.get(row.state, 2)  # fmt: skip
        if {"contacter": 1}.get(action, 2) <= done:
            continue
        row = targeting.act_on_structure(
            row,
            action,
            actor=actor,
            expected_state=row.state,
            version=None,
            reason=_REMOVED if action == "retirer" else "",
            contact=_contact(row, action),
        )
        row.ingenierie = story.ingenierie
        if action == "decliner":
            targeting.update_structure_ciblee(
                row, {"note": story.random.choice(_DECLINED)}, actor=actor, expected_version=None
            )


def _contact(row: StructureCiblee, action: str) -> Contact:
    """Some letters were sent a few days before anybody noted it, by the network of the structures."""
    if action == "contacter" and row.pk % 3 == 0:
        return Contact(clock.today() - dt.timedelta(days=1 + row.pk % 4), "Le réseau des structures")
    return NOW


def _fates(story: Story, targeted: list[StructureCiblee]) -> dict[int, str]:
    """What becomes of each structure by the end of the mobilisation."""
    partial = [row for row in targeted if row.structure.nature != Nature.STRUCTURE]
    rows = [row for row in targeted if row.structure.nature == Nature.STRUCTURE]
    engaged = story.row["structures"]["engagees"]
    count = len(rows)
    fate = dict.fromkeys((row.pk for row in partial), EtatMobilisation.INTERESSEE)
    if engaged is not None:
        kinds = [EtatMobilisation.CONFIRMEE] * engaged + [EtatMobilisation.DECLINEE] * (count - engaged)
    elif story.attested:
        # Still under way: nobody declined, some have yet to answer.
        waiting = max(1, count // 5)
        kinds = [EtatMobilisation.CONFIRMEE] * (count - waiting)
        kinds += [EtatMobilisation.INTERESSEE] * (waiting - waiting // 3)
        kinds += [EtatMobilisation.CONTACTEE] * (waiting // 3)
    else:
        declined = count // 6
        removed = 1 if count >= 12 else 0
        waiting = 0 if story.last_step != "confirmer" else count // 5
        kinds = [EtatMobilisation.CONFIRMEE] * (count - declined - removed - waiting)
        kinds += [EtatMobilisation.DECLINEE] * declined + [EtatMobilisation.RETIREE] * removed
        kinds += [EtatMobilisation.INTERESSEE] * waiting
    # Spread along the list, the same way each time it is asked.
    order = sorted(range(count), key=lambda index: (index * 7919) % 101)
    for index, kind in zip(order, kinds, strict=True):
        fate[rows[index].pk] = kind
    return fate


# --- Groups, project, framework -------------------------------------------------------------------------------------


def _groups(story: Story) -> None:
    """One group per département when there are several, else groups of a dozen at most."""
    kept = [
        row
        for row in story.ingenierie.structures_ciblees.select_related("structure__departement").order_by("pk")
        if row.state in groupes.MOBILISABLES and row.structure.nature == Nature.STRUCTURE
    ]
    parts: dict[str, list[StructureCiblee]] = {}
    several = len(story.row["departements"]) > 1 and len(kept) >= 10
    for index, row in enumerate(kept):
        name = f"Groupe {row.structure.departement.label}" if several else f"Groupe {index // 12 + 1}"
        parts.setdefault(name, []).append(row)
    if len(parts) == 1:
        parts = {"Groupe unique": kept}
    for name, rows in parts.items():
        groupes.add_groupe(
            story.ingenierie,
            actor=story.actor,
            values={
                "nom": name,
                "profil": story.row["ciblage"]["projet"],
                "participants": len(rows) * 2,
                "vigilance_attentes": "Attentes relevées une à une lors des appels ; à reprendre à l’ouverture.",
                "vigilance_concurrence": "Aucune relation de concurrence directe signalée.",
                "vigilance_similitude": "Tailles différentes, questions semblables.",
            },
            structures=rows,
        )


def _project(story: Story) -> None:
    row = story.row
    number = plural(row["structures"]["nombre"], "structure")
    projet.update_projet(
        story.ingenierie,
        actor=story.actor,
        expected_version=None,
        values={
            "objectifs_collectifs": "\n".join(f"- {line}" for line in row["objectifs_propres"]),
            "objectifs_individuels": "Chaque structure repart avec ce qu’elle décide d’appliquer et une échéance.",
            "commentaires": f"Recueillis auprès des {number} : la méthode est comprise, la durée paraît juste.",
            "suites": "Les horaires ont été resserrés et une demi-journée de bilan ajoutée à leur demande.",
            "temps_pilote": "Présence à l’ouverture et au bilan de chaque groupe ; point téléphonique entre les deux.",
            "systeme_intervenant": row["systeme_intervenant"],
            "jours": Decimal(str(row["jours"])),
            # The sources do not tell them apart; an invented one keeps some for each structure.
            "jours_individuels": None if story.attested else Decimal(str(row["jours"])) // 4,
        },
    )


def _scenarios(story: Story) -> None:
    row = story.row
    days = format_days(Decimal(str(row["jours"])))
    kept = scenarios.add_scenario(
        story.ingenierie,
        actor=story.actor,
        values={
            "nom": "Rythme étalé",
            "rythme": row["rythme"],
            "duree": days,
            "periode": row["calendrier"],
            "lieu": "Locaux de structures participantes, à tour de rôle",
            "logistique": "Accueil par la structure hôte, repas pris en commun",
            "avantages": "Laisse le temps d’appliquer entre deux rencontres ; demande de tenir la mobilisation.",
        },
    )
    if story.random.random() < 0.7:
        scenarios.add_scenario(
            story.ingenierie,
            actor=story.actor,
            values={
                "nom": "Rythme resserré",
                "rythme": "Journées consécutives sur une ou deux semaines",
                "duree": days,
                "lieu": "Un lieu unique au centre du territoire",
                "avantages": "Plus court, mais difficile pour les bénévoles et sans temps d’essai.",
            },
        )
    scenarios.keep_scenario(kept, actor=story.actor)


def _framework(story: Story) -> None:
    evaluation = story.row["evaluation"]
    projet.update_cadre_evaluation(
        story.ingenierie,
        actor=story.actor,
        expected_version=None,
        values={
            "objet": evaluation["objet"],
            "objectifs": evaluation["raisons"],
            "registres": ["coherence", "pertinence", "efficacite", "efficience"][: story.random.randint(2, 4)],
            "outils": "Questionnaire à la fin et à six mois ; tableau des résultats attendus ; bilan en comité de "
            "pilotage.",
            "participation_structures": "Chaque structure répond aux questionnaires et participe au bilan.",
            "participation_partenaires": "Lecture commune des résultats au comité de pilotage.",
            "participation_intervenants": "Le prestataire remet un rapport final et commente les réponses des "
            "structures.",
        },
    )
