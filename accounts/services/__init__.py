"""What happens to people and organisations: one function per action, atomic, journaled, without request."""

from accounts.services.actors import actor_for, switch_organisation
from accounts.services.invitations import (
    Acceptance,
    InvitationLink,
    accept_by_account,
    accept_by_new_person,
    ask_renewal,
    invitation_token,
    invite,
    read_token,
    resend_invitation,
    revoke_invitation,
)
from accounts.services.members import add_member, change_role, end_membership
from accounts.services.organisations import create_organisation, update_organisation
from accounts.services.people import change_by_admin, open_account, update_profile

__all__ = [
    "Acceptance",
    "InvitationLink",
    "accept_by_account",
    "accept_by_new_person",
    "actor_for",
    "add_member",
    "ask_renewal",
    "change_by_admin",
    "change_role",
    "create_organisation",
    "end_membership",
    "invitation_token",
    "invite",
    "open_account",
    "read_token",
    "resend_invitation",
    "revoke_invitation",
    "switch_organisation",
    "update_organisation",
    "update_profile",
]
