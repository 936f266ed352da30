// MicroPython for a camera: asyncio, sockets, TLS, files, JSON, hashes; no REPL comforts, no hardware modules.

#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_EXTRA_FEATURES)

// Frozen packages only: nothing on the camera's disk shadows or extends them, except the current directory.
#define MICROPY_PY_SYS_PATH_DEFAULT ".frozen"

#include "ports/unix/variants/mpconfigvariant_common.h"

// Native code emitters and loading of .mpy files.
#define MICROPY_EMIT_X64 (0)
#define MICROPY_EMIT_ARM (0)
#define MICROPY_EMIT_THUMB (0)
#undef MICROPY_PERSISTENT_CODE_LOAD
#define MICROPY_PERSISTENT_CODE_LOAD (0)

// Where names were found last, a byte each: with 128 every other attribute is looked up by a division, which ARMv7 does in
// software.
#define MICROPY_OPT_MAP_LOOKUP_CACHE_SIZE (4096)

// Modules no camera needs.
#undef MICROPY_PY_CRYPTOLIB
#define MICROPY_PY_CRYPTOLIB (0)
#undef MICROPY_PY_MACHINE
#define MICROPY_PY_MACHINE (0)
#undef MICROPY_PY_MACHINE_PULSE
#define MICROPY_PY_MACHINE_PULSE (0)
#undef MICROPY_PY_MACHINE_PIN_BASE
#define MICROPY_PY_MACHINE_PIN_BASE (0)
#undef MICROPY_PY_OS_SYSTEM
#define MICROPY_PY_OS_SYSTEM (0)
#undef MICROPY_PY_WEBSOCKET
#define MICROPY_PY_WEBSOCKET (0)
#undef MICROPY_VFS_ROM
#define MICROPY_VFS_ROM (0)
#define MICROPY_PY_BLUETOOTH (0)
#define MICROPY_PY_CMATH (0)
#define MICROPY_PY_DEFLATE (0)
#define MICROPY_PY_FRAMEBUF (0)
#define MICROPY_PY_HEAPQ (0)
#define MICROPY_PY_RE (0)
#define MICROPY_PY_UCTYPES (0)
