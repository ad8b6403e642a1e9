"""What the certificate tells those who want to check it."""

from html import escape

from chalicelib.service.certificate_page import words
from chalicelib.service.certificate_page.html import code, number, table
from chalicelib.service.certificate_page.words import Json

_VERSIONS = (
    ("generation", "generation"),
    ("saree_id", "saree"),
    ("pose_set", "pose set"),
    ("composer", "made by"),
    ("seed", "seed"),
    ("fingerprint", "fingerprint of the preparation"),
    ("code", "code that makes, measures and decides"),
    ("documents", "code that writes this page"),
)


def for_experts(certificate: Json) -> str:
    """Write the versions, provenance ids, limits and digests."""
    return (
        "<section><h2>For experts</h2>\n"
        + "\n".join((_versions(certificate), _provenance(certificate), _limits(certificate)))
        + "\n"
        + _digests(certificate)
        + "<p>Anyone who has the photo can make all of this again and compare every byte: "
        "<code>python -m emulator verify</code> with the folder that "
        "<code>python -m emulator generate</code> wrote, or "
        "<code>POST /api/verify/{saree_id}/{generation}</code>.</p></section>"
    )


def _versions(certificate: Json) -> str:
    rows = [(name, code(certificate[field])) for field, name in _VERSIONS]
    rows += [(escape(name), code(of)) for name, of in certificate["libraries"].items()]
    return table("What it was made with", ("what", "which"), rows)


def _provenance(certificate: Json) -> str:
    rows = [(escape(pose["label"]), code(pose["provenance"])) for pose in certificate["poses"]]
    caption = "Provenance ids, as each picture has its own in its metadata"
    return table(caption, ("picture", "ProvenanceId"), rows)


def _limits(certificate: Json) -> str:
    limits = certificate["limits"]
    rows = [
        (
            escape(words.reason_in_words(each["code"])),
            code(each["metric"]),
            escape(", ".join(words.PARTS[region] for region in each["regions"])),
            "at most" if each["at_most"] else "at least",
            number(each["value"]),
        )
        for each in limits["limits"]
    ]
    caption = f"Limits {limits['name']}: beyond these a part fails"
    return table(caption, ("reason", "measured", "of", "", "limit"), rows, numbers_from=4)


def _digests(certificate: Json) -> str:
    """List every file once, with the steps that made it and read it."""
    steps = [(each["stage"], each["inputs"], each["outputs"]) for each in certificate["stages"]]
    for pose in certificate["poses"]:
        steps += [
            (f"{pose['pose']} {one['attempt']}", one["inputs"], one["outputs"] + one["measured"])
            for one in pose["attempts"]
        ]
    made = {each["name"]: str(of) for of, _, outputs in steps for each in outputs}
    read: dict[tuple[str, str], list[str]] = {}
    for of, inputs, outputs in steps:
        for each in outputs:
            read.setdefault((each["name"], each["sha256"]), [])
        for each in inputs:
            read.setdefault((each["name"], each["sha256"]), []).append(str(of))
    rows = [
        (code(name), escape(made.get(name, "–")), escape(", ".join(by)) or "–", code(digest))
        for (name, digest), by in read.items()
    ]
    caption = "Digests of all that was read and made; after a pose stands its attempt"
    return table(caption, ("file", "made by", "read by", "sha256"), rows)
