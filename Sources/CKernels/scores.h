/* What every softmax of ours begins with. */
#ifndef MEZZOTINT_SCORES_H
#define MEZZOTINT_SCORES_H

#include "exponential.h"

/* A row of `columns` >= 16 scores from `start` on, times the scale and the row's mask (NULL for none), as
 * float32 into `weighed`, which may be where they came from. Returns the largest: exp overflows above 88, so
 * it is taken away. */
INLINE float weigh_row(const void *scores, ptrdiff_t start, enum kernel_type type, float scale,
                       const float *mask, ptrdiff_t columns, float *weighed) {
  const ptrdiff_t last = columns - LANES;
  // The last vector overlaps the one before it and must not be weighed twice: it is read first.
  floats end = load(scores, start + last, type) * scale;
  if (mask) end *= load_floats(mask, last);
  floats top = end;
  for (ptrdiff_t i = 0; i < last; i += LANES) {
    floats value = load(scores, start + i, type) * scale;
    if (mask) value *= load_floats(mask, i);
    store_floats(weighed, i, value);
    top = larger(value, top);
  }
  store_floats(weighed, last, end);
  return largest(top)[0];
}

#endif
