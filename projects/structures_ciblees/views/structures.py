"""The « Structures » tab: the pipeline of targeted structures, from repérée to confirmée."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.annuaires.views import InscribesMixin
from accounts.entreprises import FromDirectoryMixin
from core import clock, journal, listing
from core.errors import DomainError, EditConflict, InvalidInput, NotAllowed
from core.exports import export_response
from core.formats import plural
from core.lifecycle import available_actions
from core.models import JournalEntry
from core.search import matching
from core.text import whole_number
from core.views.actions import posted_version
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit
from projects.enums import EtatMobilisation
from projects.ingenierie import mobilisation, permissions
from projects.structures_ciblees import presenters, services
from projects.structures_ciblees.echanges import Contact
from projects.structures_ciblees.forms import ContactForm, NouvelleStructureForm, StructureCibleeForm
from projects.structures_ciblees.models import StructureCiblee
from projects.structures_ciblees.perimetre import align, perimetre_of
from projects.structures_ciblees.registry import panels_of
from projects.structures_ciblees.services import beneficiaire
from referentiels import lists
from referentiels.models import Departement, Secteur
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.models import Structure
from structures.annuaire.totaux import totaux_of

PAGE = 50


class _Tab(IngenierieView):
    tab = "structures"
    #: A page to bring several structures together: not for an ingénierie individuelle.
    several = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.several and self.ingenierie.is_individuelle:
            raise Http404

    def ciblee(self, pk: int | None) -> StructureCiblee:
        """The targeted structure of this ingénierie, or 404."""
        found = self.ingenierie.structures_ciblees.filter(pk=pk).select_related("structure__organisation").first()
        if found is None:
            raise Http404
        found.ingenierie = self.ingenierie
        return found

    @property
    def may_write(self) -> bool:
        return self.ingenierie.is_open and permissions.can_contribute(self.actor, self.ingenierie)

    def act(self, ciblee: StructureCiblee) -> StructureCiblee:
        """Do the action posted, with the state and the version the page showed."""
        data = self.request.POST
        return services.act_on_structure(
            ciblee,
            data.get("action", ""),
            actor=self.actor,
            expected_state=data.get("expected_state", ""),
            version=whole_number(data.get("version", "")) or 0,
            reason=data.get("reason", ""),
            contact=self.contact(),
        )

    def contact(self) -> Contact:
        """When and by whom the exchange took place, as the page says; today and oneself when it does not."""
        form = ContactForm(self.request.POST)
        if not form.is_valid():
            raise InvalidInput(" ".join(message for found in form.errors.values() for message in found))
        return Contact(form.cleaned_data["le"], form.cleaned_data["par"])

    def contact_typed(self) -> dict[str, str]:
        """What the page proposes for the next exchange: what was typed, else today."""
        data = self.request.POST
        return {"le": data.get("le", "")[:10] or clock.today().isoformat(), "par": data.get("par", "")[:200]}

    def to_fiche(self, ciblee: StructureCiblee) -> HttpResponse:
        return redirect("projects:structure", self.ingenierie.pk, ciblee.pk)

    def to_list(self) -> HttpResponse:
        return redirect(reverse("projects:structures", args=[self.ingenierie.pk]))


class Structures(_Tab):
    """The table of the targeted structures; a button of a row posts here too."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.ingenierie.is_individuelle:
            found = beneficiaire(self.ingenierie)
            return redirect("projects:structure", pk, found.pk)
        if "export" in request.GET:
            queryset, _ = self.filtered()
            return export_response(
                f"structures-ingenierie-{pk}",
                presenters.EXPORT_HEADER,
                presenters.export_rows(queryset),
                request.GET["export"],
                totals=presenters.export_totals(queryset),
            )
        header = {} if listing.is_partial(request) else self.whole()
        return listing.render_list(
            request,
            "projects/structures_ciblees/structures.html",
            "projects/structures_ciblees/structures_resultats.html",
            {**header, **self.table()},
        )

    def whole(self) -> dict[str, Any]:
        """What the page has around the table."""
        return {**self.header(), "perimetre": perimetre_of(self.ingenierie)}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        # What was ticked stays ticked when a row is changed, or when something is refused.
        ticked = {number for value in request.POST.getlist("ciblees") if (number := whole_number(value))}
        together = "ensemble" in request.POST
        try:
            level, done = self.act_together() if together else self.act_on_one()
        except NotAllowed:
            raise
        except DomainError as error:
            return self.show(status=error.status, refusal=presenters.told(error), ticked=ticked)
        if listing.is_partial(request):
            self.ingenierie.refresh_from_db(fields=mobilisation.FIELDS)
            return self.show(done=done, done_level=level, ticked=set() if together else ticked)
        messages.add_message(request, getattr(messages, level.upper()), done)
        return redirect(request.get_full_path())

    def act_on_one(self) -> tuple[str, str]:
        """The button of a row: level and text of the message."""
        found = self.ciblee(whole_number(self.request.POST.get("ciblee", "")))
        return "success", f"« {found.structure} » : {self.act(found).get_state_display()}."

    def act_together(self) -> tuple[str, str]:
        """A button for the ticked ones: level and text of the message."""
        numbers = [whole_number(value) for value in self.request.POST.getlist("ciblees")]
        action = self.request.POST.get("action", "")
        if None in numbers:
            raise Http404
        try:
            result = services.act_on_structures(
                self.ingenierie, numbers, action, actor=self.actor, contact=self.contact()
            )
        except StructureCiblee.DoesNotExist:
            raise Http404 from None
        return "success" if result.done else "info", presenters.told_together(action, result)

    def filtered(self):
        """The targeted structures asked for, and the sort."""
        get = self.request.GET
        rows = matching(self.ingenierie.structures_ciblees, get.get("q", ""), field="structure__search_text")
        departement = lists.by_code(Departement).get(get.get("departement", ""))
        if departement is not None:
            rows = rows.filter(structure__departement=departement.pk)
        if get.get("etat") in EtatMobilisation.values:
            rows = rows.filter(state=get["etat"])
        if get.get("reponse") in presenters.REPONSES:
            rows = rows.filter(presenters.REPONSES[get["reponse"]][1])
        sort = listing.chosen_sort(self.request, presenters.SORTS, "nom")
        return rows.order_by(*presenters.SORTS[sort]), sort

    def table(self, **context: Any) -> dict[str, Any]:
        """The context of the table, its totals and the pipeline above it: four queries."""
        get = self.request.GET.get
        queryset, sort = self.filtered()
        page = listing.paginate(queryset.select_related("structure"), self.request, size=PAGE)
        writes = self.may_write
        columns = (*presenters.COLUMNS, ("", "Actions", "")) if writes else presenters.COLUMNS
        etat = get("etat", "") if get("etat") in EtatMobilisation.values else ""
        pipeline = presenters.pipeline(self.ingenierie, etat)
        return {
            "pipeline": pipeline,
            "rows": presenters.rows(self.ingenierie, page.object_list, self.actor, writes=writes),
            "page": page,
            "counter": page.paginator.counter("structure"),
            "heads": listing.sort_heads(self.request, columns, sort),
            "sort": sort,
            "writes": writes,
            "together": [(name, words[0]) for name, words in presenters.TOGETHER.items()] if writes else [],
            "ticked": set(),
            "ingenierie": self.ingenierie,
            "list_url": reverse("projects:structures", args=[self.ingenierie.pk]),
            "filtered": any(get(name) for name in ("q", "departement", "etat", "reponse")),
            "q": get("q", "")[:200],
            "etat": etat,
            "reponse": get("reponse", "") if get("reponse") in presenters.REPONSES else "",
            "totaux": totaux_of(queryset, "structure__"),
            "contact": self.contact_typed(),
            "today": clock.today(),
            "departement_options": listing.options([("", "Tous"), *pipeline["departements"]], get("departement", "")),
            "refusal": None,
            "done": "",
            "done_level": "success",
            **context,
        }

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """The page, or the results alone for htmx."""
        if listing.is_partial(self.request):
            return render(
                self.request,
                "projects/structures_ciblees/structures_resultats.html",
                self.table(**context),
                status=status,
            )
        return render(
            self.request,
            "projects/structures_ciblees/structures.html",
            {**self.whole(), **self.table(**context)},
            status=status,
        )


class Accorder(_Tab):
    """Make the identity card tell the territory and sectors of the structures that joined: POST only, the pilot's."""

    http_method_names = ["post"]
    several = True

    def check_writes(self) -> None:
        super().check_writes()
        refusal = permissions.why_not_pilot(self.actor, self.ingenierie)
        if refusal:
            raise NotAllowed(refusal)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            told = align(
                self.ingenierie,
                actor=self.actor,
                expected_version=posted_version(request),
                retire=request.POST.get("quoi") == "accorder",
            )
        except EditConflict as error:
            messages.warning(request, f"{error.message} Relisez ce qui diffère, puis recommencez.")
        else:
            said = told or "La carte d’identité disait déjà ce dont relèvent les structures."
            messages.add_message(request, messages.SUCCESS if told else messages.INFO, said)
        return self.to_list()


class StructureFiche(_Tab):
    """One targeted structure: its summary, its state, what may be done and why not."""

    def get(self, request: HttpRequest, pk: int, ciblee: int) -> HttpResponse:
        return self.show(self.ciblee(ciblee))

    def post(self, request: HttpRequest, pk: int, ciblee: int) -> HttpResponse:
        found = self.ciblee(ciblee)
        try:
            fresh = self.act(found)
        except NotAllowed:
            raise
        except DomainError as error:
            return self.refused(ciblee, error)
        messages.success(request, f"« {found.structure} » : {fresh.get_state_display()}.")
        return redirect(request.path)

    def refused(self, ciblee: int, error: DomainError) -> HttpResponse:
        """The page again, with why not and the reason that was typed."""
        reason = self.request.POST.get("reason", "")
        return self.show(self.ciblee(ciblee), status=error.status, refusal=presenters.told(error), reason=reason)

    def show(self, ciblee: StructureCiblee, *, status: int = 200, **context: Any) -> HttpResponse:
        structure = ciblee.structure
        entries = JournalEntry.objects.filter(object_type=ciblee._meta.label_lower, object_id=ciblee.pk)
        actions = available_actions(ciblee, self.actor) if self.may_write and not ciblee.seule else []
        readable = STRUCTURES.can_view(self.actor, structure)
        return self.page(
            "projects/structures_ciblees/structure.html",
            {
                "ciblee": ciblee,
                "structure": structure,
                "facts": presenters.facts(ciblee),
                "sheet_url": reverse("structures:detail", args=[structure.pk]) if readable else "",
                "mobilisation_label": ciblee.get_state_display(),
                "tag": ciblee.state_tag,
                "actions": [a for a in actions if not a.action.needs_reason],
                "with_reason": [a for a in actions if a.action.needs_reason],
                "writes": self.may_write,
                "echanges": presenters.echanges(ciblee, writes=self.may_write),
                "panels": panels_of(ciblee, self.actor, self.may_write),
                "today": clock.today(),
                "contact": self.contact_typed(),
                "removable": self.may_write
                and ciblee.state == EtatMobilisation.REPEREE
                and ciblee.contactee_le is None
                and not ciblee.seule,
                "lines": journal.describe(entries.order_by("-at", "-pk")[:30]),
                "refusal": None,
                "reason": "",
                **context,
            },
            status=status,
        )


class StructureSupprimer(StructureFiche):
    """Take off the list a structure added by mistake: POST only."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, ciblee: int) -> HttpResponse:
        found = self.ciblee(ciblee)
        try:
            services.remove_structure(found, actor=self.actor)
        except InvalidInput as error:
            return self.refused(ciblee, error)
        messages.success(request, f"« {found.structure} » n’est plus dans la liste.")
        return self.to_list()


class StructureModifier(IngenierieEdit):
    """Edit what is noted of a targeted structure."""

    tab = "structures"
    form_class = StructureCibleeForm
    success_message = "C’est noté."

    def get_object(self) -> StructureCiblee:
        found = self.ingenierie.structures_ciblees.filter(pk=self.kwargs["ciblee"]).select_related("structure").first()
        if found is None:
            raise Http404
        found.ingenierie = self.ingenierie
        return found

    def get_page_title(self) -> str:
        return f"Noter sur {self.object.structure.name}"

    def save(self, form: Any, expected_version: int) -> StructureCiblee:
        return services.update_structure_ciblee(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )

    def get_success_url(self) -> str:
        return reverse("projects:structure", args=[self.ingenierie.pk, self.object.pk])


class StructuresAjouter(_Tab):
    """Pick structures in the directory: search, check, add."""

    writes = True
    several = True

    def _context(self, **context: Any) -> dict[str, Any]:
        get = self.request.GET
        chosen_ids = {n for value in get.getlist("structure")[: services.MAX_AT_ONCE] if (n := whole_number(value))}
        possible = services.pickable(self.ingenierie, self.actor)
        found = possible.search(get.get("q", ""))
        departement = lists.by_code(Departement).get(get.get("departement", ""))
        secteur = lists.by_code(Secteur).get(get.get("secteur", ""))
        if departement is not None:
            found = found.filter(departement_id=departement.pk)
        if secteur is not None:
            found = found.filter(secteur_id=secteur.pk)
        page = listing.paginate(found.with_list_related_data().order_by("search_text", "pk"), self.request)
        chosen: list[Structure] = []
        elsewhere = chosen_ids - {structure.pk for structure in page.object_list}
        if elsewhere:
            # What was checked stays checked while one searches on, or turns the page.
            chosen = list(possible.filter(pk__in=elsewhere).with_list_related_data().order_by("search_text", "pk"))
        return {
            "rows": STRUCTURES.rows(page.object_list),
            "chosen": STRUCTURES.rows(chosen),
            "chosen_ids": chosen_ids,
            "page": page,
            "counter": page.paginator.counter("structure"),
            "capped": page.paginator.capped,
            "several": not self.actor.organisation.is_dla,
            "q": get.get("q", "")[:200],
            "filtered": any(get.get(name) for name in ("q", "departement", "secteur")),
            "departement_options": listing.options(
                [("", "Tous"), *lists.departements(self.actor.region_id)], get.get("departement", "")
            ),
            "secteur_options": listing.options([("", "Tous"), *lists.choices(Secteur)], get.get("secteur", "")),
            "origine": "",
            "error": "",
            "ingenierie": self.ingenierie,
            **context,
        }

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if listing.is_partial(request):
            return render(request, "projects/structures_ciblees/structures_choix.html", self._context())
        return self.page("projects/structures_ciblees/structures_ajouter.html", self._context())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        posted = request.POST.getlist("structure")
        numbers = [whole_number(value) for value in posted]
        try:
            if any(number is None for number in numbers):
                raise InvalidInput("Une structure cochée n’est pas reconnue : rechargez la page.")
            added = services.add_structures(
                self.ingenierie, numbers, actor=self.actor, origine=request.POST.get("origine", "")
            )
        except InvalidInput as error:
            context = self._context(error=error.message, origine=request.POST.get("origine", "")[:200])
            return self.page("projects/structures_ciblees/structures_ajouter.html", context, status=error.status)
        if added:
            messages.success(request, f"{plural(len(added), 'structure ajoutée', 'structures ajoutées')}.")
        else:
            messages.info(request, "Ces structures étaient déjà dans l’ingénierie.")
        return self.to_list()


class StructuresNouvelle(InscribesMixin, FromDirectoryMixin, IngenierieCreate):
    """Inscribe a structure in the directory and target it, in one form."""

    annuaire = STRUCTURES
    tab = "structures"
    route = "projects:structures"
    template_name = "projects/structures_ciblees/structures_nouvelle.html"
    form_class = NouvelleStructureForm

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.ingenierie.is_individuelle:
            raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "ingenierie": self.ingenierie}

    def save(self, form: NouvelleStructureForm) -> StructureCiblee:
        return services.create_and_add(
            self.ingenierie,
            form.structure_values(),
            actor=self.actor,
            origine=form.cleaned_data["origine"],
            confirmed=self.confirmed,
        )

    def get_success_message(self) -> str:
        return f"« {self.created.structure} » est inscrite à l’annuaire et ajoutée."
