"""The platform's own records, and what the registry is told of each: the one place where the two meet."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from generated.enums import AccountRole, IdentityKind, LegalForm
from generated.input_types import (
    AddressInput,
    AgencyInput,
    IdentityInput,
    LiveAccountInput,
    OperatorInput,
    StreamerInput,
    VerificationInput,
)

EXPORT = Path(__file__).parent.parent / "platform.json"
METHODS = {
    IdentityKind.USCC: "统一社会信用代码核验",
    IdentityKind.RESIDENT_ID: "居民身份证核验",
}


@dataclass
class People:
    """Everybody whom the platform registers."""

    agencies: list[AgencyInput]
    operators: list[OperatorInput]
    streamers: list[StreamerInput]


def people(verified_at: datetime) -> People:
    """The export, everybody verified at a moment."""
    export = json.loads(EXPORT.read_text("utf-8"))
    rooms = {room["id"]: room for room in export["rooms"]}
    agencies = {agency["id"]: agency for agency in export["agencies"]}

    def common(one: dict[str, str], identity: IdentityInput) -> dict[str, object]:
        # What is not named in an input is not sent, so the registry keeps what it has of it.
        method = METHODS[identity.kind]
        return {
            "external_id": one["id"],
            "name": one["name"],
            "identity": identity,
            "phone": one["phone"],
            "verification": VerificationInput(at=verified_at, method=method),
        }

    def agency(one: dict[str, str]) -> AgencyInput:
        return AgencyInput(**common(one, company(one)), domicile=address(one))

    def operator(room: dict[str, str]) -> OperatorInput:
        is_company = room["holder"] == "company"
        return OperatorInput(
            **common(room, holder(room)),
            form=LegalForm.LEGAL_PERSON if is_company else LegalForm.NATURAL_PERSON,
            business_address=address(room),
            accounts=[LiveAccountInput(account_number=room["id"], role=AccountRole.HOLDER)],
        )

    def streamer(one: dict[str, str]) -> StreamerInput:
        return StreamerInput(
            **common(one, person(one)),
            residence=address(one),
            occupation=one["occupation"],
            operators=[holder(rooms[one["room"]])],
            agency=company(agencies[one["agency"]]),
        )

    return People(
        agencies=[agency(one) for one in export["agencies"]],
        operators=[operator(room) for room in export["rooms"]],
        streamers=[streamer(one) for one in export["streamers"]],
    )


def address(one: dict[str, str]) -> AddressInput:
    return AddressInput(text=one["address"], division=one["county"])


def company(one: dict[str, str]) -> IdentityInput:
    return IdentityInput(kind=IdentityKind.USCC, number=one["number"])


def person(one: dict[str, str]) -> IdentityInput:
    return IdentityInput(kind=IdentityKind.RESIDENT_ID, number=one["number"])


def holder(room: dict[str, str]) -> IdentityInput:
    return company(room) if room["holder"] == "company" else person(room)
