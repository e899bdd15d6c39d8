"""The page behind an invitation: accept, sign in first, change account, or open one. POST accepts."""

from __future__ import annotations

from typing import Any

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters

from accounts import services
from accounts.enums import Role
from accounts.forms import NewPersonForm
from accounts.in_charge import sender_of
from accounts.models import User
from accounts.services.invitations import Acceptance, NewPerson
from accounts.views.links import LinkView, page_url
from core.errors import StaleState
from core.formats import format_date

BACKEND = "accounts.backends.AuthenticationBackend"


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class AcceptView(LinkView):
    """Base of the page of an invitation: give ``template_name``, :meth:`words`, :meth:`accept` and :meth:`welcome`."""

    template_name: str

    def words(self) -> dict[str, Any]:
        """What the page says beside who invites, whom, and until when."""

    def accept(self, person: User | NewPerson) -> Acceptance:
        """The service: ``person`` joins what the link opens. Raises ``StaleState`` when the address has an account."""

    def welcome(self, done: Acceptance, *, new: bool) -> HttpResponse:
        """Where one goes then; ``new``: the account has just been opened."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.grant = self.link.grant
        self.account = User.objects.filter(email__iexact=self.grant.recipient_email).first()

    @property
    def case(self) -> str:
        """``accept``, ``other`` (another account is signed in), ``sign_in``, ``inactive`` or ``new``."""
        if self.request.user.is_authenticated:
            return "accept" if self.request.user == self.account else "other"
        if self.account is None:
            return "new"
        return "sign_in" if self.account.is_active else "inactive"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.shown()

    def shown(self, form: NewPersonForm | None = None, *, status: int = 200) -> HttpResponse:
        """The page, with what the visitor can do."""
        here, grant = page_url(self.link.token), self.grant
        case = self.case
        context = {
            "case": case,
            "form": form or (NewPersonForm(email=grant.recipient_email) if case == "new" else None),
            "email": grant.recipient_email,
            "organisation": str(grant.organisation or ""),
            "inviter": str(sender_of(grant) or ""),
            "until": format_date(grant.expires_at),
            "here": here,
            "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': here})}",
            "sign_in_code_url": f"{reverse('account_request_login_code')}?{urlencode({'next': here})}",
            **self.words(),
        }
        return render(self.request, self.template_name, context, status=status)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return self.welcome(self.accept(request.user), new=False)
        if self.account is not None:
            return self.shown(status=409)
        form = NewPersonForm(request.POST, email=self.grant.recipient_email)
        if not form.is_valid():
            return self.shown(form, status=422)
        data = form.cleaned_data
        try:
            done = self.accept(NewPerson(data["first_name"], data["last_name"], data["password"] or None))
        except StaleState:
            self.account = User.objects.filter(email__iexact=self.grant.recipient_email).first()
            return self.shown(status=409)
        auth.login(request, done.user, backend=BACKEND)
        return self.welcome(done, new=True)


class Invitation(AcceptView):
    """Joining an organisation."""

    template_name = "accounts/invitation.html"

    def words(self) -> dict[str, Any]:
        return {"role": Role(self.grant.payload["role"]).label}

    def accept(self, person: User | NewPerson) -> Acceptance:
        return services.accept_invitation(self.link, person)

    def welcome(self, done: Acceptance, *, new: bool) -> HttpResponse:
        where = done.joined.organisation
        told = f"Bienvenue. Votre compte est ouvert, vous êtes membre de {where}." if new else ""
        messages.success(self.request, told or f"Vous êtes maintenant membre de {where}.")
        return redirect("portal:accueil")
