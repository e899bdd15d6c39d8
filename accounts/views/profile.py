"""One's own account."""

from __future__ import annotations

import copy
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.urls import reverse

from accounts import services
from accounts.forms import ProfilForm
from core.views.editing import FormPage


class Profil(FormPage):
    """Name, fonction, phone; how one signs in."""

    form_class = ProfilForm
    template_name = "accounts/profil.html"
    success_message = "Votre profil est enregistré."

    def get_object(self) -> Any:
        return self.request.user

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": copy.copy(self.object), **super().get_form_kwargs()}

    def call_service(self, form: ProfilForm) -> None:
        services.update_profile(self.object, form.values(), actor=self.actor)

    def get_success_url(self) -> str:
        return reverse("accounts:profil")

    def get_context(self, **context: Any) -> dict[str, Any]:
        user = self.object
        return super().get_context(
            has_password=user.has_usable_password(),
            has_second_factor=is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]),
            **context,
        )
