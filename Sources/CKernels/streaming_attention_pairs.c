#include "CKernels.h"

#if defined(__x86_64__) && defined(__linux__)
/* All that follows, the vectors too, is compiled for processors with bfloat16 products: kernel_has_pairs
 * asks. */
#pragma clang attribute push(__attribute__((target("arch=cooperlake"))), apply_to = function)
#include <immintrin.h>

#define WITH_PAIRS
#include "streaming.h"

void attend_in_pairs(const void *job, ptrdiff_t first, ptrdiff_t end) {
  attend_units(job, 4, true, first, end);
}
#pragma clang attribute pop
#endif
