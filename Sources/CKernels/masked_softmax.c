#include "CKernels.h"
#include "scores.h"
#include "team.h"

/* The row's mask; NULL for none. Images that share one read the same memory, which stays in a near cache. */
INLINE const float *mask_row(const struct masked_softmax_job *job, ptrdiff_t row) {
  if (!job->mask) return 0;
  const ptrdiff_t image = row / job->image_rows;
  return job->mask + ((job->sources[image] - image) * job->image_rows + row) * job->columns;
}

/* Three passes over a few rows that lie in the first cache: the largest masked score, the exponentials and
 * their sum, the division. Each pass waits for the end of the one before; rows side by side fill those waits.
 * In between the numbers are float32, whatever the buffer's type. A row's last vector overlaps the one before
 * it: it has the same values there. */
INLINE void softmax_group(const struct masked_softmax_job *job, enum kernel_type type, ptrdiff_t first,
                          int count, float *masked, ptrdiff_t stride) {
  const ptrdiff_t columns = job->columns, last = columns - LANES;
  float highest[GROUP], share[GROUP];
  for (int row = 0; row < count; ++row) {
    float *kept = masked + row * stride;
    highest[row] = weigh_row(job->scores, (first + row) * columns, type, job->scale,
                             mask_row(job, first + row), columns, kept);
    store_floats(kept, columns, all(-3.0e38f));
  }
  for (int row = 0; row < count; ++row) {
    float *kept = masked + row * stride;
    floats total = all(0);
    for (ptrdiff_t i = 0; i < columns; i += LANES) {
      floats value = exponential(load_floats(kept, i) - highest[row]);
      store_floats(kept, i, value);
      total += value;
    }
    share[row] = 1.0f / sum(total);
  }
  for (int row = 0; row < count; ++row) {
    const float *kept = masked + row * stride;
    const ptrdiff_t start = (first + row) * columns;
    for (ptrdiff_t i = 0; i < last; i += LANES)
      store(job->attention, start + i, type, load_floats(kept, i) * share[row]);
    store(job->attention, start + last, type, load_floats(kept, last) * share[row]);
  }
}

INLINE void softmax_rows(const struct masked_softmax_job *job, enum kernel_type type, ptrdiff_t first,
                         ptrdiff_t end) {
  float masked[KERNEL_LONGEST_SOFTMAX + LANES];
  const ptrdiff_t stride = job->columns + LANES;
  const ptrdiff_t fit = (KERNEL_LONGEST_SOFTMAX + LANES) / stride;
  const ptrdiff_t group = fit < GROUP ? fit : GROUP;
  for (ptrdiff_t row = first; row < end; row += group)
    softmax_group(job, type, row, row + group <= end ? group : end - row, masked, stride);
}

/* Rows shorter than a vector: tests' small models have them. */
INLINE void short_softmax_rows(const struct masked_softmax_job *job, enum kernel_type type, ptrdiff_t first,
                               ptrdiff_t end) {
  for (ptrdiff_t row = first; row < end; ++row) {
    const ptrdiff_t start = row * job->columns, columns = job->columns;
    floats value = load_some(job->scores, start, type, columns, 0) * job->scale;
    const float *mask = mask_row(job, row);
    if (mask) value *= load_some(mask, 0, KERNEL_FLOAT32, columns, 0);
    for (ptrdiff_t i = columns; i < LANES; ++i) value[i] = -3.0e38f;
    value = exponential(value - largest(value));
    store_some(job->attention, start, type, columns, value * (1.0f / sum(value)));
  }
}

INLINE void any_softmax_rows(const struct masked_softmax_job *job, enum kernel_type type, ptrdiff_t first,
                             ptrdiff_t end) {
  if (job->columns < LANES) short_softmax_rows(job, type, first, end);
  else softmax_rows(job, type, first, end);
}

FOR_EACH_PROCESSOR
static void softmax_float32(const void *job, ptrdiff_t first, ptrdiff_t end) {
  any_softmax_rows(job, KERNEL_FLOAT32, first, end);
}

FOR_EACH_PROCESSOR
static void softmax_bfloat16(const void *job, ptrdiff_t first, ptrdiff_t end) {
  any_softmax_rows(job, KERNEL_BFLOAT16, first, end);
}

void kernel_masked_softmax(struct masked_softmax_job job) {
  split(job.rows, job.threads, &job, job.type == KERNEL_FLOAT32 ? softmax_float32 : softmax_bfloat16);
}
