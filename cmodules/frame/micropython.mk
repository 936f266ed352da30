FRAME_DIR := $(USERMOD_DIR)

SRC_USERMOD_LIB_C += $(FRAME_DIR)/frame_buffer.c
SRC_USERMOD_LIB_C += $(FRAME_DIR)/frame_plan.c
SRC_USERMOD_LIB_C += $(FRAME_DIR)/frame_run.c
SRC_USERMOD_LIB_C += $(FRAME_DIR)/frame_size.c
SRC_USERMOD_LIB_C += $(FRAME_DIR)/frame_status.c
SRC_USERMOD_C += $(FRAME_DIR)/modframe.c

CFLAGS_USERMOD += -I$(FRAME_DIR)
