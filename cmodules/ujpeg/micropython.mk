UJPEG_DIR := $(USERMOD_DIR)

SRC_USERMOD_LIB_C += $(filter-out %/modujpeg.c,$(sort $(wildcard $(UJPEG_DIR)/*.c)))
SRC_USERMOD_C += $(UJPEG_DIR)/modujpeg.c

CFLAGS_USERMOD += -I$(UJPEG_DIR)
LDFLAGS_USERMOD += -ljpeg
