"""The retained project, written together: the same pages for the team (in the dossier) and for the prestataire."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import all_valid
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View

from accounts.models import Grant
from accounts.services.links import EXPIRE, OUVERT, status_of
from accounts.services.sent_links import not_sent
from consultations.choix import projet
from consultations.choix.avis import LIEN
from consultations.choix.documents import DOCUMENT_PROJET
from consultations.choix.forms import CommentaireForm, MotForm
from consultations.choix.models import AvisProjet, ChoixPrestataire, Commentaire, VersionProjet
from consultations.consultes.presenters import TAB
from consultations.propositions.contenu import BY_CODE, LISTES, derive_prix, garde, lus
from consultations.propositions.forms import champs_form
from core.errors import InvalidInput, NotAllowed, StaleState
from core.formats import format_date, format_datetime
from core.text import whole_number
from core.views.once import sent_once
from partners.portfolio.prestataire.models import Membre
from projects.dossier.views.base import IngenierieMixin, IngenierieView

_BLANKS = 1


class _Projet:
    """What both sides share. Each gives ``template``, ``choix``, ``actor``, ``render(context, status)`` and
    ``address(name, *args)``."""

    choix: ChoixPrestataire


class ProjetMixin(_Projet):
    """The last version, what was said of it, what differs between versions, what the structures say."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(CommentaireForm(rubriques=projet.rubriques(self.choix)))

    def show(self, form: CommentaireForm, *, status: int = 200) -> HttpResponse:
        choix, several = self.choix, projet.collective(self.choix)
        versions = list(VersionProjet.objects.filter(choix=choix))
        last = versions[-1] if versions else None
        shown = self._asked("version", versions) or last
        before, after = self._asked("de", versions), self._asked("a", versions)
        refusal = projet.why_not_write(choix, self.actor)
        comments: dict[str, list[Any]] = {}
        if shown is not None:
            rows = Commentaire.objects.filter(version_projet__choix=choix).select_related("version_projet")
            for row in rows:
                comments.setdefault(row.rubrique, []).append(
                    {"de": row.de, "cote": row.get_cote_display(), "texte": row.texte, "at": format_datetime(row.at),
                     "numero": row.version_projet.numero}
                )  # fmt: skip
        return self.render(
            {
                "choix": choix,
                "versions": [
                    {"numero": v.numero, "par": v.par, "le": format_datetime(v.le), "mot": v.mot} for v in versions
                ],
                "shown": shown,
                "is_last": shown is not None and shown is last,
                "valide": choix.projet_id is not None and shown is not None and choix.projet_id == shown.pk,
                "valide_at": format_datetime(choix.projet_valide_at),
                "parties": [
                    {
                        "partie": p,
                        "comments": comments.get(p.code, []),
                        "url": self.address("projet_section", p.code),
                    }
                    for p in projet.parties_de(shown, several=several)
                ],
                "differences": projet.differences(before, after, several=several) if after else [],
                "before": before,
                "after": after,
                "avis": self.avis(last),
                "can_write": not refusal,
                "why_not": refusal,
                "can_ask": not projet.why_not_ask(choix, self.actor) and last is not None,
                "form": form,
                "document": DOCUMENT_PROJET,
                "base_url": self.address(),
                "comment_url": self.address("projet_commenter"),
            },
            status=status,
        )

    def _asked(self, name: str, versions: list[VersionProjet]) -> VersionProjet | None:
        wanted = whole_number(self.request.GET.get(name, ""))
        return next((v for v in versions if v.numero == wanted), None)

    def avis(self, last: VersionProjet | None) -> list[dict[str, Any]]:
        """What each structure that was asked said, and of which version."""
        rows = list(
            AvisProjet.objects.filter(choix=self.choix).select_related("structure_ciblee__structure", "version_projet")
        )
        label = AvisProjet._meta.label_lower
        sent = {
            grant.object_id: grant
            for grant in Grant.objects.filter(
                purpose=LIEN, object_type=label, object_id__in=[r.pk for r in rows], revoked_at=None
            )
        }
        failed = not_sent(list(sent.values()))
        return [
            {
                "qui": str(row.structure_ciblee) if row.structure_ciblee_id else "Les structures ensemble",
                "sens": row.get_sens_display(),
                "ok": row.sens == "valide",
                "version": row.version_projet.numero if row.version_projet else None,
                "old": bool(row.version_projet and last and row.version_projet_id != last.pk),
                "date": format_date(row.date),
                "mode": row.get_mode_display(),
                "commentaire": row.commentaire,
                **_link(sent.get(row.pk), failed),
            }
            for row in rows
        ]


def _link(grant: Grant | None, failed: set[int]) -> dict[str, Any]:
    """What a row tells of the link sent: when, whether its mail left, where to send it again while it waits."""
    if grant is None:
        return {"sent": "", "not_sent": False, "resend_url": "", "link_version": 0}
    waits = status_of(grant) in (OUVERT, EXPIRE)
    return {
        "sent": format_date(grant.sent_at),
        "not_sent": grant.pk in failed,
        "resend_url": reverse("accounts:lien_renvoyer", args=[grant.pk]) if waits else "",
        "link_version": grant.version,
    }


class CommenterMixin(ProjetMixin):
    """Say something of a section of the last version."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect(self.address())

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        last = projet.derniere(self.choix)
        if last is None:
            raise Http404
        last.choix = self.choix
        form = CommentaireForm(request.POST, rubriques=projet.rubriques(self.choix))
        if not form.is_valid():
            return self.show(form, status=422)
        data = form.cleaned_data
        projet.comment(last, data["rubrique"], data["texte"], actor=self.actor)
        messages.success(request, "Votre commentaire est enregistré.")
        return redirect(f"{self.address()}#s-{data['rubrique']}")


class SectionMixin(_Projet):
    """Write one section: saving makes a new version."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refusal = projet.why_not_write(self.choix, self.actor)
        if refusal:
            raise NotAllowed(refusal)
        self.section = BY_CODE.get(kwargs["code"])
        if self.section is None or (self.section.collective and not projet.collective(self.choix)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def forms(self, present: dict[str, Any], data: Any = None) -> list[Any]:
        """The forms of the section: its fields, or one form per row and an empty one."""
        section = self.section
        if not section.liste:
            initial = {**lus(present, section.champs), "version": 0}
            return [champs_form(section.champs)(data, initial=initial, prefix="champs")]
        fields = LISTES[section.liste]
        rows = present[section.liste]
        count = len(rows) + _BLANKS
        if data is not None:
            count = min(whole_number(data.get("lignes", "")) or 0, 60)
        return [
            champs_form(fields)(
                data,
                initial={**(lus(rows[n], fields) if n < len(rows) else {}), "version": 0},
                prefix=f"ligne{n}",
            )
            for n in range(count)
        ]

    def show(self, forms: list[Any], mot: MotForm, *, error: str = "", status: int = 200) -> HttpResponse:
        return self.render(
            {
                "choix": self.choix,
                "section": self.section,
                "forms": forms,
                "mot": mot,
                "count": len(forms),
                "liste": bool(self.section.liste),
                "error": error,
                "bad": [form for form in (*forms, mot) if form.errors],
                "back": self.address(),
            },
            status=status,
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        last = projet.derniere(self.choix)
        mot = MotForm(initial={"montree": last.numero if last else 0})
        return self.show(self.forms(projet.contenu_de(last)), mot)

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        present = projet.contenu_de(projet.derniere(self.choix))
        forms, mot = self.forms(present, request.POST), MotForm(request.POST)
        if not all_valid([*forms, mot]):
            return self.show(forms, mot, status=422)
        try:
            values = self.values(present, forms)
            version = projet.write_section(
                self.choix,
                self.section.code,
                values,
                actor=self.actor,
                expected=mot.cleaned_data["montree"],
                mot=mot.cleaned_data["mot"],
            )
        except (InvalidInput, ValueError) as error:
            return self.show(forms, mot, error=getattr(error, "sentence", str(error)), status=422)
        except StaleState as error:
            last = projet.derniere(self.choix)
            again = MotForm({**request.POST.dict(), "montree": str(last.numero if last else 0)})
            return self.show(forms, again, error=error.message, status=409)
        messages.success(request, f"C’est enregistré : version {version.numero} du projet.")
        return redirect(f"{self.address()}#s-{self.section.code}")

    def values(self, present: dict[str, Any], forms: list[Any]) -> dict[str, Any]:
        """What the section says now; a row left empty goes. Raises ``ValueError`` when prices do not agree."""
        section = self.section
        if section.liste:
            fields = LISTES[section.liste]
            rows = [{f: garde(f, form.cleaned_data.get(f)) for f in fields} for form in forms]
            return {section.liste: [row for row in rows if any(row.values())]}
        data = forms[0].cleaned_data
        values = {field: garde(field, data.get(field)) for field in section.champs}
        if section.code == "prix":
            values |= derive_prix({f: present.get(f, "") for f in section.champs}, values)
        return values


# --- The team -------------------------------------------------------------------------------------------------------


class TeamMixin(IngenierieMixin):
    """``self.choix``, one of this very ingénierie."""

    tab = TAB

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = ChoixPrestataire.objects.filter(ingenierie=self.ingenierie).select_related("prestataire", "projet")
        self.choix = get_object_or_404(found, pk=kwargs["choix_pk"])
        self.choix.ingenierie = self.ingenierie

    def render(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return self.page(self.template, {**context, "cadre": "projects/base_ingenierie.html"}, status=status)

    def address(self, name: str = "projet", *args: Any) -> str:
        return reverse(f"consultations:{name}", args=[self.ingenierie.pk, self.choix.pk, *args])


class ProjetEquipe(ProjetMixin, TeamMixin, IngenierieView):
    """The project, for the team."""

    template = "consultations/choix/projet.html"


class CommenterEquipe(CommenterMixin, TeamMixin, IngenierieView):
    """A comment of the DLA."""

    template = "consultations/choix/projet.html"


class SectionEquipe(SectionMixin, TeamMixin, IngenierieView):
    """A section written by the DLA."""

    template = "consultations/choix/projet_section.html"


# --- The prestataire ------------------------------------------------------------------------------------------------


class _Candidate(View):
    """The pages of the people of the retained prestataire; a 404 for anybody else."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor = request.actor
        own = Membre.objects.active().filter(user=self.actor.user_id).values("prestataire")
        found = ChoixPrestataire.objects.standing().filter(prestataire__in=own)
        found = found.select_related("ingenierie__pilote", "ingenierie__referent", "prestataire", "projet")
        self.choix = get_object_or_404(found, pk=kwargs["pk"])

    def render(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        context |= {"cadre": "consultations/choix/cadre_prestataire.html", "ingenierie": self.choix.ingenierie}
        return render(self.request, self.template, context, status=status)

    def address(self, name: str = "projet", *args: Any) -> str:
        short = {"projet": "projet", "projet_section": "section", "projet_commenter": "commenter"}[name]
        return reverse(f"projet:{short}", args=[self.choix.pk, *args])


class ProjetPrestataire(ProjetMixin, _Candidate):
    """The project, for the prestataire."""

    template = "consultations/choix/projet.html"


class CommenterPrestataire(CommenterMixin, _Candidate):
    """A comment of the prestataire."""

    template = "consultations/choix/projet.html"


class SectionPrestataire(SectionMixin, _Candidate):
    """A section written by the prestataire."""

    template = "consultations/choix/projet_section.html"
