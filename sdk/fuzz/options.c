// The address sanitizer's options for every target: freed memory stays forbidden for the next 16 MB, so that it is found
// in the processor's caches when it is used again; a few frames of where it was allocated.
const char *__asan_default_options(void);

const char *__asan_default_options(void) {
    return "quarantine_size_mb=16:thread_local_quarantine_size_kb=256:malloc_context_size=6";
}
