"""Doing the jobs of a month: one after another, each told how it ended."""

from __future__ import annotations

from vodokanal.models.month_orders import MonthDeed, MonthOrder
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.month_obstacles import FAILED, REFUSALS, Obstacle, obstacle_of
from vodokanal.operations.month_orders import actor_of_order, end_order, take_order
from vodokanal.operations.months import (
    AlreadyRunningError,
    IssuedAlreadyError,
    Run,
    RunLostError,
    RunStoppedError,
)

# These leave the job to whoever looks next.
LEFT = (AlreadyRunningError, RunLostError, RunStoppedError)
DONE, LEFT_OPEN = "done", "left"


def do_next_order(run: Run) -> tuple[MonthOrder, str] | None:
    """Does the oldest job that waits: `done`, `left` to another worker, or what stood in its way.

    None when no job waits. What a rule refuses is kept with the job and not tried again by
    itself; what nobody has foreseen ends the job too, and is raised.
    """
    order = take_order(run.real_now(), at=run.at)
    if order is None:
        return None
    try:
        _carry_out(order, run)
    except LEFT:
        return order, LEFT_OPEN
    except IssuedAlreadyError:
        # What was asked for is there, whoever has done it.
        end_order(order, at=run.at)
        return order, DONE
    except REFUSALS as error:
        obstacle = obstacle_of(error)
        end_order(order, at=run.at, obstacle=obstacle)
        return order, obstacle.code
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # The code is wrong for some account: trying again for ever would not mend it.
        end_order(order, at=run.at, obstacle=Obstacle(FAILED))
        raise
    end_order(order, at=run.at)
    return order, DONE


def _carry_out(order: MonthOrder, run: Run) -> None:
    actor = actor_of_order(order)
    if order.deed == MonthDeed.CALCULATE:
        calculate_month(actor, order.period, run=run)
    else:
        issue_month(actor, order.period, run=run, forced=order.is_forced)
