from contract.clock import utc_ms, utc_text
from contract.time_zone import TimeZone
from contract.weekly_hours import WeeklyHours
from expect import raises

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"


def local(zone, text):
    return utc_text(TimeZone(zone).local_ms(utc_ms(text + ":00.000Z")))[:16]


def test_clocks_change_at_the_right_minute():
    assert local(BERLIN, "2026-03-29T00:59") == "2026-03-29T01:59"
    assert local(BERLIN, "2026-03-29T01:00") == "2026-03-29T03:00"
    assert local(BERLIN, "2026-10-25T00:59") == "2026-10-25T02:59"
    assert local(BERLIN, "2026-10-25T01:00") == "2026-10-25T02:00"
    assert local("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T06:59") == "2026-03-08T01:59"
    assert local("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00") == "2026-03-08T03:00"


def test_summer_of_the_south_goes_over_the_new_year():
    sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3"
    assert local(sydney, "2025-12-31T12:59") == "2025-12-31T23:59" and local(sydney, "2025-12-31T13:00") == "2026-01-01T00:00"
    assert local(sydney, "2026-04-04T16:00") == "2026-04-05T02:00"


def test_every_form_of_a_zone_is_read():
    assert local("UTC0", "2026-07-01T10:00") == "2026-07-01T10:00"
    assert local("IST-5:30", "2026-07-01T10:00") == "2026-07-01T15:30"
    assert local("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59") == "2026-03-28T22:59"
    assert local("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00") == "2026-03-29T00:00"
    assert local("AAA0BBB-2:15:30,J60/0,J300/25", "2024-02-29T23:59") == "2024-02-29T23:59"
    assert local("AAA0BBB-2:15:30,J60/0,J300/25", "2024-03-01T00:00") == "2024-03-01T02:15"
    assert local("AAA0BBB,59/0,300", "2024-02-29T00:00") == "2024-02-29T01:00"
    assert local("EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-03-28T00:00") == "2026-03-28T03:00"


def test_what_is_no_zone_is_refused():
    for text in ("", "Europe/Berlin", "CET", "CE-1", "CET-25", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
                 "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,J0,J1",
                 "CET-1CEST,M3.5.0,M10.5.0,", "CET-1:60", "<CET-1", "CET-", "CET-1 CEST,M3.5.0,M10.5.0", ":CET", "CET-1CEST,,"):
        assert "is not a POSIX time zone" in str(raises(ValueError, TimeZone, text)), text


def inside(hours, *times):
    """Are these times (2026-03-02 is a Monday) within the hours?"""
    return [WeeklyHours(hours).contain(utc_ms("2026-03-%sZ" % time)) for time in times]


def test_hours_begin_with_their_minute_and_end_before_it():
    assert inside("07:00-19:00", "02T06:59:59", "02T07:00:00", "02T18:59:59", "02T19:00:00") == [False, True, True, False]
    assert inside("Tu 07:00-19:00", "02T08:00:00", "03T08:00:00", "04T08:00:00", "10T08:00:00") == [False, True, False, True]
    assert inside("00:00-24:00", "02T00:00:00", "08T23:59:59") == [True, True]


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin():
    assert inside("Su 22:00-06:00", "01T22:00:00", "02T05:59:00", "02T06:00:00", "02T22:00:00", "01T05:00:00") == [
        True, True, False, False, False]


def test_days_and_spans_add_up():
    hours = "Mo-Fr 07:00-12:00,13:00-19:00; sa,SU 09:00-13:00"
    assert inside(hours, "02T11:59:00", "02T12:00:00", "02T13:00:00", "07T09:00:00", "08T12:59:00", "07T08:00:00") == [
        True, False, True, True, True, False]
    assert inside("Sa-Mo 10:00-11:00", "07T10:30:00", "08T10:30:00", "02T10:30:00", "03T10:30:00") == [True, True, True, False]


def test_what_is_no_hours_is_refused():
    for text in ("", "always", "7:00-19:00", "07:00", "07:00-", "07:00-25:00", "07:60-08:00", "24:00-01:00", "07:00-07:00",
                 "Mo-Xx 07:00-19:00", "Mo-We-Fr 07:00-19:00", "Mo 07:00 - 19:00", "07:00-19:00;", "+7:00-19:00", "Mo", "-7:00-08:00"):
        assert "is not hours such as" in str(raises(ValueError, WeeklyHours, text)), text
