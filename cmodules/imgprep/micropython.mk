IMGPREP_DIR := $(USERMOD_DIR)

SRC_USERMOD_LIB_C += $(IMGPREP_DIR)/imgprep_mean_abs_diff.c
SRC_USERMOD_LIB_C += $(IMGPREP_DIR)/imgprep_resize_area.c
SRC_USERMOD_LIB_C += $(IMGPREP_DIR)/imgprep_status.c
SRC_USERMOD_C += $(IMGPREP_DIR)/modimgprep.c

CFLAGS_USERMOD += -I$(IMGPREP_DIR)
