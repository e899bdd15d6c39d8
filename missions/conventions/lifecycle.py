"""The lives of a convention and of an avenant, declared once."""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from missions.conventions import permissions
from missions.conventions.completude import manques
from missions.conventions.enums import NIVEAU_A, EtatAvenant, EtatConvention
from missions.conventions.models import Acte, Avenant, Convention

#: What nobody clicks: done by the last signature.
PAR_LES_SIGNATURES = "signer"
_BY_SIGNATURES = "Elle se fait d’elle-même avec la dernière signature."


def _pilot(convention, actor: Actor) -> str | None:
    return permissions.why_not_decide(convention.ingenierie, actor) or None


def _pilot_of_avenant(avenant, actor: Actor) -> str | None:
    return _pilot(avenant.convention, actor)


def _nobody(obj, actor: Actor) -> str | None:
    return None if actor.is_system else _BY_SIGNATURES


def _complete(convention, actor: Actor) -> list[str]:
    return [f"Il manque {manque.label}." for manque in manques(convention)]


def _retained(convention, actor: Actor) -> str | None:
    if convention.choix.retire_at is None:
        return None
    return f"{convention.choix.prestataire} n’est plus retenu : retirez ce projet, et écrivez la convention du suivant."


def waiting(acte: Acte) -> list[str]:
    """The parties that have not signed ``acte``."""
    return list(acte.signataires.filter(signe_le=None).values_list("organisation", flat=True))


def _all_signed(obj, actor: Actor) -> list[str]:
    acte = obj.actes.filter(avenant=obj if isinstance(obj, Avenant) else None).order_by("-numero").first()
    if acte is None:
        return ["Aucun texte n’a été mis à la signature."]
    return [f"{name} n’a pas encore signé." for name in waiting(acte)]


def _no_avenant_waits(convention, actor: Actor) -> list[str]:
    rows = convention.avenants.filter(state__in=(EtatAvenant.PROJET, EtatAvenant.A_SIGNER))
    return [
        f"L’avenant {row.numero} est encore {row.get_state_display()} : faites-le signer, ou abandonnez-le."
        for row in rows
    ]


CONVENTION = Lifecycle(
    name="missions.convention",
    states=EtatConvention,
    initial=EtatConvention.PROJET,
    actions=(
        Action(
            "mettre_a_signer",
            "Mettre à la signature",
            (EtatConvention.PROJET,),
            EtatConvention.A_SIGNER,
            _pilot,
            done="a mis la convention à la signature",
            said="Le texte est figé. Son PDF est en cours de fabrication : vous pourrez alors envoyer à chacun son "
            "lien, ou recueillir les signatures sur papier.",
            conditions=(_retained, _complete),
            style="primary",
            confirm="Mettre cette convention à la signature ? Son texte est figé : il ne change plus sans que tout "
            "soit à signer de nouveau.",
            help="Le texte est figé et son PDF fabriqué une fois pour toutes : c’est lui que chacun signe. Rien "
            "n’est encore envoyé.",
        ),
        Action(
            "reprendre",
            "Revenir au projet",
            (EtatConvention.A_SIGNER,),
            EtatConvention.PROJET,
            _pilot,
            done="a repris le projet de convention",
            said="La convention est de nouveau un projet. Les liens de signature ne servent plus.",
            needs_reason=True,
            reason_label="Motif (dit à ceux qui ont reçu un lien, et inscrit au journal)",
            help="Les liens de signature ne servent plus et les signatures déjà données ne valent plus : chacun devra "
            "signer le nouveau texte. Ceux qui ont reçu un lien en sont avertis.",
        ),
        Action(
            PAR_LES_SIGNATURES,
            "Toutes les parties ont signé",
            (EtatConvention.A_SIGNER,),
            EtatConvention.SIGNEE,
            _nobody,
            done="ont signé la convention, toutes les parties",
            said="Toutes les parties ont signé.",
            conditions=(_all_signed,),
        ),
        Action(
            "clore",
            "Clore la convention",
            (EtatConvention.SIGNEE,),
            EtatConvention.CLOSE,
            _pilot,
            done="a clos la convention",
            said="La convention est close.",
            conditions=(_no_avenant_waits,),
            needs_reason=True,
            reason_label="Mission terminée, ou arrêtée : dites-le en une phrase (inscrit au journal)",
            help="Plus aucun avenant ne s’y ajoute. Elle se rouvre avec un motif.",
        ),
        Action(
            "rouvrir",
            "Rouvrir la convention",
            (EtatConvention.CLOSE,),
            EtatConvention.SIGNEE,
            _pilot,
            done="a rouvert la convention",
            said="La convention est rouverte.",
            needs_reason=True,
        ),
    ),
    next_hint={
        EtatConvention.PROJET: "Complétez ce qui manque ; le pilote la met à la signature.",
        EtatConvention.A_SIGNER: "Chaque partie signe par son lien personnel, ou sur papier. Quand toutes l’ont fait, "
        "la convention est signée.",
        EtatConvention.SIGNEE: "La mission peut commencer. Tout changement accepté s’écrit dans un avenant.",
        EtatConvention.CLOSE: "La mission est terminée.",
    },
    tags={
        EtatConvention.PROJET: "tag-warn",
        EtatConvention.A_SIGNER: "tag-accent",
        EtatConvention.SIGNEE: "tag-ok",
        EtatConvention.CLOSE: "tag-neutral",
    },
    frozen={
        EtatConvention.A_SIGNER: "Le texte est à la signature : le pilote peut revenir au projet, avec un motif.",
        EtatConvention.SIGNEE: "La convention est signée : un changement accepté s’écrit dans un avenant.",
        EtatConvention.CLOSE: "La convention est close : le pilote peut la rouvrir, avec un motif.",
    },
)

CONVENTION.attach(Convention)


def _accepted(avenant, actor: Actor) -> list[str]:
    missing = []
    if avenant.quoi in NIVEAU_A and avenant.contact_le is None:
        missing.append("Dites quel jour le chargé de mission a été contacté, avant ce changement.")
    if avenant.accepte_dla_le is None:
        missing.append("Dites quel jour le DLA a accepté ce changement.")
    if avenant.accepte_structure_le is None:
        missing.append("Dites quel jour la structure a accepté ce changement.")
    return missing


def _convention_runs(avenant, actor: Actor) -> str | None:
    if avenant.convention.state == EtatConvention.SIGNEE:
        return None
    return f"La convention est {avenant.convention.get_state_display()} : un avenant s’ajoute à une convention signée."


AVENANT = Lifecycle(
    name="missions.avenant",
    states=EtatAvenant,
    initial=EtatAvenant.PROJET,
    actions=(
        Action(
            "mettre_a_signer",
            "Mettre à la signature",
            (EtatAvenant.PROJET,),
            EtatAvenant.A_SIGNER,
            _pilot_of_avenant,
            done="a mis l’avenant à la signature",
            said="L’avenant est figé. Son PDF est en cours de fabrication.",
            conditions=(_convention_runs, _accepted),
            style="primary",
            confirm="Mettre cet avenant à la signature ? Son texte est figé.",
            help="Le changement est accepté : son texte est figé, et signé par les mêmes que la convention.",
        ),
        Action(
            "reprendre",
            "Revenir au projet",
            (EtatAvenant.A_SIGNER,),
            EtatAvenant.PROJET,
            _pilot_of_avenant,
            done="a repris le projet d’avenant",
            said="L’avenant est de nouveau un projet. Les liens de signature ne servent plus.",
            needs_reason=True,
            reason_label="Motif (dit à ceux qui ont reçu un lien, et inscrit au journal)",
            help="Les liens de signature ne servent plus et les signatures déjà données ne valent plus.",
        ),
        Action(
            PAR_LES_SIGNATURES,
            "Toutes les parties ont signé",
            (EtatAvenant.A_SIGNER,),
            EtatAvenant.SIGNE,
            _nobody,
            done="ont signé l’avenant, toutes les parties",
            said="Toutes les parties ont signé.",
            conditions=(_all_signed,),
        ),
        Action(
            "abandonner",
            "Abandonner cet avenant",
            (EtatAvenant.PROJET,),
            EtatAvenant.ABANDONNE,
            _pilot_of_avenant,
            done="a abandonné l’avenant",
            said="L’avenant est abandonné ; il reste lisible, avec son motif.",
            needs_reason=True,
            style="danger",
        ),
    ),
    next_hint={
        EtatAvenant.PROJET: "Notez quand le DLA et la structure ont accepté ; le pilote le met à la signature.",
        EtatAvenant.A_SIGNER: "Chaque partie signe par son lien personnel, ou sur papier.",
        EtatAvenant.SIGNE: "Le changement vaut depuis sa signature.",
        EtatAvenant.ABANDONNE: "Ce changement n’aura pas lieu.",
    },
    tags={
        EtatAvenant.PROJET: "tag-warn",
        EtatAvenant.A_SIGNER: "tag-accent",
        EtatAvenant.SIGNE: "tag-ok",
        EtatAvenant.ABANDONNE: "tag-neutral",
    },
    frozen={
        EtatAvenant.A_SIGNER: "Cet avenant est à la signature : le pilote peut revenir au projet, avec un motif.",
        EtatAvenant.SIGNE: "Cet avenant est signé : un autre changement s’écrit dans un autre avenant.",
        EtatAvenant.ABANDONNE: "Cet avenant est abandonné.",
    },
)

AVENANT.attach(Avenant)
