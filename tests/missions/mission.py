"""A mission whose prestataire is retained, and its convention, as the tests and the samples of documents need them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from consultations.cahier import services as cahiers
from consultations.cahier.content import build
from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from consultations.choix import services as choices
from consultations.choix.models import ChoixPrestataire
from core import clock
from core.actor import Actor
from core.canonical import canonical
from core.files import DOCUMENTS, save_file
from core.models import GeneratedDocument, Job, MailState, OutboxMail
from core.uploads import attach
from missions.conventions.models import Acte, Convention, EtapeConvention, PaiementPrevu, Signataire
from missions.conventions.prefill import PROJET
from missions.conventions.services import conventions
from missions.conventions.services.actes import DOCUMENT_ACTE, current_acte, perform_action
from missions.conventions.services.signatures import sign_on_paper
from partners.portfolio.prestataire.enums import EtatMembre
from partners.portfolio.prestataire.models import Membre
from projects.cycle.services import perform_action as pass_gate
from projects.ingenierie.models import Ingenierie
from tests.consultations import slot
from tests.core.upload_files import PDF
from tests.factories import UserFactory, engaged, fulfil_engager, published_prestataire

SYSTEM = Actor.system("recette")
CHOIX = {
    "mode": "sans_concurrence",
    "justification": "Suite d’une première mission.",
    "choisi_par": "avec",
    "decideurs": "Comité de pilotage",
    "motifs": "La meilleure démarche.",
}
#: What a convention agrees, its stages and its payments, when a test does not say otherwise.
TERMES = {"jours": Decimal("6"), "prix": Decimal("10000.01"), "base": "ht", "taux_tva": Decimal("20.00")}
ETAPES = tuple(
    {"intitule": title, "duree": Decimal(days), "productions": "Une note"}
    for title, days in (("État des lieux", "2"), ("Atelier", "4"))
)
PAIEMENTS = (("À la signature", "4000.00"), ("Au rapport final", "8000.01"))


def dossier(pilote=None, **values) -> Ingenierie:
    """An ingénierie at « Confirmer », with a diffused cahier des charges; its budget counts 15 000 € TTC."""
    found = fulfil_engager(engaged(pilote, date_debut=dt.date(2027, 3, 1), date_fin=dt.date(2027, 10, 29), **values))
    found = pass_gate(found, "confirmer", actor=SYSTEM, expected_state="engager", version=found.version)
    return Ingenierie.objects.get(pk=found.pk)


def diffused(ingenierie: Ingenierie):
    """Its cahier des charges, diffused without anything having been asked of it: made for what only quotes it."""
    cahier = cahiers.create_cahier(ingenierie, SYSTEM)
    for code in ("calendrier", "reponse"):
        cahiers.update_section(cahier, code, slot.TYPED[code], actor=SYSTEM)
    cahier = CahierDesCharges.objects.get(pk=cahier.pk)
    cahier.ingenierie = ingenierie
    version = VersionDiffusee(
        cahier=cahier, numero=1, contenu=canonical(build(cahier)), par="Recette", date_limite=slot.DEADLINE
    )
    version.save()
    return version


def chosen(ingenierie: Ingenierie, name: str = "Atelier des possibles") -> ChoixPrestataire:
    """The prestataire retained today."""
    prestataire = published_prestataire(region=ingenierie.pilote.region, name=name)
    return choices.retain(ingenierie, prestataire, {**CHOIX, "date": clock.today()}, actor=SYSTEM)


def begun(ingenierie: Ingenierie | None = None, *, phase: str = "") -> Convention:
    """A convention just begun."""
    ingenierie = ingenierie or dossier()
    if not ChoixPrestataire.objects.filter(ingenierie=ingenierie).exists():
        diffused(ingenierie)
        chosen(ingenierie)
    choix = ChoixPrestataire.objects.get(ingenierie=ingenierie)
    choix.ingenierie = ingenierie
    return conventions.begin(choix, actor=SYSTEM, phase=phase)


def complete(
    ingenierie: Ingenierie | None = None,
    *,
    phase: str = "",
    actor: Actor = SYSTEM,
    termes: Mapping[str, Any] = TERMES,
    etapes: Sequence[Mapping[str, Any]] = ETAPES,
    paiements: Sequence[tuple[str, str]] = PAIEMENTS,
) -> Convention:
    """The same with all that it must say: two stages, two payments, who signs, the annexed project."""
    convention = begun(ingenierie, phase=phase)
    conventions.write(convention, termes, actor=actor)
    convention = fresh(convention)
    for row in convention.parties.filter(signe=True):
        row.convention = convention
        values = {
            "represente_par": f"Sam {row.role.title()}",
            "qualite": "présidence",
            "email": f"{row.role}@example.org",
        }
        conventions.update_ligne(row, values, actor=actor)
    for values in etapes:
        conventions.add_ligne(convention, EtapeConvention, values, actor=actor)
    for label, amount in paiements:
        conventions.add_ligne(convention, PaiementPrevu, {"libelle": label, "montant": Decimal(amount)}, actor=actor)
    annexed = ContentFile(PDF + b"%projet", name="projet-retenu.pdf")
    attach(convention, annexed, actor=SYSTEM, scope=convention.ingenierie, category=PROJET)
    return fresh(convention)


def fresh(convention: Convention) -> Convention:
    return Convention.objects.select_related("ingenierie__pilote", "choix__prestataire", "version_cahier").get(
        pk=convention.pk
    )


def to_sign(convention: Convention | None = None, **values) -> Acte:
    """A text that waits for its signatures; its PDF is asked for, not made."""
    convention = convention or complete(**values)
    done = perform_action(convention, "mettre_a_signer", actor=SYSTEM, expected_state="projet")
    return current_acte(fresh(done))


def signed(acte: Acte | None = None, **values) -> Convention:
    """A convention that all have signed on paper today."""
    acte = acte or to_sign(**values)
    sign_on_paper(acte, {row.pk: clock.today() for row in Signataire.objects.filter(acte=acte)}, copie(), actor=SYSTEM)
    return fresh(acte.convention)


def settle() -> None:
    """What left with the signature has left, and nothing is printed: for what is tried afterwards."""
    Job.objects.all().delete()
    OutboxMail.objects.filter(state=MailState.EN_ATTENTE).update(state=MailState.ENVOYE, sent_at=clock.now())


def consultant(convention: Convention) -> User:
    """Somebody of the prestataire of this mission, who signs in."""
    user = UserFactory()
    Membre.objects.create(user=user, prestataire=convention.choix.prestataire, state=EtatMembre.ACTIF)
    return user


def copie() -> ContentFile:
    return ContentFile(PDF + b"%signe", name="exemplaire-signe.pdf")


def printed(acte: Acte) -> GeneratedDocument:
    """Its PDF, as if the worker had made it: what signing asks is that it is there, with its SHA-256."""
    Job.objects.filter(key=f"convention-acte-{acte.pk}").delete()
    return GeneratedDocument.objects.create(
        document_type=DOCUMENT_ACTE, object_type=acte._meta.label_lower, object_id=acte.pk,
        scope_type="projects.ingenierie", scope_id=acte.convention.ingenierie_id, title="Convention",
        filename="convention.pdf", template="x", kept=True, storage_key=save_file(DOCUMENTS, ContentFile(PDF)),
        sha256=hashlib.sha256(PDF).hexdigest(), size=len(PDF), made_by_label="Recette",
    )  # fmt: skip
