"""Does it last: a village market, the critiques on trial, the balance, who stays on the lists."""

from .balance_explorer import the_balance
from .lesson_charts import alike
from .list_explorer import fates, stay_or_leave
from .market_explorer import squeeze, village_market
from .market_model import bertrand, market, market_grid
from .parameters import MARKET_LEVELS, Parameter, market_parameters
from .sensitivity import market_swings, variance_shares
from .studies_chart import studies_side_by_side
from .trial import Trial, kinds_of_evidence, on_trial
from .weighing import balance_verdict, strength, voices, weigh

__all__ = [
    "MARKET_LEVELS",
    "Parameter",
    "Trial",
    "alike",
    "balance_verdict",
    "bertrand",
    "fates",
    "kinds_of_evidence",
    "market",
    "market_grid",
    "market_parameters",
    "market_swings",
    "on_trial",
    "squeeze",
    "stay_or_leave",
    "strength",
    "studies_side_by_side",
    "the_balance",
    "variance_shares",
    "village_market",
    "voices",
    "weigh",
]
