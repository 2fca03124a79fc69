"""Serves campaigns: to viewers, to brands and to operators."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.web.api import build_api
from functions.campaigns.brands import BRANDS
from functions.campaigns.operators import OPERATORS
from functions.campaigns.viewers import VIEWERS

handler = build_api(
    "campaigns", {**VIEWERS, **BRANDS, **OPERATORS}, bootstrap.rate_limiter, bootstrap.partner_reception
)
