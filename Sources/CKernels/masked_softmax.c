#include "CKernels.h"
#include "team.h"
#include "vectors.h"

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

/* One vector of a row, times its mask and the scale. */
INLINE floats masked_scores(const struct softmax_job *job, int type, int64_t row, const float *mask,
                            int64_t index) {
    floats value = load(job->scores, row * job->columns + index, type) * job->scale;
    return mask ? value * load(mask, index, 0) : value;
}

/* Three passes over a row that lies in the first cache: the largest masked score, the exponentials and their
 * sum, the division. In between the numbers are float32, whatever the buffer's type. A row's last vector
 * overlaps the one before it: it has the same values there. */
INLINE void softmax_rows(const struct softmax_job *job, int type, int64_t first, int64_t end) {
    float masked[KERNEL_LONGEST_SOFTMAX + LANES];
    const int64_t columns = job->columns, last = columns - LANES;
    for (int64_t row = first; row < end; ++row) {
        const float *mask = mask_row(job, row);
        floats top = masked_scores(job, type, row, mask, last);
        store(masked, last, 0, top);
        store(masked, columns, 0, all(-3.0e38f));
        for (int64_t i = 0; i < last; i += LANES) {
            floats value = masked_scores(job, type, row, mask, i);
            store(masked, i, 0, value);
            top = larger(value, top);
        }
        // Subtract the maximum: exp overflows above 88.
        const floats highest = largest(top);
        floats total = all(0);
        for (int64_t i = 0; i < columns; i += LANES) {
            floats value = exponential(load(masked, i, 0) - highest);
            store(masked, i, 0, value);
            total += value;
        }
        const float share = 1.0f / sum(total);
        for (int64_t i = 0; i < last; i += LANES)
            store(job->attention, row * columns + i, type, load(masked, i, 0) * share);
        store(job->attention, row * columns + last, type, load(masked, last, 0) * share);
    }
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
