import pytest

from training import manifest
from training.errors import TrainingError

ISO_MS = 1_772_439_300_000  # 2026-03-02T08:15:00Z


def read(tmp_path, text):
    path = tmp_path / "manifest.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return manifest.read(path)


def test_rows_carry_label_event_and_time(tmp_path):
    found = read(tmp_path, "file,label,event,time\nopen/1.jpg,open,visit,2026-03-02T08:15:00Z\nclosed/2.jpg,,,\n")
    assert found.rows["open/1.jpg"] == manifest.Row("open", "visit", ISO_MS)
    assert found.rows["closed/2.jpg"] == manifest.Row("", None, None)
    assert found.labelled and not found.repeated


@pytest.mark.parametrize("text", [
    b"\xef\xbb\xbffile,label\n1.jpg,open\n",             # byte order mark
    b"File , LABEL\r\n1.jpg, open \r\n\r\n",              # capitals, blanks, empty line, Windows
    b'"file";"label"\n"1.jpg";"open"\n',                  # quoted, semicolons
    b"label\tnotes\tfile\nopen\tcommas, too\t./1.jpg\n",  # tabs, other columns, other order
])
def test_what_spreadsheets_write_is_read(tmp_path, text):
    assert read(tmp_path, text).rows == {"1.jpg": manifest.Row("open", None, None)}


def test_quoted_name_may_hold_commas_quotes_and_backslashes(tmp_path):
    assert list(read(tmp_path, 'file\n"open\\a ""b"", c.jpg"\n').rows) == ['open/a "b", c.jpg']


@pytest.mark.parametrize("text", ["2026-03-02T08:15:00Z", "2026-03-02 09:15:00+01:00", "2026-03-02T08:15",
                                  "1772439300", "1772439300.0", "1772439300000"])
def test_time_is_iso_or_unix_and_utc_unless_it_says_otherwise(text):
    assert manifest.time_ms(text) == ISO_MS


@pytest.mark.parametrize("text, sentence", [
    ("label,event\nopen,1\n", 'no column "file"'),
    ("", 'no column "file"'),
    ("file,label,label\n1.jpg,open,open\n", 'column "label" twice'),
    ("file,label\n1.jpg\n", "line 2 has 1 cells, the first line has 2"),
    ("file,label\n/etc/1.jpg,open\n", 'line 2: "/etc/1.jpg" leaves the folder'),
    ("file,label\nopen/../../1.jpg,open\n", "line 2: .* leaves the folder"),
    ("file,label\nC:\\door\\1.jpg,open\n", "line 2: .* leaves the folder"),
    ("file,label\n,open\n", "line 2: '' is not a file's name"),
    ("file,label\na\x00.jpg,open\n", "line 2: .* is not a file's name"),
    ("file,time\n1.jpg,\n2.jpg,2.3.2026\n", 'line 3: time "2.3.2026" is neither'),
    ("file,time\n1.jpg,20260302\n", "line 2: time .* is not a time of 2000 to 2100"),
    ('file,label\n"1.jpg,open\n', "line 2"),
    ("file,label\n1.jpg,open\n1.jpg,closed\n", "line 3 says something else about 1.jpg"),
    (b"\xff\xfef\x00i\x00", "not UTF-8"),
])
def test_every_fault_is_one_sentence_that_names_its_place(tmp_path, text, sentence):
    with pytest.raises(TrainingError, match=sentence) as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_line_said_twice_is_counted_not_refused(tmp_path):
    found = read(tmp_path, "file,label\n1.jpg,open\n./1.jpg,open\n")
    assert found.repeated == 1 and len(found.rows) == 1
