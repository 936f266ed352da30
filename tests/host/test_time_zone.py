"""Local times by contract.time_zone against the C library's, for zones of every kind, through twenty years."""

import os
import time
from calendar import timegm

import pytest

from contract.time_zone import TimeZone

ZONES = ("CET-1CEST,M3.5.0,M10.5.0/3", "GMT0BST,M3.5.0/1,M10.5.0", "IST-1GMT0,M10.5.0,M3.5.0/1", "EST5EDT,M3.2.0,M11.1.0",
         "AEST-10AEDT,M10.1.0,M4.1.0/3", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",
         "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "<-04>4<-03>,M9.1.6/24,M4.1.6/24", "EET-2EEST,M3.4.4/50,M10.4.4/50",
         "IST-2IDT,M3.4.4/26,M10.5.0", "<+0330>-3:30<+0430>,J79/24,J263/24", "AAA3BBB,59/0,300", "NST3:30NDT,M3.2.0,M11.1.0",
         "IST-5:30", "UTC0")
_DAY_S = 86400


@pytest.fixture
def zone_of_c():
    before = os.environ.get("TZ")

    def use(zone):
        os.environ["TZ"] = zone
        time.tzset()
    yield use
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize("zone", ZONES)
def test_local_time_is_that_of_the_c_library(zone, zone_of_c):
    zone_of_c(zone)
    ours, begin = TimeZone(zone), timegm((2024, 1, 1, 0, 0, 0))
    for second in range(begin, begin + 20 * 366 * _DAY_S, _DAY_S + 1799):
        assert ours.local_ms(1000 * second) == 1000 * timegm(time.localtime(second)), second
    for year in range(2024, 2044):  # every quarter of an hour of the days on which Europe and America change
        for month, day in ((3, 8), (3, 25), (10, 25), (11, 1)):
            midnight = timegm((year, month, day, 0, 0, 0))
            for second in range(midnight, midnight + 2 * _DAY_S, 900):
                assert ours.local_ms(1000 * second) == 1000 * timegm(time.localtime(second)), second
