"""What the store says has arrived: one notification may name several uploads."""

import json
import logging
from urllib.parse import unquote_plus

from chalicelib.domain.ids import known_form
from chalicelib.domain.keys import INCOMING, saree_of_incoming
from chalicelib.errors import InvalidInputError, NotFoundError
from chalicelib.service.upload import Uploads

log = logging.getLogger(__name__)


def incoming_sarees(body: str) -> tuple[str, ...]:
    """
    Read the sarees whose uploads a store notification announces.

    The store's test event, sent when a notification is wired, announces nothing.

    Raises
    ------
    InvalidInputError
        The body is no notification.

    References
    ----------
    Amazon S3, "Event message structure": keys are form-encoded.
    """
    try:
        event = json.loads(body)
        keys = [unquote_plus(each["s3"]["object"]["key"]) for each in event.get("Records", ())]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidInputError("not a notification", code="message_malformed") from error
    sarees = [saree_of_incoming(key) for key in keys if key.startswith(INCOMING)]
    return tuple(dict.fromkeys(sarees))


def ingest(body: str, uploads: Uploads) -> None:
    """Accept or refuse each upload that a notification announces; safe to deliver twice."""
    for saree_id in incoming_sarees(body):
        try:
            uploads.accept_incoming(known_form("saree", saree_id))
        except NotFoundError:
            # Nobody was promised this upload; the lifecycle rule removes it.
            log.warning("upload.unexpected", extra={"saree": saree_id[:64]})
