#include <math.h>

#include "CKernels.h"
#include "team.h"
#include "vectors.h"

/* Columns that are kept on the stack. */
enum { LONGEST = 4096 };

struct norm_job {
    const void *inputs;
    void *outputs;
    const float *scale, *shift;
    float epsilon;
    int64_t columns;
};

/* A few rows of whole pairs of vectors: read once, kept as float32 in the first cache, two sums side by side. Each pass
 * waits for the end of the one before; rows side by side fill those waits. */
INLINE void norm_group(const struct norm_job *job, int type, int64_t first, int count, float *kept) {
    const int64_t columns = job->columns;
    float mean[GROUP], factor[GROUP];
    for (int row = 0; row < count; ++row) {
        const int64_t start = (first + row) * columns;
        float *numbers = kept + row * columns;
        floats total0 = all(0), total1 = all(0);
        for (int64_t i = 0; i < columns; i += 2 * LANES) {
            floats value0 = load(job->inputs, start + i, type);
            floats value1 = load(job->inputs, start + i + LANES, type);
            store(numbers, i, 0, value0);
            store(numbers, i + LANES, 0, value1);
            total0 += value0;
            total1 += value1;
        }
        mean[row] = sum(total0 + total1) / (float)columns;
    }
    for (int row = 0; row < count; ++row) {
        const float *numbers = kept + row * columns;
        floats squares0 = all(0), squares1 = all(0);
        for (int64_t i = 0; i < columns; i += 2 * LANES) {
            floats value0 = load(numbers, i, 0) - mean[row], value1 = load(numbers, i + LANES, 0) - mean[row];
            squares0 += value0 * value0;
            squares1 += value1 * value1;
        }
        factor[row] = 1.0f / sqrtf(sum(squares0 + squares1) / (float)columns + job->epsilon);
    }
    for (int row = 0; row < count; ++row) {
        const int64_t start = (first + row) * columns;
        for (int64_t i = 0; i < columns; i += LANES) {
            floats value = (load(kept, row * columns + i, 0) - mean[row]) * factor[row];
            store(job->outputs, start + i, type, value * load(job->scale, i, 0) + load(job->shift, i, 0));
        }
    }
}

/* A row of any length. */
INLINE void norm_odd_row(const struct norm_job *job, int type, int64_t start) {
    const int64_t columns = job->columns;
    floats total = all(0), squares = all(0);
    for (int64_t i = 0; i < columns; i += LANES) total += load_part(job->inputs, start, i, columns, type, 0);
    const float mean = sum(total) / (float)columns;
    for (int64_t i = 0; i < columns; i += LANES) {
        floats value = load_part(job->inputs, start, i, columns, type, mean) - mean;
        squares += value * value;
    }
    const float factor = 1.0f / sqrtf(sum(squares) / (float)columns + job->epsilon);
    for (int64_t i = 0; i < columns; i += LANES) {
        floats value = (load_part(job->inputs, start, i, columns, type, mean) - mean) * factor;
        value = value * load_part(job->scale, 0, i, columns, 0, 0) + load_part(job->shift, 0, i, columns, 0, 0);
        store_part(job->outputs, start, i, columns, type, value);
    }
}

INLINE void norm_rows(const struct norm_job *job, int type, int64_t first, int64_t end) {
    float kept[LONGEST];
    if (job->columns % (2 * LANES) != 0 || job->columns > LONGEST) {
        for (int64_t row = first; row < end; ++row) norm_odd_row(job, type, row * job->columns);
        return;
    }
    const int64_t fit = LONGEST / job->columns, group = fit < GROUP ? fit : GROUP;
    for (int64_t row = first; row < end; row += group)
        norm_group(job, type, row, row + group <= end ? group : end - row, kept);
}

FOR_EACH_PROCESSOR
static void norm_float32(const void *job, int64_t first, int64_t end) { norm_rows(job, 0, first, end); }

FOR_EACH_PROCESSOR
static void norm_bfloat16(const void *job, int64_t first, int64_t end) { norm_rows(job, 1, first, end); }

void kernel_layer_norm(const void *inputs, void *outputs, int type, const float *scale, const float *shift,
                       float epsilon, int64_t rows, int64_t columns, int threads) {
    struct norm_job job = {inputs, outputs, scale, shift, epsilon, columns};
    split(rows, threads, &job, type == 0 ? norm_float32 : norm_bfloat16);
}
