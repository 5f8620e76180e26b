"""Models: pure functions, seeded where they draw numbers. What they make up is made for teaching and says so."""

from ._agreement import Agreement, kappa
from ._concentration import gini, herfindahl, location_quotient, lorenz, top_share
from ._curves import doubling_time, exponential, gompertz, growth_rate, logistic, years_since
from ._dials import Parameter, market_parameters
from ._fit import Fit, fit
from ._forecast import errors, forecast
from ._market import MARKET_LEVELS, bertrand, market, market_grid
from ._network import Reciprocity, Removal, brokerage, degree, network, reciprocity, without
from ._sensitivity import market_swings, variance_shares
from ._timeline import LEVELS, timeline
from ._turnover import Turnover, turnover, without_ending
from ._villages import villages
from ._weigh import strength, verdict, voices, weigh

__all__ = [
    "LEVELS",
    "MARKET_LEVELS",
    "Agreement",
    "Fit",
    "Parameter",
    "Reciprocity",
    "Removal",
    "Turnover",
    "bertrand",
    "brokerage",
    "degree",
    "doubling_time",
    "errors",
    "exponential",
    "fit",
    "forecast",
    "gini",
    "gompertz",
    "growth_rate",
    "herfindahl",
    "kappa",
    "location_quotient",
    "logistic",
    "lorenz",
    "market",
    "market_grid",
    "market_parameters",
    "market_swings",
    "network",
    "reciprocity",
    "strength",
    "timeline",
    "top_share",
    "turnover",
    "variance_shares",
    "verdict",
    "villages",
    "voices",
    "weigh",
    "without",
    "without_ending",
    "years_since",
]
