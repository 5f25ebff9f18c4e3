#include <math.h>

#include "CKernels.h"
#include "team.h"
#include "vectors.h"

struct norm_job {
    const void *inputs;
    void *outputs;
    const float *scale, *shift;
    float epsilon;
    int64_t columns;
};

/* The numbers of a row less `mean`; lanes beyond its end are 0. */
INLINE floats centred(const struct norm_job *job, int type, int64_t start, int64_t i, float mean) {
    const int64_t left = job->columns - i;
    if (left >= LANES) return load(job->inputs, start + i, type) - mean;
    return load_some(job->inputs, start + i, type, left, mean) - mean;
}

/* Three passes over a row that lies in the first cache: the mean, the variance around it, the result. */
INLINE void norm_rows(const struct norm_job *job, int type, int64_t first, int64_t end) {
    const int64_t columns = job->columns;
    for (int64_t row = first; row < end; ++row) {
        const int64_t start = row * columns;
        floats total = all(0), squares = all(0);
        for (int64_t i = 0; i < columns; i += LANES) total += centred(job, type, start, i, 0);
        const float mean = sum(total) / (float)columns;
        for (int64_t i = 0; i < columns; i += LANES) {
            floats value = centred(job, type, start, i, mean);
            squares += value * value;
        }
        const float factor = 1.0f / sqrtf(sum(squares) / (float)columns + job->epsilon);
        for (int64_t i = 0; i < columns; i += LANES) {
            const int64_t left = columns - i;
            floats value = centred(job, type, start, i, mean) * factor;
            if (left >= LANES) {
                value = value * load(job->scale, i, 0) + load(job->shift, i, 0);
                store(job->outputs, start + i, type, value);
            } else {
                value = value * load_some(job->scale, i, 0, left, 0) + load_some(job->shift, i, 0, left, 0);
                store_some(job->outputs, start + i, type, left, value);
            }
        }
    }
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
