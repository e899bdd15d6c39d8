"""Files that people attach to what they work on: checked by their content, served to who may read the object."""

from core.uploads.checks import check_upload
from core.uploads.fields import UploadField
from core.uploads.rights import ATTACHMENT_RIGHTS, KEPT_FOR_GOOD, AttachmentRights
from core.uploads.services import attach, detach

__all__ = [
    "ATTACHMENT_RIGHTS",
    "KEPT_FOR_GOOD",
    "AttachmentRights",
    "UploadField",
    "attach",
    "check_upload",
    "detach",
]
