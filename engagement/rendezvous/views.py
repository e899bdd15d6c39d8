"""What the pages of a meeting and of a séance share: who is expected, who came."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from core.errors import InvalidInput
from core.formats import format_datetime, plural
from core.outbox import unsent
from core.views.actions import posted_version
from engagement.rendezvous.candidates import Candidate
from engagement.rendezvous.enums import EtatRendezvous
from engagement.rendezvous.forms import PresencesForm
from engagement.rendezvous.genre import Genre
from engagement.rendezvous.models import ParticipantModel, RendezvousModel
from engagement.rendezvous.services.convocations import mail_key
from engagement.rendezvous.services.participants import PresencesConflict

_CAME = {"present": "ok", "en_partie": "ok", "excuse": "warn", "absent": "bad"}


def participant_groups(
    genre: Genre,
    rows: Collection[ParticipantModel],
    labels: Iterable[str],
    address: Callable[[str, ParticipantModel], str],
) -> list[tuple[str, list[dict[str, Any]]]]:
    """The participants as the page shows them, by source in the order of ``labels``; ``address`` leads to what one
    does of a participant (``"participant"``, ``"participant_retirer"``…). One query."""
    failed = unsent(mail_key(genre, row) for row in rows if row.convoque_le)
    groups: dict[str, list[dict[str, Any]]] = {label: [] for label in labels}
    for row in rows:
        told = genre.presences[row.presence]
        if proxy := getattr(row, "represente_par", ""):
            told += f", représenté par {proxy}"
        if row.convoque_le:
            convened = f"convoqué le {format_datetime(row.convoque_le)}"
        else:
            convened = "" if row.email else "pas d’adresse électronique"
        groups[row.get_source_display()].append(
            {
                "version": row.version,
                "organisme": row.organisme,
                "nom": row.nom,
                "email": row.email,
                "presence": told,
                "tag": _CAME.get(row.presence, "neutral"),
                "convened": convened,
                "not_sent": row.convoque_le is not None and mail_key(genre, row) in failed,
                "url": address("participant", row),
                "remove_url": address("participant_retirer", row),
                "resend_url": address("participant_renvoyer", row),
            }
        )
    return [(label, found) for label, found in groups.items() if found]


def unreached(rendezvous: RendezvousModel, rows: Collection[ParticipantModel]) -> str:
    """« 2 participants sans adresse », while it is to come."""
    count = sum(1 for row in rows if not row.email)
    if not count or not rendezvous.is_to_come:
        return ""
    return plural(count, "participant sans adresse", "participants sans adresse")


class RendezvousMixin:
    """For the pages of one rendez-vous, that ``setup`` finds; the room says ``home()`` and ``get_success_url()``."""

    genre: Genre
    rendezvous: Any

    def participant(self, pk: int) -> Any:
        """One of those expected, who knows what she is expected at."""
        found = get_object_or_404(self.rendezvous.participants.expected(), pk=pk)
        setattr(found, self.genre.code, self.rendezvous)
        return found


class ChooseMixin:
    """Choose among those the dossier knows; or name somebody else (the form, ``add_other``)."""

    labels: tuple[str, ...]

    def candidates(self) -> Iterable[Candidate]:
        """Those the dossier knows."""
        raise TypeError(f"{type(self).__name__}.candidates manque.")

    def proposed_keys(self, known: list[Candidate]) -> set[str]:
        """The keys of those that are ticked already, while nobody is expected."""
        return set()

    def key_of(self, row: ParticipantModel) -> str:
        """The key of the candidate that ``row`` was."""
        raise TypeError(f"{type(self).__name__}.key_of manque.")

    def add(self, keys: list[str]) -> list[Any]:
        """The service."""
        raise TypeError(f"{type(self).__name__}.add manque.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "prefix": "autre"}

    def get_context(self, **context: Any) -> dict[str, Any]:
        rows = list(self.rendezvous.participants.expected())
        present = {self.key_of(row) for row in rows}
        groups: dict[str, list[dict[str, Any]]] = {label: [] for label in self.labels}
        known = list(self.candidates())
        proposed = set() if rows else self.proposed_keys(known)
        for c in known:
            groups[c.source.label].append(
                {
                    "key": c.key,
                    "organisme": c.organisme,
                    "nom": ", ".join(filter(None, (c.personne, c.fonction))),
                    "email": c.email,
                    "note": c.note,
                    "present": c.key in present,
                    "proposed": c.key in proposed,
                }
            )
        return super().get_context(
            rendezvous=self.rendezvous,
            groups=list(groups.items()),
            other_open=context["form"].is_bound,
            convened=self.rendezvous.state == EtatRendezvous.CONVOQUEE,
            back_url=self.get_success_url(),
            **context,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "autre" in request.POST:
            return super().post(request, *args, **kwargs)
        added = self.add(request.POST.getlist("qui")[:300])
        if added:
            messages.success(request, f"{plural(len(added), 'participant ajouté', 'participants ajoutés')}.")
        else:
            messages.info(request, "Personne de plus n’est attendu : cochez les personnes à ajouter.")
        return self.home()

    def get_success_message(self) -> str:
        return f"« {self.created} » est attendu à la {self.genre.nom}."


class ResendMixin:
    """Send the convocation again, to all or to one whose mail did not leave: ``resend`` is the service."""

    def resend(self, **shown: Any) -> int:
        """The service: ``expected_version``, ``only``."""
        raise TypeError(f"{type(self).__name__}.resend manque.")

    def post(self, request: HttpRequest, *args: Any, participant: int | None = None, **kwargs: Any) -> HttpResponse:
        only = None if participant is None else self.participant(participant)
        try:
            owed = self.resend(expected_version=posted_version(request), only=only)
        except InvalidInput as error:
            return self.show(status=error.status, refused=error)
        if only is None:
            messages.success(request, f"{plural(owed, 'convocation renvoyée', 'convocations renvoyées')}.")
        elif owed:
            messages.success(request, f"La convocation de « {only} » repart.")
        else:
            messages.info(request, f"« {only} » n’a pas d’adresse électronique : complétez sa ligne.")
        return self.home()


class PresencesMixin:
    """Note who came, all on one page; two people may share it."""

    form_class: type[PresencesForm]
    template_name: str

    def set_presences(self, form: PresencesForm) -> int:
        """The service."""
        raise TypeError(f"{type(self).__name__}.set_presences manque.")

    def show(self, form: PresencesForm, status: int = 200, conflict: PresencesConflict | None = None) -> HttpResponse:
        context = {
            "rendezvous": self.rendezvous,
            "form": form,
            "lines": form.lines(),
            "conflict": conflict,
            "back_url": self.get_success_url(),
        }
        return self.page(self.template_name, context, status=status)

    def form(self, data: Any = None) -> PresencesForm:
        return self.form_class(data, rows=self.rendezvous.participants.expected())

    def nobody(self) -> str:
        """The address one goes to when nobody is expected."""
        return self.get_success_url()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form()
        return self.show(form) if form.rows else redirect(self.nobody())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            count = self.set_presences(form)
        except PresencesConflict as conflict:
            return self.show(form.again(conflict.rows), conflict.status, conflict)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self.show(form, 422)
        messages.success(request, f"Présences enregistrées ({plural(count, 'changement')}).")
        return self.home()
