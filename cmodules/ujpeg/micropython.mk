UJPEG_DIR := $(USERMOD_DIR)
UJPEG_BINDING := $(sort $(wildcard $(UJPEG_DIR)/modujpeg*.c))

SRC_USERMOD_LIB_C += $(filter-out $(UJPEG_BINDING),$(sort $(wildcard $(UJPEG_DIR)/*.c)))
SRC_USERMOD_C += $(UJPEG_BINDING)

CFLAGS_USERMOD += -I$(UJPEG_DIR)
LDFLAGS_USERMOD += -ljpeg
