"""What the registry keeps sealed, and what it finds people and households by."""

from minsheng.domain.keys.declaring import Sealed, SealedTable

SEALED = Sealed(
    tables=(
        SealedTable("registry.Person", sealed=("phone",), hashed=("phone_index", "mother_index")),
        SealedTable("registry.PersonNumber", sealed=("number",), hashed=("blind_index", "pseudonym")),
        SealedTable(
            "registry.Household",
            sealed=("phone", "account", "address"),
            hashed=("phone_index", "account_index", "address_index"),
        ),
        SealedTable("registry.PersonEvent", hashed=("phone_index", "mother_index")),
        SealedTable("registry.PersonNumberEvent", hashed=("blind_index", "pseudonym")),
        SealedTable("registry.HouseholdEvent", hashed=("phone_index", "account_index", "address_index")),
    )
)
