"""Make the bytes of certificates and keep them: fast where a layout can be shared, slowly where it cannot.

Nothing here touches the database. Files are put before anybody notes them; a file that nobody came to note is
swept away later.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from academy.certificates.queries.register import ToMake
from academy.certificates.rules.proposing import printed_facts
from academy.documents.actions import filling, keys, rendering, sealing
from academy.documents.actions.layouts import Unusual
from academy.documents.actions.signing import Signer
from academy.ground import storage
from academy.ground.settings import Settings
from academy.ground.storage import PACK, SHARED, Place

log = structlog.get_logger()


def preview(facts: Mapping[str, Any]) -> bytes:
    """Make a PDF that shows what a certificate will look like; it is not signed and says so."""
    return rendering.render(facts["template"], facts)


def keep(certificates: Sequence[ToMake], settings: Settings, *, at: datetime) -> dict[int, Place]:
    """Make signed files, keep them in one pack, and tell where each is, by certificate id.

    `at` is the time that the signatures claim. The same certificates, keys and time give the same bytes.
    """
    signer = keys.signer(settings)
    packed: list[tuple[int, filling.Filled]] = []
    places: dict[int, Place] = {}
    for one in certificates:
        facts = facts_of(one, settings)
        if settings.timestamp_url:  # which stamps each file by itself
            places[one.id] = _alone(facts, signer, settings)
            continue
        try:
            packed.append((one.id, filling.fill(facts["template"], facts, signer=signer, at=at)))
        except Unusual as why:
            log.warning("certificate made the slow way", number=one.number, why=str(why))
            places[one.id] = _alone(facts, signer, settings)
    return places | _packed(packed)


def facts_of(one: ToMake, settings: Settings) -> dict[str, Any]:
    """Tell what a numbered certificate shows."""
    return printed_facts(
        one.facts, design=one.design, number=one.number, code=one.code, issue_date=one.issue_date,
        academy_name=settings.academy_name, base_url=settings.base_url,
    )  # fmt: skip


def _alone(facts: Mapping[str, Any], signer: Signer, settings: Settings) -> Place:
    pdf = rendering.render(facts["template"], facts)
    digest = storage.bound().put(sealing.seal(pdf, signer, timestamp_url=settings.timestamp_url), "pdf")
    return Place(sha256=digest, shared=None, pack=digest)


def _packed(made: Sequence[tuple[int, filling.Filled]]) -> dict[int, Place]:
    """Keep what files share once, and what they have of their own as one pack: one sync of the disk for many."""
    if not made:
        return {}
    store = storage.bound()
    for shared in {filled.shared.sha256: filled.shared for _id, filled in made}.values():
        store.put(shared.data, SHARED)
    pack = store.put(b"".join(filled.personal for _id, filled in made), PACK)
    places, at = {}, 0
    for certificate_id, filled in made:
        length = len(filled.personal)
        places[certificate_id] = Place(
            sha256=filled.sha256, shared=filled.shared.sha256, pack=pack, offset=at, length=length
        )
        at += length
    return places
