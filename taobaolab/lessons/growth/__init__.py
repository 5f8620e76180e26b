"""How the villages grew: curves, forecasts that are judged, where they are, who stays on a list."""

from .concentration import gini, herfindahl, location_quotient, lorenz, top_share
from .curves import doubling_time, exponential, gompertz, growth_rate, logistic, years_since
from .fit_explorer import fit_and_be_judged, judged
from .fitting import Fit, fit
from .forecasting import errors, forecast
from .lesson_charts import growth_rates, provinces_over_time, rates, shops_sales_jobs
from .list_explorers import flows, stay_leave_enter, where
from .list_turnover import Turnover, turnover, without_ending

__all__ = [
    "Fit",
    "Turnover",
    "doubling_time",
    "errors",
    "exponential",
    "fit",
    "fit_and_be_judged",
    "flows",
    "forecast",
    "gini",
    "gompertz",
    "growth_rate",
    "growth_rates",
    "herfindahl",
    "judged",
    "location_quotient",
    "logistic",
    "lorenz",
    "provinces_over_time",
    "rates",
    "shops_sales_jobs",
    "stay_leave_enter",
    "top_share",
    "turnover",
    "where",
    "without_ending",
    "years_since",
]
