"""What every page of an ingénierie shares: loading it for the actor, its header, the stepper that opens its rooms."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View

from core.actor import Actor
from core.errors import NotAllowed
from core.formats import plural
from core.menu import MENU
from projects import facts, tabs
from projects.cycle import gates
from projects.enums import OPEN_STATES, STEPS, Etat
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.people import carrier_left
from projects.methodologie import methodology


def load(actor: Actor, pk: int, *related: str) -> Ingenierie:
    """The ingénierie ``pk`` if ``actor`` may read it whole, with what its header shows and what is ``related`` to it;
    else ``Http404``."""
    shown = ("pilote", "referent", "charge_mission", *related)
    return get_object_or_404(Ingenierie.objects.visible_to(actor).select_related(*shown), pk=pk)


def ensure_has(ingenierie: Ingenierie, tab: str) -> None:
    """Raise ``Http404`` when this tab means nothing for the ingénierie (groups, for a single structure)."""
    if tabs.means_nothing(tab, ingenierie):
        raise Http404


def stepper(
    ingenierie: Ingenierie, rooms: Iterable[dict[str, Any]], current_tab: str, blocking: int
) -> list[dict[str, Any]]:
    """The four steps: where the ingénierie stands, the ``rooms`` each opens (:func:`header_context`), its gate.

    The gate of the step reached is a link with what is missing (``blocking`` conditions); those passed and to come
    are words. One step is open: that of the room one is in, else the step reached.
    """
    reached = ingenierie.state if ingenierie.state in STEPS else (ingenierie.left_state or Etat.FINALISER)
    position = list(STEPS).index(reached) if reached in STEPS else 3
    rooms = list(rooms)
    inside = next((room["step"] for room in rooms if room["current"] and room["step"]), STEPS[position])
    answer = []
    for index, step in enumerate(STEPS):
        if ingenierie.state == Etat.CLOTURE or index < position:
            status = "done"
        elif index == position and ingenierie.state in OPEN_STATES:
            status = "here"
        else:
            status = "todo"
        passed = "faite" if step == Etat.FINALISER else "franchi"
        gate = {
            "code": "etape",
            "label": "Clôture" if step == Etat.FINALISER else "Passage d’étape",
            "url": "",
            "badge": passed if status == "done" else "à venir",
            "current": False,
        }
        if index == position:
            gate["url"] = reverse("projects:etape", args=[ingenierie.pk])
            gate["current"] = current_tab == "etape"
            gate["badge"] = ""
            if status == "here":
                gate["badge"] = plural(blocking, "manque", "manquent") if blocking else "prêt"
        shown = [room for room in rooms if room["step"] == step]
        answer.append(
            {
                "code": step.value,
                "label": step.label,
                "status": status,
                "open": step == inside,
                "rooms": shown,
                "gate": gate,
                "reached": index == position,
                "here": next((entry["label"] for entry in (*shown, gate) if entry["current"]), ""),
            }
        )
    return answer


def next_hint(ingenierie: Ingenierie) -> str:
    """What comes next, in the words of its cycle."""
    if ingenierie.is_individuelle and ingenierie.is_open:
        return methodology.get(ingenierie.methodologie_id).step(ingenierie.state).help
    return ingenierie.lifecycle.next_hint[ingenierie.state]


def header_context(
    ingenierie: Ingenierie, actor: Actor, current_tab: str, *, also: Iterable[Any] = ()
) -> dict[str, Any]:
    """Header, gate summary, stepper with its rooms, and what crosses the steps, prepared in Python.

    ``also``: providers whose facts the page needs too ; they come under ``facts``.
    """
    definitions = gates.definitions_of(ingenierie)
    shown = {code: (tab, label) for code, tab in tabs.TABS.items() if (label := tab.label_for(ingenierie.cycle))}
    # Tabs and gate answer from one query.
    asked = [*(tab for tab, _ in shown.values()), *gates.providers_of(definitions), *also]
    values = facts.fetch([ingenierie.pk], asked)[ingenierie.pk]
    conditions = gates.evaluate([ingenierie], {ingenierie.pk: values})[ingenierie.pk]
    badges = SimpleNamespace(**values)
    contributes = permissions.why_not_contribute(actor, ingenierie)
    blocking = sum(1 for c in conditions if c.blocks)
    menu = {entry.label for entry in MENU}
    rooms = [
        {
            "code": code,
            "label": label,
            # The menu has an entry of that name: the link of the room says more.
            "in_menu": label in menu,
            "url": reverse(tab.route, args=[ingenierie.pk]),
            "badge": tab.badge(badges) if tab.badge and label == tab.label else "",
            "current": code == current_tab,
            "step": tab.step,
        }
        for code, (tab, label) in shown.items()
    ]
    steps = stepper(ingenierie, rooms, current_tab, blocking)
    across = [room for room in rooms if room["step"] is None]
    return {
        "ingenierie": ingenierie,
        "carrier_left": carrier_left(ingenierie),
        "facts": values,
        "steps": steps,
        "gate": next(step["gate"] for step in steps if step["reached"]),
        "across": across,
        "across_here": next((room["label"] for room in across if room["current"]), ""),
        "state_label": Etat(ingenierie.state).label,
        "conditions": conditions,
        "missing": blocking,
        "missing_text": plural(blocking, "condition") if blocking else "",
        "next_hint": next_hint(ingenierie),
        "can_contribute": ingenierie.is_open and contributes is None,
        "can_pilot": permissions.can_pilot(actor, ingenierie),
        "why_read_only": contributes or "",
        "tabs": rooms,
        "side_pages": [
            {"label": page.label, "icon": page.icon, "url": reverse(page.route, args=[ingenierie.pk])}
            for page in tabs.side_pages(current_tab, ingenierie)
        ],
    }


class IngenierieMixin:
    """For class views of one ingénierie: sets ``self.actor`` and ``self.ingenierie`` (404 when not visible).

    ``tab`` is the code of the current tab, ``related`` what is read along with the ingénierie. On POST (or when
    ``writes`` is true) the actor must contribute and the ingénierie be open, else a 403 page says who can. Use
    :meth:`page` to answer with the header in the context.
    """

    tab = ""
    related: tuple[str, ...] = ()
    writes = False
    request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor: Actor = request.actor
        self.ingenierie = load(self.actor, kwargs["pk"], *self.related)
        ensure_has(self.ingenierie, self.tab)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.writes or request.method == "POST":
            self.check_writes()
        return super().dispatch(request, *args, **kwargs)

    def check_writes(self) -> None:
        """Raise ``NotAllowed`` unless the actor may write here now."""
        refusal = permissions.why_not_contribute(self.actor, self.ingenierie)
        if refusal:
            raise NotAllowed(refusal)
        if not self.ingenierie.is_open:
            raise NotAllowed("L’ingénierie est terminée : rouvrez-la pour la modifier.")

    def header(self) -> dict[str, Any]:
        return header_context(self.ingenierie, self.actor, self.tab)

    def page(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        return render(self.request, template, {**self.header(), **(context or {})}, status=status)

    def back(self, route: str, **kwargs: Any) -> HttpResponse:
        return redirect(reverse(route, args=[self.ingenierie.pk]))


class IngenierieView(IngenierieMixin, View):
    """Base of the pages of one ingénierie."""
