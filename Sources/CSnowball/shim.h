#pragma once
#include <libstemmer.h>

// Asks the processor to fetch a line of memory that will be read soon: stems that were looked up
// before lie in a table that does not fit its nearer caches.
static inline void stem_prefetch(const void *address) { __builtin_prefetch(address); }
