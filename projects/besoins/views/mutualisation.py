"""Pooling of needs between DLA: the list, proposing, answering, opening."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core import clock, listing
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed
from core.formats import format_date, format_datetime, format_number, plural
from core.lifecycle import available_actions
from core.text import whole_number
from core.views.editing import CreateView
from core.views.once import sent_once
from projects.besoins import radar
from projects.besoins.forms import MutualisationForm, OuvrirForm, ReponseForm
from projects.besoins.models import Mutualisation
from projects.besoins.permissions import can_read_needs, why_not_answer_pool, why_not_decide_pool, why_not_pool
from projects.besoins.services import mutualisation as pooling
from projects.besoins.views.radar import need_rows, told
from projects.enums import EtatMutualisation, ReponseDLA
from projects.ingenierie.permissions import can_view
from referentiels import lists
from referentiels.models import Secteur, TypePrestation

TONES = {
    ReponseDLA.EN_ATTENTE: "neutral",
    ReponseDLA.ACCEPTE: "ok",
    ReponseDLA.REJOINT: "ok",
    ReponseDLA.DECLINE: "bad",
}


def _load(request: HttpRequest, pk: int) -> Mutualisation:
    found = (
        Mutualisation.objects.visible_to(request.actor)
        .select_related("organisation", "theme", "secteur", "ingenierie")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The proposals of the région, newest first."""
    actor = request.actor
    if not can_read_needs(actor):
        raise NotAllowed("Les mutualisations se lisent dans un DLA, un C2RA ou à l’AVISE.")
    page = listing.paginate(
        Mutualisation.objects.visible_to(actor)
        .select_related("organisation", "theme", "secteur")
        .prefetch_related("reponses")
        .order_by("-created_at", "-pk"),
        request,
    )
    rows = []
    for m in page.object_list:
        answers = list(m.reponses.all())
        mine = next((r for r in answers if r.organisation_id == actor.organisation_id), None)
        rows.append(
            {
                "pk": m.pk,
                "titre": m.titre,
                "c2ra": m.organisation.name,
                "about": " · ".join(filter(None, [str(m.theme), str(m.secteur) if m.secteur_id else ""])),
                "state": m.get_state_display(),
                "tag": m.state_tag,
                "avant": format_date(m.reponse_avant),
                "accords": f"{sum(r.takes_part for r in answers)} sur {m.seuil}",
                "mine": mine.get_reponse_display() if mine else "",
                "mine_tone": TONES[mine.reponse] if mine else "",
            }
        )
    return render(
        request,
        "projects/besoins/mutualisations.html",
        {
            "rows": rows,
            "page": page,
            "counter": page.paginator.counter("proposition"),
            "is_dla": actor.organisation.is_dla,
            "pools": why_not_pool(actor) is None,
        },
    )


class Nouvelle(CreateView):
    """The C2RA proposes to the DLA whose structures have the need."""

    form_class = MutualisationForm
    template_name = "projects/besoins/mutualisation_nouvelle.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = why_not_pool(request.actor)
        if refusal:
            raise NotAllowed(refusal)
        self.question = radar.asked(request.GET, request.actor)
        self.theme = lists.by_code(TypePrestation).get(self.question.theme)
        self.secteur = lists.by_code(Secteur).get(self.question.secteur)
        self.chosen = {n for value in request.POST.getlist("dla") if (n := whole_number(value))}
        if self.theme is None:
            messages.info(request, "Choisissez d’abord un besoin dans le radar : une case dit un thème et un secteur.")
            return redirect("besoins:radar")
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        titre = " : ".join(told(self.question)[: 2 if self.secteur else 1])
        return {"titre": titre, "reponse_avant": pooling.next_date()}

    def save(self, form: MutualisationForm) -> Mutualisation:
        values = form.values() | {"theme": self.theme, "secteur": self.secteur}
        return pooling.propose(values, self.chosen, actor=self.actor)

    def get_success_message(self) -> str:
        return f"La proposition part vers {plural(len(self.chosen), 'DLA', 'DLA')}."

    def get_success_url(self) -> str:
        return reverse("besoins:mutualisation", args=[self.created.pk])

    def get_cancel_url(self) -> str:
        return reverse("besoins:radar")

    def get_context(self, **context: Any) -> dict[str, Any]:
        about = radar.Question(periode="tout", theme=self.question.theme, secteur=self.question.secteur)
        return super().get_context(
            theme=str(self.theme),
            secteur=str(self.secteur or ""),
            dlas=[
                {
                    "pk": row["organisation"].pk,
                    "name": row["organisation"].name,
                    "structures": plural(row["count"].structures, "structure"),
                    "etp": format_number(row["count"].etp),
                    "checked": self.request.method != "POST" or row["organisation"].pk in self.chosen,
                }
                for row in radar.concerned(about, self.actor)
            ],
            **context,
        )


def _show(request: HttpRequest, found: Mutualisation, *, status: int = 200, **context: Any) -> HttpResponse:
    actor = request.actor
    answers = list(found.reponses.select_related("organisation").prefetch_related("structures"))
    mine = next((r for r in answers if r.organisation_id == actor.organisation_id), None)
    not_told = pooling.not_told(answers)
    may_answer = why_not_answer_pool(actor, found) is None
    form, own = context.pop("form", None), []
    if may_answer:
        labels = dict(ReponseDLA.choices)
        if form is None:
            form = reponse_form(mine)
        rows = pooling.own_structures(found, actor.organisation)
        needs = radar.needs_of(rows, pooling.question_of(found), actor)
        brought = context.pop("ticked", None)
        if brought is None:
            brought = {s.pk for s in mine.structures.all()} if mine and mine.takes_part else {s.pk for s in rows}
        own = [
            {
                "pk": s.pk,
                "name": str(s),
                "place": s.commune,
                "checked": s.pk in brought,
                "needs": need_rows(needs[s.pk]),
            }
            for s in rows
        ]
        context["present"] = labels[mine.reponse] if mine and mine.repondu_le else ""
    actions = {a.action.name: a for a in available_actions(found, actor)} if actor.organisation.is_c2ra else {}
    context = {
        "m": found,
        "etat": found.get_state_display(),
        "tag": found.state_tag,
        "avant": format_date(found.reponse_avant),
        "late": found.state == EtatMutualisation.PROPOSEE and found.reponse_avant < clock.today(),
        "le": format_datetime(found.created_at),
        "answers": [
            {
                "dla": r.organisation.name,
                "not_sent": r.pk in not_told,
                "reponse": r.get_reponse_display(),
                "tone": TONES[r.reponse],
                "structures": len(r.structures.all()),
                "commentaire": r.commentaire,
                "quand": f"{r.repondu_par}, {format_datetime(r.repondu_le)}" if r.repondu_le else "",
            }
            for r in answers
        ],
        "accords": sum(r.takes_part for r in answers),
        "form": form,
        "own": own,
        "may_answer": may_answer,
        "sollicite": mine is not None and mine.sollicite,
        "resends": bool(not_told) and why_not_decide_pool(actor, found) is None,
        "ouvrir": actions.get("ouvrir"),
        "abandonner": actions.get("abandonner"),
        "ouvrir_form": OuvrirForm(initial={"titre": found.titre}),
        "readable": found.ingenierie_id is not None and can_view(actor, found.ingenierie),
        "reason": "",
        "error": None,
        "conflict": None,
        "present": "",
        **context,
    }
    return render(request, "projects/besoins/mutualisation.html", context, status=status)


def reponse_form(mine: Any, data: Any = None) -> ReponseForm:
    """The form of the answer of a DLA, with what it answered before."""
    labels = {**dict(ReponseDLA.choices), ReponseDLA.ACCEPTE: "Nous acceptons", ReponseDLA.DECLINE: "Nous déclinons"}
    labels[ReponseDLA.REJOINT] = "Nous rejoignons"
    choices = [(code, labels[code]) for code in pooling.possible_answers(mine)]
    if data is not None:
        return ReponseForm(data, choices=choices)
    initial = {"version": mine.version if mine else 0}
    if mine is not None and mine.repondu_le:
        initial |= {"reponse": mine.reponse, "commentaire": mine.commentaire}
    return ReponseForm(initial=initial, choices=choices)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal: why, who answers what; one's own answer, or the C2RA's decision."""
    return _show(request, _load(request, pk))


@require_POST
@sent_once
def repondre(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer of a DLA."""
    found, actor = _load(request, pk), request.actor
    refusal = why_not_answer_pool(actor, found)
    if refusal:
        raise NotAllowed(refusal)
    mine = found.reponses.filter(organisation=actor.organisation_id).first()
    form = reponse_form(mine, request.POST)
    numbers = [whole_number(value) for value in request.POST.getlist("structure")]
    if None in numbers:
        raise Http404
    if form.is_valid():
        data = form.cleaned_data
        try:
            pooling.answer(
                found,
                data["reponse"],
                actor=actor,
                commentaire=data["commentaire"],
                structures=numbers,
                expected_version=data["version"] if mine else None,
            )
        except InvalidInput as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Votre réponse est enregistrée ; le C2RA la voit.")
            return redirect("besoins:mutualisation", pk)
    return _show(request, found, status=422, form=form, ticked=set(numbers))


@require_POST
@sent_once
def ouvrir(request: HttpRequest, pk: int) -> HttpResponse:
    """The C2RA opens the ingénierie with the DLA that take part."""
    found = _load(request, pk)
    form = OuvrirForm(request.POST)
    if not form.is_valid():
        return _show(request, found, status=422, ouvrir_form=form)
    try:
        opened = pooling.open_pooled(
            found,
            actor=request.actor,
            titre=form.cleaned_data["titre"],
            expected_state=request.POST.get("expected_state", ""),
            version=whole_number(request.POST.get("version", "")) or 0,
        )
    except (InvalidInput, ConditionsNotMet) as error:
        return _show(request, found, status=error.status, error=error, ouvrir_form=form)
    messages.success(request, "L’ingénierie est ouverte avec les DLA qui ont accepté ; leurs structures y sont.")
    return redirect("projects:detail", opened.pk)


@require_POST
@sent_once
def renvoyer(request: HttpRequest, pk: int) -> HttpResponse:
    """Send again what did not leave."""
    again = pooling.tell_again(_load(request, pk), actor=request.actor)
    messages.success(request, f"{plural(again, 'courrier renvoyé', 'courriers renvoyés')}.")
    return redirect("besoins:mutualisation", pk)


@require_POST
def abandonner(request: HttpRequest, pk: int) -> HttpResponse:
    """The C2RA gives the proposal up, with a reason."""
    found = _load(request, pk)
    reason = request.POST.get("reason", "")
    try:
        pooling.give_up(
            found,
            actor=request.actor,
            reason=reason,
            expected_state=request.POST.get("expected_state", ""),
            version=whole_number(request.POST.get("version", "")) or 0,
        )
    except InvalidInput as error:
        return _show(request, found, status=error.status, error=error, reason=reason)
    messages.success(request, "La proposition est close ; le motif se lit ici.")
    return redirect("besoins:mutualisation", pk)
