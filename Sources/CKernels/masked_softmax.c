#include "CKernels.h"
#include "scores.h"
#include "team.h"

struct softmax_job {
    const void *scores;
    void *attention;
    const float *mask;
    const int64_t *sources;
    int64_t image_rows;
    float scale;
    int64_t columns;
};

/* The row's mask; NULL for none. Images that share one read the same memory, which stays in a near cache. */
INLINE const float *mask_row(const struct softmax_job *job, int64_t row) {
    if (!job->mask) return 0;
    const int64_t image = row / job->image_rows;
    return job->mask + ((job->sources[image] - image) * job->image_rows + row) * job->columns;
}

/* Three passes over a few rows that lie in the first cache: the largest masked score, the exponentials and their sum,
 * the division. Each pass waits for the end of the one before; rows side by side fill those waits. In between the
 * numbers are float32, whatever the buffer's type. A row's last vector overlaps the one before it: it has the same
 * values there. */
INLINE void softmax_group(const struct softmax_job *job, int type, int64_t first, int count, float *masked,
                          int64_t stride) {
    const int64_t columns = job->columns, last = columns - LANES;
    float highest[GROUP], share[GROUP];
    for (int row = 0; row < count; ++row) {
        float *kept = masked + row * stride;
        highest[row] = weigh_row(job->scores, (first + row) * columns, type, job->scale, mask_row(job, first + row),
                                 columns, kept);
        store(kept, columns, 0, all(-3.0e38f));
    }
    for (int row = 0; row < count; ++row) {
        float *kept = masked + row * stride;
        floats total = all(0);
        for (int64_t i = 0; i < columns; i += LANES) {
            floats value = exponential(load(kept, i, 0) - highest[row]);
            store(kept, i, 0, value);
            total += value;
        }
        share[row] = 1.0f / sum(total);
    }
    for (int row = 0; row < count; ++row) {
        const float *kept = masked + row * stride;
        const int64_t start = (first + row) * columns;
        for (int64_t i = 0; i < last; i += LANES)
            store(job->attention, start + i, type, load(kept, i, 0) * share[row]);
        store(job->attention, start + last, type, load(kept, last, 0) * share[row]);
    }
}

INLINE void softmax_rows(const struct softmax_job *job, int type, int64_t first, int64_t end) {
    float masked[KERNEL_LONGEST_SOFTMAX + LANES];
    const int64_t stride = job->columns + LANES;
    const int64_t fit = (KERNEL_LONGEST_SOFTMAX + LANES) / stride;
    const int64_t group = fit < GROUP ? fit : GROUP;
    for (int64_t row = first; row < end; row += group)
        softmax_group(job, type, row, row + group <= end ? group : end - row, masked, stride);
}

/* Rows shorter than a vector: tests' small models have them. */
INLINE void short_softmax_rows(const struct softmax_job *job, int type, int64_t first, int64_t end) {
    for (int64_t row = first; row < end; ++row) {
        const int64_t start = row * job->columns, columns = job->columns;
        floats value = load_some(job->scores, start, type, columns, 0) * job->scale;
        const float *mask = mask_row(job, row);
        if (mask) value *= load_some(mask, 0, 0, columns, 0);
        for (int64_t i = columns; i < LANES; ++i) value[i] = -3.0e38f;
        value = exponential(value - largest(value));
        store_some(job->attention, start, type, columns, value * (1.0f / sum(value)));
    }
}

INLINE void any_softmax_rows(const struct softmax_job *job, int type, int64_t first, int64_t end) {
    if (job->columns < LANES) short_softmax_rows(job, type, first, end);
    else softmax_rows(job, type, first, end);
}

FOR_EACH_PROCESSOR
static void softmax_float32(const void *job, int64_t first, int64_t end) {
    any_softmax_rows(job, 0, first, end);
}

FOR_EACH_PROCESSOR
static void softmax_bfloat16(const void *job, int64_t first, int64_t end) {
    any_softmax_rows(job, 1, first, end);
}

void kernel_masked_softmax(const void *scores, void *attention, int type, const float *mask, const int64_t *sources,
                           int64_t image_rows, float scale, int64_t rows, int64_t columns, int threads) {
    struct softmax_job job = {scores, attention, mask, sources, image_rows, scale, columns};
    split(rows, threads, &job, type == 0 ? softmax_float32 : softmax_bfloat16);
}
