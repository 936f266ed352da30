IMGPREP_DIR := $(USERMOD_DIR)

SRC_USERMOD_LIB_C += $(IMGPREP_DIR)/imgprep_mean_abs_diff.c
SRC_USERMOD_LIB_C += $(IMGPREP_DIR)/imgprep_resize_area.c
SRC_USERMOD_LIB_C += $(IMGPREP_DIR)/imgprep_status.c
SRC_USERMOD_LIB_C += $(IMGPREP_DIR)/resize_area_axis.c
SRC_USERMOD_LIB_C += $(IMGPREP_DIR)/resize_area_u8__c.c
SRC_USERMOD_LIB_C += $(IMGPREP_DIR)/resize_area_u8__neon.c
SRC_USERMOD_LIB_C += $(IMGPREP_DIR)/resize_area_u8_wide__c.c
SRC_USERMOD_C += $(IMGPREP_DIR)/modimgprep.c

CFLAGS_USERMOD += -I$(IMGPREP_DIR)
