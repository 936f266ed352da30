# The firmware's interpreter as a fuzzing target: the same modules and options, libFuzzer's main().
include $(SDK)/variant/mpconfigvariant.mk

PROG = parsers
$(BUILD)/main.o: CFLAGS += -Dmain=micropython_main
# The collector reads the whole stack, red zones too.
$(BUILD)/py/gc.o: CFLAGS += -fno-sanitize=address
# Coverage of C where bytes are taken apart; of Python through parsers.c. Everywhere it would be ten times slower.
$(addprefix $(BUILD)/,extmod/modjson.o py/objstr.o py/parsenum.o): CFLAGS += -fsanitize=fuzzer-no-link
