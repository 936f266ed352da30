# What is compiled into the interpreter. Sizes in mpconfigvariant.h.
MICROPY_PY_BTREE = 0
MICROPY_PY_FFI = 0
MICROPY_PY_JNI = 0
MICROPY_PY_THREAD = 0
MICROPY_PY_TERMIOS = 0
MICROPY_PY_SOCKET = 1
MICROPY_PY_SSL = 1
MICROPY_SSL_MBEDTLS = 1
MICROPY_VFS_FAT = 0
MICROPY_VFS_LFS1 = 0
MICROPY_VFS_LFS2 = 0

# The interpreter is built for size but for what every line of Python goes through, every C module for speed; a module's
# micropython.mk may add to this.
$(foreach name,bc map obj objarray objfun objtype qstr runtime,$(eval $(BUILD)/py/$(name).o: CFLAGS += -O2))
$(foreach module,$(notdir $(wildcard $(USER_C_MODULES)/*)),$(eval $(BUILD)/$(module)/%.o: CFLAGS += $(CFLAGS_MODULES)))
# A kernel for one instruction set is a file of its own, with the flags for it on that file alone.
$(BUILD)/%__neon.o: CFLAGS += $(CFLAGS_NEON)
