"""The staff's part: Flask-Admin's tables and our desks, behind one gate."""

from __future__ import annotations

from functools import partial, update_wrapper
from typing import Any

from flask import Flask
from flask_admin import Admin

from vodokanal.staff import signin
from vodokanal.staff.account_card import AccountCardDesk
from vodokanal.staff.account_changes import AccountChangesDesk
from vodokanal.staff.account_closings import ClosingDesk
from vodokanal.staff.account_look import AccountLookDesk
from vodokanal.staff.account_months import AccountMonthsDesk
from vodokanal.staff.account_note import AccountNoteDesk
from vodokanal.staff.account_openings import AccountOpeningDesk
from vodokanal.staff.account_papers import AccountPapersDesk
from vodokanal.staff.accounts import AccountServiceView, AccountView, HolderView, OccupancyView
from vodokanal.staff.approvals import ApprovalsDesk
from vodokanal.staff.book import BookDesk
from vodokanal.staff.card_openings import CardOpeningView
from vodokanal.staff.case_files import CaseFileDesk
from vodokanal.staff.charges import ChargeLineView
from vodokanal.staff.corrections import CorrectionView
from vodokanal.staff.debtors import DebtorsDesk
from vodokanal.staff.disputes import DisputesDesk
from vodokanal.staff.employees import EmployeeView
from vodokanal.staff.export_columns import ExportColumnView
from vodokanal.staff.find import FindDesk
from vodokanal.staff.gis_export import GisExportDesk
from vodokanal.staff.holder_changes import HolderChangesDesk
from vodokanal.staff.house_balance import HouseBalanceDesk
from vodokanal.staff.house_readings import HouseReadingView
from vodokanal.staff.journal import JournalView
from vodokanal.staff.letters import LetterView
from vodokanal.staff.meter_replacements import MeterReplacementDesk
from vodokanal.staff.meters import MeterView
from vodokanal.staff.month import MonthDesk
from vodokanal.staff.movements import MovementView
from vodokanal.staff.norms import MultiplierView, NormView
from vodokanal.staff.occupancy_changes import OccupancyDesk
from vodokanal.staff.opening_balances import OpeningBalanceView
from vodokanal.staff.payment_entry import PaymentEntryDesk
from vodokanal.staff.payments import PaymentView
from vodokanal.staff.penalties import KeyRateView, MoratoriumView
from vodokanal.staff.people import AccessView, ResidentView
from vodokanal.staff.places import (
    DistrictView,
    HouseView,
    MeterPossibilityView,
    NormCategoryView,
    PremisesNormView,
    PremisesQuantityView,
    PremisesView,
)
from vodokanal.staff.reading_answers import ReadingAnswersDesk
from vodokanal.staff.reading_entry import ReadingEntryDesk
from vodokanal.staff.reading_missing import ReadingMissingDesk
from vodokanal.staff.reading_settlements import ReadingSettlementsDesk
from vodokanal.staff.reading_sheets import ReadingSheetsDesk
from vodokanal.staff.reading_sheets_files import ReadingSheetFilesDesk
from vodokanal.staff.reading_sheets_remarks import SheetRemarksDesk
from vodokanal.staff.reading_sheets_slips import ReadingSlipsDesk
from vodokanal.staff.readings import ReadingView
from vodokanal.staff.recalculation import RecalculationDesk
from vodokanal.staff.recalculations import (
    AbsenceView,
    AccessRefusalView,
    InterruptionView,
    MeterCheckView,
)
from vodokanal.staff.receipts import ReceiptMessageView, ReceiptView
from vodokanal.staff.roles import RoleView
from vodokanal.staff.safety import refuse_unsafe
from vodokanal.staff.service_changes import ServiceDesk
from vodokanal.staff.settings import SettingsDesk
from vodokanal.staff.start import StartDesk
from vodokanal.staff.tables import TablesDesk
from vodokanal.staff.tariffs import TariffView, VatRateView
from vodokanal.staff.terms import DayOffView, LegalTermView, PaymentTermView
from vodokanal.staff.todays_bills import TodaysBillDesk
from vodokanal.staff.turnover import TurnoverDesk
from vodokanal.staff.windows import ReadingWindowView, WindowExtensionView
from vodokanal.web.access import classify
from vodokanal.web.form_again import form_again
from vodokanal.web.headers import csp_nonce

# In the order of the menu.
VIEWS = (
    FindDesk,
    TablesDesk,
    AccountCardDesk,
    AccountNoteDesk,
    AccountLookDesk,
    AccountPapersDesk,
    AccountMonthsDesk,
    ReadingEntryDesk,
    ReadingMissingDesk,
    ReadingSettlementsDesk,
    ReadingAnswersDesk,
    ReadingSheetsDesk,
    ReadingSlipsDesk,
    ReadingSheetFilesDesk,
    SheetRemarksDesk,
    AccountView,
    HolderView,
    AccountServiceView,
    OccupancyView,
    HolderChangesDesk,
    AccountChangesDesk,
    AccountOpeningDesk,
    ClosingDesk,
    OccupancyDesk,
    ServiceDesk,
    BookDesk,
    GisExportDesk,
    ExportColumnView,
    MeterView,
    MeterReplacementDesk,
    ReadingView,
    MonthDesk,
    TurnoverDesk,
    DebtorsDesk,
    HouseBalanceDesk,
    HouseReadingView,
    ChargeLineView,
    ReceiptView,
    ReceiptMessageView,
    PaymentEntryDesk,
    TodaysBillDesk,
    CaseFileDesk,
    PaymentView,
    OpeningBalanceView,
    CorrectionView,
    ApprovalsDesk,
    MovementView,
    AbsenceView,
    InterruptionView,
    AccessRefusalView,
    MeterCheckView,
    DisputesDesk,
    RecalculationDesk,
    ResidentView,
    AccessView,
    LetterView,
    PremisesView,
    HouseView,
    DistrictView,
    PremisesNormView,
    MeterPossibilityView,
    PremisesQuantityView,
    NormCategoryView,
    TariffView,
    NormView,
    MultiplierView,
    PaymentTermView,
    KeyRateView,
    MoratoriumView,
    LegalTermView,
    VatRateView,
    DayOffView,
    ReadingWindowView,
    WindowExtensionView,
    SettingsDesk,
    EmployeeView,
    RoleView,
    JournalView,
    CardOpeningView,
)
# The pages whose forms are shown again when they could not be taken.
FORMS = frozenset(
    {
        "create_view",
        "edit_view",
        "change",
        "account",
        "opening",
        "undo",
        "answer",
        "paper",
        "settle",
        "calculate",
        "issue",
        "ask",
        "preview",
        "reverse",
        "take_back",
        "enter",
        "remove",
        "begin",
        "save",
        "order",
        "files",
    }
)


def install_staff(app: Flask) -> None:
    """Adds the sign-in, the tables and the desks, and classifies every address of theirs."""
    app.register_blueprint(signin.blueprint)
    admin = Admin(
        app,
        name="staff",
        index_view=StartDesk(),
        csp_nonce_generator=csp_nonce,
    )
    for make in VIEWS:
        admin.add_view(make())
    refuse_unsafe(admin._views)
    for view in admin._views:
        classify(app, view.access_rows())
        _show_forms_again(app, view)


def _show_forms_again(app: Flask, view: Any) -> None:
    for page in FORMS & set(view.pages()):
        endpoint = f"{view.endpoint}.{page}"
        # A bound method takes no mark of its own.
        method: Any = app.view_functions[endpoint]
        marked: Any = update_wrapper(partial(method), method)
        app.view_functions[endpoint] = form_again(partial(view.shown_again, page))(marked)
