"""
Everything this service raises on purpose.

PalluError
├── InvalidInputError            the caller can fix it: answered 4xx, never retried
│   ├── MissingFileError         400  no photo in the request
│   ├── TooLargeError            413  more bytes than are taken
│   ├── UnsupportedImageError    415  not JPEG, PNG or WebP
│   ├── UndecodableImageError    422  broken, animated, CMYK, 16-bit, too small, too many pixels
│   ├── UnreadablePhotoError     422  a good image that does not show what we need, e.g. no cloth
│   ├── IdempotencyError         422  a key was used before for another request
│   └── ConflictError            409  not now: a generation runs, or nothing failed
├── NotFoundError                no such saree, job or artifact: answered 404
├── KeyTakenError                a write-once key already holds something
├── IntegrityError               two runs of one deterministic step disagree: ours to repair
├── SettingsError                a deployment's setting is wrong: names the variable
└── UnavailableError             a dependency failed: answered 503, the message is delivered again
    ├── StorageUnavailableError
    ├── QueueUnavailableError
    └── ModelUnavailableError
"""


class PalluError(Exception):
    """
    The root of everything raised on purpose.

    `code` is stable and part of the API; `str(error)` is a sentence a person can act on.
    """

    code = "internal_error"

    def __init__(self, sentence: str, *, code: str | None = None) -> None:
        super().__init__(sentence)
        if code is not None:
            self.code = code


class InvalidInputError(PalluError):
    """What was asked for cannot be done as asked; asking again changes nothing."""

    code = "invalid_request"


class MissingFileError(InvalidInputError):
    """The request carries no photo."""

    code = "file_missing"


class TooLargeError(InvalidInputError):
    """The upload has more bytes than are taken."""

    code = "file_too_large"


class UnsupportedImageError(InvalidInputError):
    """The bytes are not a JPEG, PNG or WebP image."""

    code = "image_unsupported"


class UndecodableImageError(InvalidInputError):
    """The image is of a known format, but broken or outside the limits; `code` says which."""

    code = "image_undecodable"


class UnreadablePhotoError(InvalidInputError):
    """A good image that does not show what the work needs; `code` says what is missing."""

    code = "photo_unreadable"


class IdempotencyError(InvalidInputError):
    """An idempotency key came back with another request."""

    code = "idempotency_key_reused"


class ConflictError(InvalidInputError):
    """The request is right, but not in the present state; `code` says why."""

    code = "conflict"


class NotFoundError(PalluError):
    """There is no such thing."""

    code = "not_found"


class KeyTakenError(PalluError):
    """A write-once key already holds an object."""

    code = "key_taken"


class IntegrityError(PalluError):
    """What is stored contradicts what the same inputs gave now."""

    code = "integrity"


class SettingsError(PalluError):
    """A setting is missing or wrong."""

    code = "settings"


class UnavailableError(PalluError):
    """A dependency failed; trying again later may work."""

    code = "unavailable"


class StorageUnavailableError(UnavailableError):
    """The object store failed; nothing is known about the key."""


class QueueUnavailableError(UnavailableError):
    """The queue failed; the message may or may not have been taken."""


class ModelUnavailableError(UnavailableError):
    """A model could not be loaded or did not answer."""
