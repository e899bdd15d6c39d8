"""What who runs the application opens: the régions, their organisations, the first responsable of each."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts import services
from accounts.enums import OrganisationKind, Role
from accounts.forms import OpeningForm
from accounts.models import Grant, Organisation
from accounts.services.invitations import INVITATION
from accounts.services.sent_links import not_sent
from core.permissions import is_operator
from core.views.editing import CreateView
from referentiels import lists
from referentiels.models import Region

#: What a new région needs, in this order.
REGIONAL = (OrganisationKind.C2RA, OrganisationKind.DLA)


def opening_url(kind: str, region: Region | None = None) -> str:
    """The page that opens an organisation of ``kind``, in ``region`` when one is given."""
    asked = {"type": kind, **({"region": region.pk} if region else {})}
    return f"{reverse('portal:ouvrir')}?{urlencode(asked)}"


def _rows(organisations: list[Organisation]) -> list[dict[str, Any]]:
    """Each organisation, with who answers for it or was invited to. Two queries."""
    pks = [o.pk for o in organisations]
    grants = Grant.objects.filter(
        purpose=INVITATION, object_type=Organisation._meta.label_lower, object_id__in=pks, used_at=None, revoked_at=None
    )
    pending = {grant.object_id: grant for grant in grants.order_by("sent_at", "pk")}
    failed = not_sent(pending.values())
    return [
        {
            "name": o.name,
            "kind": o.get_kind_display(),
            "active": o.is_active,
            "responsables": o.responsables,
            "members": o.members,
            "invited": pending[o.pk].recipient_email if o.pk in pending else "",
            "not_sent": o.pk in pending and pending[o.pk].pk in failed,
            "invite_url": f"{reverse('admin:accounts_grant_add')}?{urlencode({'organisation': o.pk})}",
            "admin_url": reverse("admin:accounts_organisation_change", args=[o.pk]),
            "takeover_url": reverse("accounts:organisation_reprise", args=[o.pk]) if o.is_active else "",
        }
        for o in organisations
    ]


@require_safe
def installation(request: HttpRequest) -> HttpResponse:
    """The organisations by région, what each lacks, and the next thing to do."""
    if not is_operator(request.actor):
        raise Http404
    running = Q(memberships__ended_at=None, memberships__user__is_active=True)
    counted = Organisation.objects.annotate(
        members=Count("memberships", filter=running),
        responsables=Count("memberships", filter=running & Q(memberships__role=Role.RESPONSABLE)),
    ).order_by("-is_active", "kind", "name", "pk")
    opened = Region.objects.filter(organisations__isnull=False).distinct().order_by("position", "label")
    regions = [
        {
            "label": region.label,
            "rows": _rows(list(region.organisations.all())),
            "c2ra": any(o.is_active and o.is_c2ra for o in region.organisations.all()),
            "dla": any(o.is_active and o.is_dla for o in region.organisations.all()),
            "c2ra_url": opening_url(OrganisationKind.C2RA, region),
            "dla_url": opening_url(OrganisationKind.DLA, region),
        }
        for region in opened.prefetch_related(Prefetch("organisations", queryset=counted))
    ]
    national = list(counted.filter(region=None))
    answering = any(row["responsables"] for region in regions for row in region["rows"])
    context = {
        "lists": bool(lists.items(Region)),
        "regions": regions,
        "national": _rows(national) if national else [],
        "any_c2ra": any(region["c2ra"] for region in regions),
        "any_dla": any(region["dla"] for region in regions),
        "answering": answering,
        "openings": [(f"Ouvrir un {kind.label}", opening_url(kind)) for kind in OrganisationKind],
        "c2ra_url": opening_url(OrganisationKind.C2RA),
        "dla_url": opening_url(OrganisationKind.DLA, opened[0] if len(regions) == 1 else None),
    }
    return render(request, "portal/installation.html", context)


class Ouvrir(CreateView):
    """Open an organisation and invite its first responsable."""

    form_class = OpeningForm
    template_name = "portal/ouvrir.html"
    submit_label = "Ouvrir et inviter"

    def get_object(self) -> None:
        if not is_operator(self.request.actor):
            raise Http404
        self.kind = self.request.GET.get("type", OrganisationKind.DLA)
        if self.kind not in OrganisationKind.values:
            raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "kind": self.kind}

    def get_initial(self) -> dict[str, Any]:
        region = next((r for r in lists.items(Region) if str(r.pk) == self.request.GET.get("region", "")), None)
        if region is None:
            return {}
        name = f"C2RA {region.label}" if self.kind == OrganisationKind.C2RA else ""
        return {"region": region.pk, "name": name}

    def save(self, form: OpeningForm) -> Organisation:
        values = {name: value for name, value in form.values().items() if name != "responsable"}
        made = services.create_organisation(
            Organisation(kind=self.kind, **values), actor=self.actor, **form.many_to_many()
        )
        self.invited = form.cleaned_data["responsable"]
        if self.invited:
            services.invite(made, self.invited, Role.RESPONSABLE, actor=self.actor)
        return made

    def get_page_title(self) -> str:
        return f"Ouvrir un {OrganisationKind(self.kind).label}"

    def get_success_message(self) -> str:
        told = f"{self.created} est ouverte"
        return f"{told} ; l’invitation part à {self.invited}." if self.invited else f"{told} : invitez sa responsable."

    def get_success_url(self) -> str:
        return reverse("portal:installation")
