"""Finding accounts: by what somebody typed, and only those a resident may open."""

from __future__ import annotations

from typing import Any

from vodokanal.formats.account_numbers import InvalidAccountNumberError, account_key
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.people import AccountAccess
from vodokanal.models.places import District, House, Premises


class AccountNotFoundError(Exception):
    """There is no such account, or it is somebody else's: nobody learns which."""


def accounts_of(resident_id: int) -> list[AccountAccess]:
    """What a resident may open, by district and address; accounts with their places loaded."""
    return list(
        with_places()
        .where(AccountAccess.resident == resident_id, AccountAccess.revoked_at.is_null())
        .order_by(District.name, House.sort_key, Premises.sort_key, Account.id)
    )


def get_access(resident_id: int, number: str) -> AccountAccess:
    """A resident's access to the account of that number, with its places loaded.

    Raises:
        AccountNotFoundError: no such account, or not the resident's.
    """
    access = with_places().where(*own_account(resident_id, known_key(number))).first()
    if access is None:
        raise AccountNotFoundError
    found: AccountAccess = access
    return found


def own_account(resident: Any, number_key: Any) -> tuple[Any, ...]:
    """What holds of a resident's access to the account of that number."""
    return (
        AccountAccess.resident == resident,
        AccountAccess.revoked_at.is_null(),
        Account.number_key == number_key,
    )


def known_key(number: str) -> str:
    """An account's number as it is compared.

    Raises:
        AccountNotFoundError: no account can have it.
    """
    try:
        return account_key(number)
    except InvalidAccountNumberError:
        raise AccountNotFoundError from None


def get_account(number: str) -> Account:
    """The account of that number with its places loaded; for staff.

    Raises:
        AccountNotFoundError: there is no such account.
    """
    key = known_key(number)
    account = (
        Account.select(Account, Premises, House, District)
        .join(Premises)
        .join(House)
        .join(District)
        .where(Account.number_key == key)
        .first()
    )
    if account is None:
        raise AccountNotFoundError
    return account


def current_holder(account_id: int) -> Holder | None:
    """Who owes for the account now."""
    return (
        Holder.select()
        .where(Holder.account == account_id, Holder.ends_on.is_null())
        .order_by(Holder.starts_on.desc())
        .first()
    )


def with_places(*more: Any) -> Any:
    """Accesses with their accounts and where these are; what else is joined may be added."""
    return (
        AccountAccess.select(AccountAccess, Account, Premises, House, District, *more)
        .join(Account)
        .join(Premises)
        .join(House)
        .join(District)
    )
