# What is frozen into the fuzzing target: the firmware, and the harnesses around its parsers.
include("$(SDK_DIR)/manifest.py")
for name in ("pieces", "http_client", "http_server", "multipart", "model"):
    module("fuzz_" + name + ".py", base_path="$(SDK_DIR)/fuzz/parsers")
