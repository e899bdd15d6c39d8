"""The conventions of the demonstration: written from the dossier, to be signed, signed on paper, amended, closed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from consultations.choix.models import ChoixPrestataire
from core import clock
from core.actor import Actor
from core.documents.frozen import produce
from core.formats import format_date
from core.uploads import attach
from demo.files import named
from demo.people import DOMAIN
from engagement.budget.summary import realisation_of
from missions.conventions.completude import reste_a_payer
from missions.conventions.enums import EtatAvenant, EtatConvention, RolePartie
from missions.conventions.models import Acte, Avenant, Convention, EtapeConvention, PaiementPrevu, Partie
from missions.conventions.prefill import PROJET, beneficiaires
from missions.conventions.services import conventions as services
from missions.conventions.services.actes import DOCUMENT_ACTE, current_acte, perform_action
from missions.conventions.services.avenants import open_avenant
from missions.conventions.services.signatures import send_links, sign_on_paper
from projects.ingenierie.models import Ingenierie

_CENT = Decimal("0.01")
#: Stages of a mission, and the part of its days that each takes.
_ETAPES = (
    (
        "État des lieux partagé",
        Decimal("0.25"),
        "Entendre chaque structure, vérifier que le besoin est encore celui du diagnostic.",
        "Entretiens sur place, lecture des documents, première rencontre de tous.",
        "Note d’état des lieux, discutée avec les structures.",
    ),
    (
        "Travail en ateliers",
        Decimal("0.5"),
        "Construire ensemble les réponses et les essayer entre deux rencontres.",
        "Apports de méthode, travail sur les cas des participants, appui individuel à la demande.",
        "Outils remis à chaque structure, compte rendu de chaque atelier.",
    ),
    (
        "Restitution et suites",
        Decimal("0.25"),
        "Arrêter ce que chacun met en œuvre, et avec quelle échéance.",
        "Séance de restitution, feuille de route, rapport final.",
        "Rapport final de mission et feuille de route de chaque structure.",
    ),
)
_PAIEMENTS = (
    ("À la signature de la convention", Decimal("0.3")),
    ("À la fin de la deuxième étape", Decimal("0.4")),
    ("À la remise du rapport final", None),
)
_WHO = ("Dominique Essai", "Camille Exemple", "Alix Modèle", "Claude Témoin")


def _fresh(ingenierie: Ingenierie) -> Ingenierie:
    return Ingenierie.objects.select_related("pilote__region", "charge_mission").get(pk=ingenierie.pk)


def of(ingenierie: Ingenierie) -> Convention | None:
    """Its convention, when it has one."""
    found = Convention.objects.filter(ingenierie=ingenierie).select_related("choix__prestataire", "version_cahier")
    convention = found.first()
    if convention is not None:
        convention.ingenierie = _fresh(ingenierie)
    return convention


def begin(ingenierie: Ingenierie, *, actor: Actor) -> Convention | None:
    """Begin the convention of who is retained; nothing when nobody is."""
    choix = ChoixPrestataire.objects.standing().filter(ingenierie=ingenierie).select_related("prestataire").first()
    if choix is None:
        return None
    choix.ingenierie = _fresh(ingenierie)
    return services.begin(choix, actor=actor)


def complete(ingenierie: Ingenierie, *, actor: Actor, key: str, jours: int | str) -> None:
    """Give it all that it must say before it is signed: stages, days, price, payments, who signs, the project."""
    convention, random = of(ingenierie), Random(f"{key}:convention")
    if convention is None:
        return
    days = Decimal(str(jours))
    values: dict[str, Any] = {"jours": days, "jours_individuels": convention.jours_individuels}
    if values["jours_individuels"] is not None and values["jours_individuels"] > days:
        values["jours_individuels"] = None
    if convention.prix is None:
        price = realisation_of(ingenierie.pk, "ttc") or days * 900
        values |= {"prix": price, "base": "ttc"}
    if convention.taux_tva is None:
        # A price TTC whose rate nobody tells: the prestataire is taken not to be liable.
        values["taux_tva"] = Decimal("0.00")
    today = clock.today()
    convention_end = convention.fin or today + dt.timedelta(days=240)
    values |= {"debut": convention.debut or today + dt.timedelta(days=20), "fin": convention_end}
    if values["fin"] < values["debut"]:
        values["fin"] = values["debut"] + dt.timedelta(days=200)
    services.write(convention, values, actor=actor)
    _stages(of(ingenierie), days, actor)
    _payments(of(ingenierie), actor)
    _signatories(of(ingenierie), random, actor)
    text = f"{convention.choix.prestataire} : projet retenu (fictif)"
    attach(convention, named(text, "projet-retenu.pdf"), actor=actor, scope=convention.ingenierie, category=PROJET)


def _stages(convention: Convention, days: Decimal, actor: Actor) -> None:
    left = days
    for rang, (title, share, goal, content, given) in enumerate(_ETAPES, 1):
        part = left if rang == len(_ETAPES) else max((days * share * 2).to_integral_value() / 2, Decimal("0.5"))
        part = min(part, left)
        left -= part
        values = {
            "ordre": rang, "intitule": title, "objectif": goal, "contenu": content, "duree": part or None,
            "productions": given,
        }  # fmt: skip
        services.add_ligne(convention, EtapeConvention, values, actor=actor)


def _payments(convention: Convention, actor: Actor) -> None:
    price = convention.montants.ttc
    for label, share in _PAIEMENTS:
        amount = reste_a_payer(convention) if share is None else (price * share).quantize(_CENT)
        date = convention.fin if share is None else None
        services.add_ligne(convention, PaiementPrevu, {"libelle": label, "montant": amount, "date": date}, actor=actor)


def _signatories(convention: Convention, random: Random, actor: Actor) -> None:
    for number, row in enumerate(Partie.objects.filter(convention=convention, signe=True), 1):
        row.convention = convention
        values = {
            "represente_par": row.represente_par or random.choice(_WHO),
            "qualite": row.qualite or ("direction" if row.role == RolePartie.DLA else "présidence"),
            "email": row.email or f"signataire{convention.pk}-{number}@{DOMAIN}",
        }
        services.update_ligne(row, values, actor=actor)


def add_structure(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """One of the structures signs too."""
    convention = of(ingenierie)
    first = next(iter(beneficiaires(ingenierie)), None)
    if convention is not None and first is not None:
        values = {
            "role": RolePartie.STRUCTURE, "nom": first.structure.name, "represente_par": _WHO[0],
            "qualite": "présidence",
        }  # fmt: skip
        services.add_ligne(convention, Partie, values, actor=actor)


def to_sign(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """Put it to be signed."""
    convention = of(ingenierie)
    if convention is not None and convention.state == EtatConvention.PROJET:
        perform_action(convention, "mettre_a_signer", actor=actor, expected_state=EtatConvention.PROJET)


def sign(ingenierie: Ingenierie, *, actor: Actor, without: tuple[str, ...] = ()) -> None:
    """Signed on paper today by each, but for the parties of the roles ``without``."""
    convention = of(ingenierie)
    acte = current_acte(convention) if convention is not None else None
    if acte is not None and convention.state == EtatConvention.A_SIGNER:
        _on_paper(acte, actor, without)


def _on_paper(acte: Acte, actor: Actor, without: tuple[str, ...] = ()) -> None:
    rows = acte.signataires.filter(signe_le=None).exclude(partie__role__in=without)
    copy = named(f"{acte.nomme} : exemplaire signé (fictif)", "exemplaire-signe.pdf")
    sign_on_paper(acte, {row.pk: clock.today() for row in rows}, copy, actor=actor)


def send(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """Its PDF is made at once, and each who has not signed has its link."""
    convention = of(ingenierie)
    acte = current_acte(convention) if convention is not None else None
    if acte is not None:
        produce(DOCUMENT_ACTE, acte.pk, actor=Actor.system("démonstration"), keep=True)
        send_links(acte, actor=actor)


def amend(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """The end of the mission moves by a month, accepted and signed by all; one more change is being discussed."""
    convention = of(ingenierie)
    if convention is None or convention.state != EtatConvention.SIGNEE or convention.fin is None:
        return
    today, later = clock.today(), convention.fin + dt.timedelta(days=30)
    avenant = open_avenant(
        convention,
        {
            "quoi": "fin",
            "de": f"La mission se termine le {format_date(convention.fin)}.",
            "a": f"La mission se termine le {format_date(later)} ; le contenu et le prix ne changent pas.",
            "pourquoi": "Deux structures renouvellent leur bureau : un atelier est reporté pour que leurs nouveaux "
            "élus y prennent part.",
            "demande_par": "prestataire",
            "demande_le": today - dt.timedelta(days=6),
            "contact_le": today - dt.timedelta(days=7),
            "contact_moyen": "telephone",
            "accepte_dla_le": today - dt.timedelta(days=4),
            "accepte_structure_le": today - dt.timedelta(days=2),
            "fin": later,
        },
        actor=actor,
    )
    done = perform_action(avenant, "mettre_a_signer", actor=actor, expected_state=EtatAvenant.PROJET)
    _on_paper(current_acte(done), actor)


def propose(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """A change that was asked for and is not accepted yet."""
    convention = of(ingenierie)
    if convention is None or convention.state != EtatConvention.SIGNEE:
        return
    open_avenant(
        convention,
        {
            "quoi": "contenu",
            "de": "Le dernier atelier porte sur les outils de suivi.",
            "a": "Le dernier atelier devient un temps individuel d’une demi-journée dans chaque structure.",
            "pourquoi": "Les structures avancent à des rythmes très différents.",
            "demande_par": "structure",
            "demande_le": clock.today() - dt.timedelta(days=3),
        },
        actor=actor,
    )


def close(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """The mission is over."""
    convention = of(ingenierie)
    waits = (EtatAvenant.PROJET, EtatAvenant.A_SIGNER)
    if convention is None or convention.state != EtatConvention.SIGNEE:
        return
    if Avenant.objects.filter(convention=convention, state__in=waits).exists():
        return
    perform_action(
        convention,
        "clore",
        actor=actor,
        expected_state=EtatConvention.SIGNEE,
        reason="Mission terminée, rapport final remis.",
    )
