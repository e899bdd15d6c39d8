"""The settings of a committee: how many avis, how long, who sits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST

from capitalisation.comite import forms, personnes
from capitalisation.comite.models import ComiteEditorial, MembreComite
from capitalisation.comite.permissions import decides, region_of, why_not_manage
from capitalisation.comite.services import comites
from core.actor import Actor
from core.formats import format_date, plural
from core.text import whole_number
from core.views.actions import posted_version
from core.views.editing import CreateView, VersionedUpdateView


def own_committee(actor: Actor) -> ComiteEditorial:
    """The committee of the organisation of ``actor``, not begun perhaps; ``Http404`` for who has none."""
    own, region = region_of(actor)
    if not own:
        raise Http404
    return comites.comite_of(region) or ComiteEditorial(region=region)


class _Own:
    """Of one's own committee; one who only reads in her organisation sees it, and changes nothing."""

    actor: Actor

    def get_object(self) -> Any:
        return own_committee(self.actor)

    def refusal(self, obj: Any) -> str:
        return why_not_manage(self.actor, obj)

    def get_success_url(self) -> str:
        return reverse("bibliotheque:comite_reglages")


class Reglages(_Own, VersionedUpdateView):
    """The settings, and the members."""

    form_class = forms.ReglagesForm
    template_name = "capitalisation/comite/reglages.html"
    page_title = "Réglages du comité éditorial"
    success_message = "Les réglages sont enregistrés."

    def refusal(self, obj: Any) -> str:
        return super().refusal(obj) if self.request.method == "POST" else ""

    def save(self, form: forms.ReglagesForm, expected_version: int) -> ComiteEditorial:
        comite = comites.ensure_comite(self.object.region_id, actor=self.actor)
        return comites.update_reglages(comite, form.values(), actor=self.actor, expected_version=expected_version)

    def get_context(self, **context: Any) -> dict[str, Any]:
        comite = self.object
        rows = list(comite.membres.select_related("user")) if comite.pk else []
        actifs = [row for row in rows if row.parti_le is None]
        places = personnes.belongings(personnes.User.objects.filter(pk__in=[r.user_id for r in rows if r.user_id]))
        return super().get_context(
            comite=comite,
            manages=not why_not_manage(self.actor, comite),
            membres=[_line(row, places) for row in actifs],
            partis=[_line(row, places) for row in rows if row.parti_le is not None],
            seule=personnes.d_une_seule_organisation(comite) if comite.pk else "",
            manque=_manque(comite, len(actifs)),
            **context,
        )


def _manque(comite: ComiteEditorial, count: int) -> str:
    if count >= comite.quorum:
        return ""
    return (
        f"Le comité a {plural(count, 'membre')} pour {comite.quorum} avis : aucune ressource ne peut être publiée tant "
        "qu’il n’est pas complété, ou que moins d’avis ne sont pas demandés."
    )


def _line(row: MembreComite, places: dict[int, str]) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "version": row.version,
        "nom": row.nom or "nom effacé",
        "efface": not row.nom,
        "email": row.email if row.par_lien and row.nom else "",
        "qualite": row.qualite,
        "par_lien": row.par_lien,
        "ou": places.get(row.user_id, "") if row.user_id else "",
        "depuis": format_date(row.depuis),
        "parti": format_date(row.parti_le) if row.parti_le else "",
    }


class MembreAjouter(_Own, CreateView):
    """Somebody of the network, looked for by name; or somebody else, by name and address."""

    template_name = "capitalisation/comite/membre_ajouter.html"
    page_title = "Ajouter un membre"
    success_message = "Ce membre siège désormais : ce qui est à l’examen lui est demandé."

    def personne(self) -> Any:
        """The account chosen in the address, of the network; ``None`` when none is. ``Http404`` for another."""
        raw = self.request.GET.get("personne")
        if raw is None:
            return None
        wanted = whole_number(raw)
        if wanted is None:
            raise Http404
        return get_object_or_404(personnes.du_reseau(self.object), pk=wanted)

    @property
    def form_class(self) -> type:
        return forms.MembreLienForm if self.request.GET.get("personne") is None else forms.MembreCompteForm

    def get_context(self, **context: Any) -> dict[str, Any]:
        chosen = self.personne()
        query = self.request.GET.get("q", "")[:100]
        found = personnes.chercher(self.object, query) if chosen is None else []
        return super().get_context(
            personne=str(chosen) if chosen else "",
            ou=personnes.belongings(personnes.User.objects.filter(pk=chosen.pk)).get(chosen.pk, "") if chosen else "",
            recherche=forms.RechercheForm(initial={"q": query}),
            cherche=query.strip(),
            trouvees=found[: personnes.MONTREES],
            plus=len(found) > personnes.MONTREES,
            **context,
        )

    def save(self, form: Any) -> MembreComite:
        chosen = self.personne()
        comite = comites.ensure_comite(self.object.region_id, actor=self.actor)
        values = form.values() if chosen is None else {"user": chosen, "qualite": form.cleaned_data["qualite"]}
        return comites.add_membre(comite, values, actor=self.actor)


class _OfMembre(_Own):
    """One member, of one's own committee."""

    def find(self) -> MembreComite:
        rows = MembreComite.objects.select_related("comite__region")
        found = get_object_or_404(rows, pk=self.kwargs["membre"])
        if not decides(self.actor, found.comite):
            raise Http404
        return found


class MembreModifier(_OfMembre, VersionedUpdateView):
    """As what she sits; her name and address, when she has no account."""

    form_class = forms.MembreEditForm
    success_message = "C’est enregistré."

    def get_object(self) -> MembreComite:
        return self.find()

    def refusal(self, obj: MembreComite) -> str:
        if refused := why_not_manage(self.actor, obj.comite):
            return refused
        return "" if obj.parti_le is None else "Cette personne ne siège plus : ajoutez-la de nouveau s’il le faut."

    def get_page_title(self) -> str:
        return f"Membre du comité : {self.object.nom}"

    def save(self, form: forms.MembreEditForm, expected_version: int) -> MembreComite:
        return comites.update_membre(self.object, form.values(), actor=self.actor, expected_version=expected_version)


@method_decorator(require_POST, name="dispatch")
class MembreDepart(_OfMembre, View):
    """She sits no more."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.actor = request.actor
        found = self.find()
        comites.leave(found, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"{found.nom} ne siège plus ; ses avis restent, sous sa qualité.")
        return redirect(self.get_success_url())


@method_decorator(require_POST, name="dispatch")
class MembreEffacer(_OfMembre, View):
    """The name and the address of who left are erased."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.actor = request.actor
        found = self.find()
        comites.forget(found, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "Le nom est effacé ; les avis restent, sous la qualité.")
        return redirect(self.get_success_url())
