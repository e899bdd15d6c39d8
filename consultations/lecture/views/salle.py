"""The room of the reading, as the team sees it: the grid, who reads and where each stands, the precisions asked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from accounts.models import Grant
from accounts.services.links import EXPIRE, OUVERT, REPONDU, REVOQUE, STATUS_LABELS, status_of
from accounts.services.sent_links import not_sent
from consultations.appel.registry import SUITES_EQUIPE
from consultations.lecture import permissions
from consultations.lecture.candidats import candidats
from consultations.lecture.comparaison import build, criteres_of, entretien_dit, nom_de
from consultations.lecture.documents import COMPARAISON
from consultations.lecture.enums import Qualite
from consultations.lecture.forms import LECTEUR_FORMS, CritereEditForm, CritereForm, PrecisionForm
from consultations.lecture.models import Critere, Evaluateur, Grille, Precision
from consultations.lecture.services import grille as grilles
from consultations.lecture.services import lecteurs, precisions
from consultations.lecture.services.lecteurs import LIEN
from consultations.lecture.views.base import AppelCreate, AppelEdit, AppelView
from core.errors import NotAllowed
from core.formats import format_date, format_datetime, plural
from core.text import whole_number
from core.views.once import sent_once

_TONES = {OUVERT: "neutral", REPONDU: "ok", REVOQUE: "bad", EXPIRE: "warn"}


class Salle(AppelView):
    """The grid, the readers, the precisions; what each may do now."""

    def get(self, request: HttpRequest, pk: int, appel_pk: int) -> HttpResponse:
        appel, actor = self.appel, self.actor
        rows = list(Evaluateur.objects.filter(grille__appel=appel).select_related("user", "grille"))
        reads = permissions.reads_propositions(actor, appel)
        mine = next((row for row in rows if row.user_id is not None and row.user_id == actor.user_id), None)
        manage = permissions.why_not_manage(appel, actor)
        told = [(row.user_id, row.enregistre_at) for row in rows]
        why_not = permissions.why_not_compare_among(actor.user_id, told) if reads else ""
        self.closed = bool(manage or permissions.why_closed(appel) or (mine is not None and not mine.enregistre_at))
        readers = self.readers(rows)
        asked = list(Precision.objects.filter(invitation__appel=appel).select_related("invitation__prestataire"))
        return self.page(
            "consultations/lecture/salle.html",
            {
                "appel": appel,
                "familles": criteres_of(appel),
                "grille": Grille.objects.filter(appel=appel).first(),
                "can_adapt": not permissions.why_not_adapt(appel, actor),
                "can_manage": not manage,
                "opened": permissions.is_opened(appel),
                "reads": reads,
                "lecteurs": readers,
                "unsent": any(row["by_link"] and row["email"] and not row["sent"] for row in readers),
                "saved": plural(sum(1 for row in rows if row.enregistre_at), "lecture terminée", "lectures terminées"),
                "mine": mine,
                "can_read_myself": mine is None and not manage and not actor.is_system,
                "why_not_compare": "" if appel.state == "attribue" else why_not,
                "candidats": candidats(appel) if reads else [],
                "precisions": asked if reads else [],
                "why_closed": permissions.why_closed(appel),
            },
        )

    def readers(self, rows: list[Evaluateur]) -> list[dict[str, Any]]:
        """Each reader with where she stands; her link when she reads by one."""
        grants: dict[int, Grant] = {}
        linked = [row.pk for row in rows if row.by_link]
        if linked:
            label = Evaluateur._meta.label_lower
            for grant in Grant.objects.filter(purpose=LIEN, object_type=label, object_id__in=linked).order_by("pk"):
                grants[grant.object_id] = grant
        failed = not_sent(list(grants.values()))
        told = []
        for row in rows:
            grant = grants.get(row.pk)
            status = status_of(grant) if grant else ""
            told.append(
                {
                    "pk": row.pk,
                    "name": nom_de(row),
                    "qualite": row.get_qualite_display(),
                    "nom": row.nom if row.by_link else "",
                    "email": row.email,
                    "declared": row.conflit is not None,
                    "conflit": bool(row.conflit),
                    "saved": format_datetime(row.enregistre_at),
                    "by_link": row.by_link,
                    "entretien": entretien_dit(row),
                    "saisie_url": self.typed_url(row),
                    "sent": format_date(grant.sent_at) if grant else "",
                    "status": STATUS_LABELS.get(status, ""),
                    "tone": _TONES.get(status, "neutral"),
                    "not_sent": bool(grant and grant.pk in failed),
                    "version": grant.version if grant else 0,
                    "resend_url": reverse("accounts:lien_renvoyer", args=[grant.pk])
                    if grant and status in (OUVERT, EXPIRE)
                    else "",
                    "renew_url": reverse("accounts:lien_remplacer", args=[grant.pk])
                    if grant and status == REVOQUE
                    else "",
                }
            )
        return told

    def typed_url(self, row: Evaluateur) -> str:
        """Where what this reader said in a meeting is typed, for who may."""
        row.grille.appel = self.appel
        if not row.by_link or permissions.is_adaptable(self.appel):
            return ""
        if self.closed:
            return ""
        if row.entretien_le is not None:
            return self.address("lecteur_saisie", row.pk)
        begun = row.enregistre_at or row.conflit is not None
        return "" if begun else self.address("lecteur_entretien", row.pk)


# --- The grid -------------------------------------------------------------------------------------------------------


class Commencer(AppelView):
    """Begin the grid, to adapt it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, appel_pk: int) -> HttpResponse:
        grilles.start(self.appel, actor=self.actor)
        messages.success(request, "La grille est celle du réseau : adaptez-la jusqu’à l’ouverture des propositions.")
        return redirect(self.address("lecture"))


class _Adapting:
    anchor = "t-grille"

    def refusal(self, obj: Any) -> str:
        return permissions.why_not_adapt(self.appel, self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "individuelle": self.ingenierie.is_individuelle}


class CritereAjouter(_Adapting, AppelCreate):
    """One criterion more."""

    form_class = CritereForm
    page_title = "Ajouter un critère"
    success_message = "Le critère est ajouté."

    def save(self, form: CritereForm) -> Critere:
        grille = grilles.start(self.appel, actor=self.actor)
        grille.appel = self.appel
        return grilles.add_critere(grille, form.values(), actor=self.actor)


class CritereModifier(_Adapting, AppelEdit):
    """Rename a criterion, weigh it."""

    form_class = CritereEditForm
    page_title = "Modifier un critère"
    success_message = "Le critère est modifié."

    def get_object(self) -> Critere:
        found = get_object_or_404(
            Critere.objects.select_related("grille"), grille__appel=self.appel, pk=self.kwargs["critere_pk"]
        )
        found.grille.appel = self.appel
        return found

    def save(self, form: CritereEditForm, expected_version: int) -> Critere:
        return grilles.update_critere(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class CritereRetirer(AppelView):
    """Take a criterion out."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, appel_pk: int, critere_pk: int) -> HttpResponse:
        found = Critere.objects.select_related("grille").filter(grille__appel=self.appel)
        critere = get_object_or_404(found, pk=critere_pk)
        critere.grille.appel = self.appel
        grilles.remove_critere(critere, actor=self.actor)
        messages.success(request, f"« {critere} » n’est plus dans la grille.")
        return redirect(self.address("lecture") + "#t-grille")


# --- Who reads ------------------------------------------------------------------------------------------------------


class LecteurAjouter(AppelCreate):
    """Somebody reads: a person of the DLA, a structure, a member of the comité de pilotage."""

    anchor = "t-lecteurs"
    TITLES = {
        Qualite.DLA: "Ajouter une personne qui lit",
        Qualite.STRUCTURE: "Faire lire une structure",
        Qualite.COPIL: "Faire lire un membre du comité de pilotage",
    }

    def get_object(self) -> Any:
        if self.kwargs["qualite"] not in Qualite.values:
            raise Http404
        self.qualite = Qualite(self.kwargs["qualite"])
        self.form_class = LECTEUR_FORMS[self.qualite]
        return self.appel

    def refusal(self, obj: Any) -> str:
        return permissions.why_not_manage(self.appel, self.actor)

    def get_page_title(self) -> str:
        return self.TITLES[self.qualite]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "appel": self.appel}

    def save(self, form: Any) -> Evaluateur:
        if self.qualite == Qualite.DLA:
            return lecteurs.add_dla(self.appel, form.cleaned_data["user"], actor=self.actor)
        return lecteurs.add_by_link(self.appel, self.qualite, form.cleaned_data, actor=self.actor)

    def get_success_message(self) -> str:
        if not self.created.by_link:
            return f"{self.created.user} lit les propositions."
        if not self.created.email:
            return (
                f"{self.created.organisme} lit les propositions : saisissez ce qu’elle en dit après l’avoir rencontrée."
            )
        when = "son lien est parti" if permissions.is_opened(self.appel) else "son lien partira à l’ouverture"
        return f"{self.created.organisme} lit les propositions : {when}."


class LecteurMoi(AppelView):
    """I read the propositions myself."""

    http_method_names = ["post"]

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int, appel_pk: int) -> HttpResponse:
        if permissions.evaluator_of(self.actor, self.appel) is None:
            lecteurs.add_dla(self.appel, self.actor.user, actor=self.actor)
        return redirect(self.address("ma_lecture" if permissions.is_opened(self.appel) else "lecture"))


class LecteurRetirer(AppelView):
    """Somebody does not read after all."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, appel_pk: int, evaluateur_pk: int) -> HttpResponse:
        found = Evaluateur.objects.select_related("grille", "user").filter(grille__appel=self.appel)
        row = get_object_or_404(found, pk=evaluateur_pk)
        row.grille.appel = self.appel
        lecteurs.remove_evaluateur(row, actor=self.actor)
        messages.success(request, f"{row.organisme} ne lit plus les propositions.")
        return redirect(self.address("lecture") + "#t-lecteurs")


class LiensEnvoyer(AppelView):
    """The links of all those who read by one leave."""

    http_method_names = ["post"]

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int, appel_pk: int) -> HttpResponse:
        count = lecteurs.send_links(self.appel, actor=self.actor)
        said = plural(count, "lien est parti", "liens sont partis") if count else "Tous les liens étaient déjà partis"
        messages.success(request, f"{said}.")
        return redirect(self.address("lecture") + "#t-lecteurs")


# --- The comparison -------------------------------------------------------------------------------------------------


class Comparaison(AppelView):
    """Propositions as columns; at 360 px one at a time (``?proposition=2``)."""

    opened = True

    def get(self, request: HttpRequest, pk: int, appel_pk: int) -> HttpResponse:
        rows = list(Evaluateur.objects.filter(grille__appel=self.appel).select_related("user"))
        if self.appel.state != "attribue":
            told = [(row.user_id, row.enregistre_at) for row in rows]
            why_not = permissions.why_not_compare_among(self.actor.user_id, told)
            if why_not:
                raise NotAllowed(why_not)
        mine = next((row for row in rows if row.user_id is not None and row.user_id == self.actor.user_id), None)
        grid = build(self.appel, evaluateurs=rows, mine=mine)
        numbers = [column["numero"] for column in grid["colonnes"]]
        wanted = whole_number(request.GET.get("proposition", ""))
        shown = wanted if wanted in numbers else (numbers or [1])[0]
        return self.page(
            "consultations/lecture/comparaison.html",
            {
                "appel": self.appel,
                "grid": grid,
                "shown": shown,
                "can_ask": not permissions.why_not_manage(self.appel, self.actor) and permissions.is_opened(self.appel),
                "document": COMPARAISON,
                "suites": [
                    suite
                    for read in SUITES_EQUIPE
                    for suite in read(self.appel, self.actor)
                    if suite.url not in ("", self.address("lecture"), self.address("ouverture"))
                ],
            },
        )


class PrecisionDemander(AppelCreate):
    """Ask a candidate, in writing, to make its proposition clear."""

    opened = True
    form_class = PrecisionForm
    submit_label = "Envoyer la demande"
    success_message = "La demande est partie ; la réponse s’affichera à côté de ce qu’elle précise."

    def get_object(self) -> Any:
        self.target = self.candidat(self.kwargs["invitation_pk"])
        return self.appel

    def refusal(self, obj: Any) -> str:
        return permissions.why_not_manage(self.appel, self.actor) or permissions.why_closed(self.appel)

    def get_page_title(self) -> str:
        return f"Demander une précision à {self.target.nom}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "ingenierie": self.ingenierie}

    def get_initial(self) -> dict[str, Any]:
        return {"famille": self.request.GET.get("famille", "")[:16]}

    def save(self, form: PrecisionForm) -> Precision:
        return precisions.ask(self.target.invitation, form.values(), actor=self.actor)

    def get_success_url(self) -> str:
        return self.address("lecture") + "#t-precisions"
