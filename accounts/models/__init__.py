"""People, organisations, memberships, invitations and personal links, what is handed over."""

from accounts.models.grant import Grant
from accounts.models.logo import Logo
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.models.passation import Passation
from accounts.models.user import User

__all__ = ["Grant", "Logo", "Membership", "Organisation", "Passation", "User"]
