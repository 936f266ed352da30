NN_DIR := $(USERMOD_DIR)

SRC_USERMOD_LIB_C += $(NN_DIR)/avgpool_s8__c.c
SRC_USERMOD_LIB_C += $(NN_DIR)/conv2d_s8_3x3__c.c
SRC_USERMOD_LIB_C += $(NN_DIR)/dense_s8__c.c
SRC_USERMOD_LIB_C += $(NN_DIR)/depthwise_s8_3x3__c.c
SRC_USERMOD_LIB_C += $(NN_DIR)/nn_layer.c
SRC_USERMOD_LIB_C += $(NN_DIR)/nn_net.c
SRC_USERMOD_LIB_C += $(NN_DIR)/nn_run.c
SRC_USERMOD_LIB_C += $(NN_DIR)/nn_status.c
SRC_USERMOD_LIB_C += $(NN_DIR)/pointwise_s8__c.c
SRC_USERMOD_C += $(NN_DIR)/modnn.c

CFLAGS_USERMOD += -I$(NN_DIR)
