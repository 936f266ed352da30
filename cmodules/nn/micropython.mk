NN_DIR := $(USERMOD_DIR)

SRC_USERMOD_LIB_C += $(filter-out %/modnn.c,$(sort $(wildcard $(NN_DIR)/*.c)))
SRC_USERMOD_C += $(NN_DIR)/modnn.c

CFLAGS_USERMOD += -I$(NN_DIR)
