SIGN_DIR := $(USERMOD_DIR)

# The core is not in SRC_USERMOD_LIB_C: the host library and the grids have no mbedTLS; the host has `cryptography`.
SRC_USERMOD_C += $(SIGN_DIR)/sign.c
SRC_USERMOD_C += $(SIGN_DIR)/modsign.c

CFLAGS_USERMOD += -I$(SIGN_DIR)
