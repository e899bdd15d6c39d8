"""allauth's forms in the house's words: labels above say what is asked, no placeholder repeats them."""

from __future__ import annotations

from contextlib import contextmanager

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context as allauth_context
from allauth.core import ratelimit
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.forms import CharField

from core.forms import clean_input

LABELS = {
    "login": "Adresse électronique",
    "email": "Adresse électronique",
    "password": "Mot de passe",
    "oldpassword": "Mot de passe actuel",
    "password1": "Nouveau mot de passe",
    "password2": "Nouveau mot de passe, une seconde fois",
    "code": "Code",
    "name": "Nom de la clé",
}


class Worded:
    """Gives the fields their labels, takes the placeholders away, and from what is typed what nobody sees."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, CharField):
                clean_input(field)
            if name in ("password1", "password2"):
                field.help_text = ""  # the page says what makes a good one


class LoginForm(Worded, account.LoginForm):
    """Address and password."""


class RequestLoginCodeForm(Worded, account.RequestLoginCodeForm):
    """Where to send the code."""


class _CountedCode(Worded):
    """A code received. Tries are counted in the cache that processes share: those of one session, sent together, would
    each find the session as it was before the others."""

    def clean_code(self):
        request = allauth_context.request
        # Nobody's code is empty: the session tells one from another.
        key = f"{request.session.session_key}:{self.expected_code}"
        if not ratelimit.consume(request, action="code_essai", key=key):
            raise get_adapter().validation_error("incorrect_code")
        return super().clean_code()


class ConfirmLoginCodeForm(_CountedCode, account.ConfirmLoginCodeForm):
    """The code that signs in."""


class ConfirmEmailVerificationCodeForm(_CountedCode, account.ConfirmEmailVerificationCodeForm):
    """The code that confirms an address."""


class AddEmailForm(Worded, account.AddEmailForm):
    """A new address."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Nouvelle adresse électronique"


class ResetPasswordForm(Worded, account.ResetPasswordForm):
    """Where to send the link."""


class ResetPasswordKeyForm(Worded, account.ResetPasswordKeyForm):
    """Another password, by the link."""


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    """Another password, knowing the present one."""


class SetPasswordForm(Worded, account.SetPasswordForm):
    """A first password."""


class ReauthenticateForm(Worded, account.ReauthenticateForm):
    """The password again."""


class AuthenticateForm(Worded, mfa.AuthenticateForm):
    """The second factor."""


class ReauthenticateByCodeForm(Worded, mfa.ReauthenticateForm):
    """The second factor again."""


class ActivateTOTPForm(Worded, totp.ActivateTOTPForm):
    """The first code of a new application."""


class _Named(Worded):
    """A passkey has a short name of its own, which does not lose the key when it is too long."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = "Par exemple : ordinateur du bureau."
        self.fields["name"].widget.attrs["maxlength"] = "80"

    def clean_name(self) -> str:
        base = getattr(super(), "clean_name", None)
        return " ".join((base() if base else self.cleaned_data["name"]).split())[:80]


@contextmanager
def _well_formed():
    """What is not the answer of a key is refused as a wrong code is; allauth lets the parser's errors through."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise get_mfa_adapter().validation_error("incorrect_code") from error


class AddPasskeyForm(_Named, webauthn.AddWebAuthnForm):
    """The name of a new passkey; the key itself comes from the browser."""

    def clean(self):
        with _well_formed():
            return super().clean()


class AuthenticatePasskeyForm(webauthn.AuthenticateWebAuthnForm):
    """The answer of a passkey, as second factor."""

    def clean_credential(self):
        with _well_formed():
            return super().clean_credential()


class ReauthenticatePasskeyForm(webauthn.ReauthenticateWebAuthnForm):
    """The answer of a passkey, to say again who one is."""

    def clean_credential(self):
        with _well_formed():
            return super().clean_credential()


class EditPasskeyForm(_Named, webauthn.EditWebAuthnForm):
    """Another name."""
