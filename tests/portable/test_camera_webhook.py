from binascii import hexlify

from camera_firmware.settings import SettingsError, check
from camera_firmware.webhook import hmac_sha256, key_of
from expect import raises


def settings(**webhook):
    return check({"camera": "door", "source": {"type": "stdin"}, "webhook": webhook})["webhook"]


def test_signature_is_that_of_rfc_4231():
    cases = ((b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
             (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
             (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
             (b"\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First",
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"))
    for key, data, expected in cases:
        assert hexlify(hmac_sha256(key, data)).decode() == expected
        assert hmac_sha256(key, data[:3], b"", data[3:]) == hmac_sha256(key, data)


def test_secret_is_text_or_base64():
    assert key_of("a secret") == b"a secret" and key_of("whsec_AAECAwQFBgc=") == bytes(range(8))


def test_settings_of_a_webhook_are_checked():
    assert settings()["url"] == ""
    good = settings(url="https://example.org/x", secret="long enough", verify=False)
    assert good["timeout_s"] == 10
    wrong = (({"url": "ftp://example.org", "secret": "long enough"}, "webhook.url must start with"),
             ({"url": "http://user:pass@example.org/", "secret": "long enough"}, "webhook.url: not a host and port"),
             ({"url": "http://example.org/"}, "webhook.secret is missing or shorter"),
             ({"url": "http://example.org/", "secret": "whsec_AAAA"}, "webhook.secret is missing or shorter"),
             ({"url": "http://example.org/", "secret": "whsec_*"}, "webhook.secret"),
             ({"url": "https://example.org/", "secret": "long enough"}, "webhook.ca is missing"))
    for words, sentence in wrong:
        assert ("setting " + sentence) in str(raises(SettingsError, settings, **words)), words


def test_settings_of_the_broker_are_checked():
    def broker(**mqtt):
        return check({"camera": "door", "source": {"type": "stdin"}, "mqtt": mqtt})["mqtt"]["port"]
    assert broker() == 1883 and broker(tls=True, ca="ca.pem") == 8883 and broker(tls=True, verify=False, port=1884) == 1884
    assert "setting mqtt.ca is missing, and mqtt.tls is set" in str(raises(SettingsError, broker, tls=True))
    home = {"camera": "door", "source": {"type": "stdin"}, "home_assistant": {"prefix": "/x"}}
    assert "setting home_assistant.prefix may not" in str(raises(SettingsError, check, home))
    home["home_assistant"] = {"device_class": "portcullis"}
    assert "setting home_assistant.device_class must be one of door," in str(raises(SettingsError, check, home))
