"""What is asked, of whom, what was answered: the one mechanism of the evaluation (002, grilles d’évaluation; 000, fiche
pratique 6). Nothing here knows a question: they are data (:mod:`evaluation.questionnaires.definitions`)."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import VersionedModel
from core.sorting import french
from engagement.partenaires.models import PartenaireProjet
from evaluation.questionnaires.enums import EtatQuestionnaire, EtatRepondant, SorteRepondant, Voie
from missions.conventions.models import Convention
from partners.portfolio.prestataire.models import Membre
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee


def _salle_cle() -> str:
    return secrets.token_urlsafe(24)


class ModeleQuestionnaire(VersionedModel):
    """A questionnaire that a DLA keeps to use again: ``contenu`` as in :class:`Questionnaire`."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="modeles_questionnaires", editable=False
    )
    nom = models.CharField("nom", max_length=120)
    code = models.CharField("questionnaire d’origine", max_length=40, editable=False)
    contenu = models.JSONField("questions", editable=False)
    created_at = models.DateTimeField("gardé le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "modèle de questionnaire"
        verbose_name_plural = "modèles de questionnaires"
        ordering = [french("nom"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "nom"],
                name="modele_questionnaire_once",
                violation_error_message="Un modèle de votre organisation porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class QuestionnaireQuerySet(LifecycleQuerySet):
    """Questionnaires, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole."""
        return self.filter(ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))


class Questionnaire(LifecycleModel):
    """What one ingénierie asks, or what is asked of one of its missions (``convention``).

    ``contenu`` is the ingénierie's own copy of the definition ``code`` in its version ``version_source``; it can be
    adapted until the first answer. ``mois``: asked again so many months after the end. ``salle_cle`` is the secret of
    the address that the QR code shows; it answers from ``salle_des`` to ``salle_jusqua``. ``montre_region``: the region
    may read what comes out of it.
    """

    ingenierie = models.ForeignKey(
        Ingenierie, on_delete=models.CASCADE, related_name="questionnaires", verbose_name="ingénierie", editable=False
    )
    convention = models.ForeignKey(
        Convention, on_delete=models.PROTECT, null=True, related_name="questionnaires", editable=False
    )
    code = models.CharField("questionnaire", max_length=40, editable=False)
    version_source = models.PositiveSmallIntegerField("version de la définition", editable=False)
    titre = models.CharField("titre", max_length=200)
    contenu = models.JSONField("questions", editable=False)
    mois = models.PositiveSmallIntegerField("mois après la fin", null=True, editable=False)
    echeance = models.DateField("réponses attendues pour le", null=True, blank=True)
    state = state_field(EtatQuestionnaire, EtatQuestionnaire.PREPARATION)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)
    created_at = models.DateTimeField("préparé le", default=clock.now, editable=False)
    ouvert_at = models.DateTimeField("ouvert le", null=True, editable=False)
    clos_at = models.DateTimeField("clos le", null=True, editable=False)
    termine_at = models.DateTimeField("terminé le", null=True, editable=False)
    salle_cle = models.CharField("clé de la salle", max_length=40, unique=True, default=_salle_cle, editable=False)
    salle_des = models.DateTimeField("réponses en séance à partir du", null=True, blank=True)
    salle_jusqua = models.DateTimeField("réponses en séance jusqu’au", null=True, blank=True)
    causes = models.TextField("causes identifiées", blank=True, max_length=4000)
    montre_region = models.BooleanField("visible de la région", default=False, editable=False)

    objects = QuestionnaireQuerySet.as_manager()

    #: The journal does not give the address of the room, nor the questions one by one, nor what only the team reads.
    journal_redacted = frozenset({"salle_cle", "contenu", "causes"})

    class Meta:
        verbose_name = "questionnaire"
        ordering = ["created_at", "pk"]
        constraints = [
            # One for each mission (or none) and each term (or none): two nulls are the same, on both databases.
            models.UniqueConstraint(
                F("ingenierie"),
                Coalesce("convention", 0, output_field=models.BigIntegerField()),
                F("code"),
                Coalesce("mois", 0, output_field=models.IntegerField()),
                name="questionnaire_once",
                violation_error_message="Ce questionnaire existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(salle_des__isnull=True) | Q(salle_jusqua__isnull=True) | Q(salle_des__lt=F("salle_jusqua")),
                name="questionnaire_salle_hours",
                violation_error_message="La fin des réponses en séance vient après leur début.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def is_open(self) -> bool:
        """Does it receive answers?"""
        return self.state == EtatQuestionnaire.OUVERT


class RepondantQuerySet(models.QuerySet):
    """Those who answer."""

    def for_prestataire(self, actor: Actor):
        """The partners of an ingénierie that are prestataires to which the person belongs (001)."""
        if actor.kind != "user" or actor.user_id is None:
            return self.none()
        mine = Membre.objects.active().filter(user=actor.user_id).values("prestataire")
        return self.filter(sorte=SorteRepondant.PRESTATAIRE, partenaire__prestataire__in=mine)

    def answered(self):
        """Those whose answer was sent."""
        return self.filter(state=EtatRepondant.REPONDU)


class Repondant(VersionedModel):
    """Somebody who is asked, or who answered: of which kind, for whom, by which way.

    ``nom_visible``: the prestataire reads the name; otherwise it reads « un participant ». ``convention``: the mission
    for which a prestataire answers in its space. ``appareil`` marks, hashed,
    the phone that answered by the QR code: one answer a person.
    """

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="repondants", editable=False
    )
    sorte = models.CharField("qui répond", max_length=16, choices=SorteRepondant.choices)
    structure = models.ForeignKey(
        StructureCiblee, on_delete=models.SET_NULL, null=True, blank=True, related_name="reponses_evaluation"
    )
    partenaire = models.ForeignKey(
        PartenaireProjet, on_delete=models.SET_NULL, null=True, blank=True, related_name="reponses_evaluation"
    )
    convention = models.ForeignKey(
        Convention, on_delete=models.SET_NULL, null=True, related_name="reponses_evaluation", editable=False
    )
    organisme = models.CharField("organisme", max_length=200, blank=True)
    nom = models.CharField("prénom et nom", max_length=120, blank=True)
    fonction = models.CharField("fonction", max_length=160, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    nom_visible = models.BooleanField("le prestataire peut lire mon nom", default=False)
    voie = models.CharField("par quelle voie", max_length=10, choices=Voie.choices, blank=True, editable=False)
    state = models.CharField(
        "état", max_length=10, choices=EtatRepondant.choices, default=EtatRepondant.ATTENDU, editable=False
    )
    created_at = models.DateTimeField("ajouté le", default=clock.now, editable=False)
    sollicite_at = models.DateTimeField("sollicité le", null=True, editable=False)
    repondu_at = models.DateTimeField("répondu le", null=True, editable=False)
    le = models.DateField("date de la réponse", null=True, blank=True)
    par = models.CharField("saisi par", max_length=200, blank=True, editable=False)
    appareil = models.CharField("appareil", max_length=64, blank=True, editable=False)

    journal_redacted = frozenset({"nom", "fonction", "email", "appareil"})

    objects = RepondantQuerySet.as_manager()

    class Meta:
        verbose_name = "répondant"
        ordering = ["sorte", french("organisme"), french("nom"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "appareil"],
                condition=~Q(appareil=""),
                name="repondant_one_each_device",
                violation_error_message="Une réponse a déjà été donnée depuis cet appareil.",
            )
        ]
        indexes = [models.Index(fields=["questionnaire", "state"], name="repondant_state_idx")]

    def __str__(self) -> str:
        """Without the person's name: the journal and the links repeat it for good."""
        return self.organisme or self.get_sorte_display()

    @property
    def qui(self) -> str:
        """Who it is, for whoever may read its name."""
        return ", ".join(filter(None, (self.nom, self.organisme))) or self.get_sorte_display()

    @property
    def has_answered(self) -> bool:
        return self.state == EtatRepondant.REPONDU


class Reponse(models.Model):
    """What one respondent answered to one question: ``valeur`` (« oui », « 3 »…), ``texte`` what is said beside.

    ``code`` is the question's; a question asked once a result is ``code`` then « : » and the rank of the result.
    """

    repondant = models.ForeignKey(Repondant, on_delete=models.CASCADE, related_name="reponses", editable=False)
    code = models.CharField("question", max_length=60, editable=False)
    valeur = models.CharField("réponse", max_length=60, blank=True)
    texte = models.TextField("commentaire", blank=True, max_length=8000)

    class Meta:
        verbose_name = "réponse"
        constraints = [
            models.UniqueConstraint(fields=["repondant", "code"], name="reponse_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} : {self.valeur or self.texte[:40]}"


class Commentaire(VersionedModel):
    """What one who does not answer says of the answers to one question, once they are closed (the prestataire)."""

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="commentaires", editable=False
    )
    sorte = models.CharField("de qui", max_length=16, choices=SorteRepondant.choices, editable=False)
    code = models.CharField("question", max_length=60, editable=False)
    texte = models.TextField("commentaire", max_length=4000)
    at = models.DateTimeField("écrit le", default=clock.now, editable=False)
    par = models.CharField("par", max_length=200, blank=True, editable=False)

    #: The region reads the journal, and what is said of a mission only when the team shows it.
    journal_redacted = frozenset({"texte"})

    class Meta:
        verbose_name = "commentaire"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "sorte", "code"], name="commentaire_once"),
        ]

    def __str__(self) -> str:
        """Without its words: the journal repeats it for good."""
        return f"commentaire de la ligne {self.code}"
