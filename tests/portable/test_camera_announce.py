import struct

from camera_firmware.announce import Service, local_addresses, packed
from camera_firmware.dns_packets import A, ANY, PTR, SRV, TXT, encoded, questions
from expect import raises

TYPE = (b"_doorlens", b"_tcp", b"local")
NAME = (b"Front_Door",) + TYPE


def query(*asked, flags=0):
    return struct.pack(">HHHHHH", 0, flags, len(asked), 0, 0, 0) + b"".join(
        (name if isinstance(name, bytes) else encoded(name)) + struct.pack(">HH", kind, 1) for name, kind in asked)


def service():
    return Service("Front_Door", 8765, ("tls=1",))


def test_questions_are_read_with_names_in_lower_case_and_pointers_followed():
    both = query((NAME, SRV), (b"\xc0\x0c", TXT), (b"\x05Other\xc0\x17", PTR))
    assert questions(both) == [((b"front_door",) + TYPE, SRV), ((b"front_door",) + TYPE, TXT), ((b"other",) + TYPE, PTR)]


def test_only_questions_for_the_service_are_meant():
    for name, kind in ((TYPE, PTR), (TYPE, ANY), (NAME, SRV), (NAME, TXT), ((b"doorlens-front-door", b"local"), A),
                       ((b"_services", b"_dns-sd", b"_udp", b"local"), PTR), ((b"FRONT_DOOR",) + TYPE, SRV)):
        assert service().is_meant(query(((b"x", b"local"), A), (name, kind))), name
    for name, kind in ((TYPE, A), ((b"back",) + TYPE, SRV), ((b"_doorlens", b"_udp", b"local"), PTR), (NAME[1:3], PTR)):
        assert not service().is_meant(query((name, kind))), name
    assert not service().is_meant(query((TYPE, PTR), flags=0x8400)), "an answer is no question"


def test_packets_that_are_cut_or_never_end_are_left_alone():
    whole = query((NAME, SRV), (b"\xc0\x0c", TXT))
    for cut in range(len(whole)):
        assert service().is_meant(whole[:cut]) in (False, True)
    for name in (b"\xc0\x0c", b"\xc0", b"\x3f", b"\x40x\0", b"\xc0\xff", b"\x01a" * 200, b""):
        raises(ValueError, questions, struct.pack(">HHHHHH", 0, 0, 1, 0, 0, 0) + name)
    for seed in range(300):
        noise = bytes((seed * 7919 + i * i * 31 + (i * seed >> 3)) & 255 for i in range(seed % 90))
        service().is_meant(whole[:12] + noise)


def records(packet):
    """[(name, kind, class, seconds, data)]; no name in it is a pointer."""
    found, at = [], 12
    while at < len(packet):
        begin = at
        while packet[at]:
            at += 1 + packet[at]
        name, at = packet[begin:at + 1], at + 1
        kind, class_, seconds, length = struct.unpack(">HHIH", packet[at:at + 10])
        found.append((name, kind, class_, seconds, packet[at + 10:at + 10 + length]))
        at += 10 + length
    return found


def test_answer_says_where_the_control_api_is():
    packet = service().answer(packed("192.0.2.7"))
    said = records(packet)
    assert packet[:12] == struct.pack(">HHHHHH", 0, 0x8400, 0, len(said), 0, 0)
    host = encoded((b"doorlens-front-door", b"local"))
    assert said[1:] == [
        (encoded(TYPE), PTR, 1, 120, encoded(NAME)), (encoded(NAME), SRV, 0x8001, 120, b"\0\0\0\0\x22\x3d" + host),
        (encoded(NAME), TXT, 0x8001, 120, b"\x05tls=1"), (host, A, 0x8001, 120, b"\xc0\0\x02\x07")]


def test_longest_name_of_a_camera_fits():
    said = records(Service("n" * 64, 1).answer(bytes(4)))
    assert len(said) == 5 and said[1][4][0] == 63 and said[3][4] == b"\0"


def test_own_addresses_are_found_once_each():
    text = """Main:
     +-- 127.0.0.0/8 2 0 2
           |-- 127.0.0.0
              /8 host LOCAL
           |-- 127.0.0.1
              /32 host LOCAL
     |-- 192.0.2.0
        /24 link UNICAST
           |-- 192.0.2.2
              /32 host LOCAL
        |-- 192.0.2.255
           /32 link BROADCAST
Local:
           |-- 192.0.2.2
              /32 host LOCAL
"""
    assert local_addresses(text) == [packed("127.0.0.1"), packed("192.0.2.2")] and local_addresses("") == []
    for wrong in ("", "1.2.3", "1.2.3.x", "1.2.3.256", "::1"):
        raises(OSError, packed, wrong)
