"""Use case: find the customers with one address."""

from chalicelib.domain.addresses import normalise_address
from chalicelib.domain.customers import Customer
from chalicelib.domain.derive import derive
from chalicelib.errors import Detail, InvalidInput
from chalicelib.ports import App
from chalicelib.services.load_basis import load_basis
from chalicelib.services.load_history import load_history


def find_customers(app: App, email: str) -> list[Customer]:
    """The customers whose address has the same normal form, by id; several may share one.

    Raises:
        InvalidInput: the address is none.
    """
    try:
        address = normalise_address(email)
    except InvalidInput as error:
        raise InvalidInput(f"email is not valid: {error.message}.", [Detail("email", error.message)]) from error
    found = app.customers.get_many(app.customers.by_mailbox(app.keyed.mailbox(address)))
    basis, now = load_basis(app), app.clock.now()
    # The index lags by moments: one whose address has just changed is not an answer.
    return [
        derive(found[id_], basis, now, load_history(app, id_)) for id_ in sorted(found) if found[id_].email == address
    ]
