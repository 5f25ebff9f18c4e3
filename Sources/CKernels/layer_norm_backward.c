#include <math.h>

#include "CKernels.h"
#include "vectors.h"

struct norm_back_job {
    const void *inputs, *gradients;
    void *targets;
    int adds;
    const float *scale;
    float epsilon;
    int64_t columns;
};

/* Of a row: mean x, 1 / sqrt(var x + epsilon), and with q = dy * scale mean q and mean(q x^). */
struct norm_means {
    float x, factor, q, qx;
};

/* Computed anew rather than kept from the way there: the row is read anyway and lies in the first cache. */
INLINE struct norm_means measure(const struct norm_back_job *job, int type, int64_t start) {
    const int64_t columns = job->columns;
    const float share = 1.0f / (float)columns;
    struct norm_means mean;
    floats x_total = all(0), q_total = all(0), squares = all(0), qx_total = all(0);
    for (int64_t i = 0; i < columns; i += LANES) {
        x_total += load_part(job->inputs, start, i, columns, type, 0);
        q_total += load_part(job->gradients, start, i, columns, type, 0) * load_part(job->scale, 0, i, columns, 0, 0);
    }
    mean.x = sum(x_total) * share;
    mean.q = sum(q_total) * share;
    // Sums of x and of its squares in one pass would lose digits: the mean is taken away first.
    for (int64_t i = 0; i < columns; i += LANES) {
        floats x = load_part(job->inputs, start, i, columns, type, mean.x) - mean.x;
        floats q = load_part(job->gradients, start, i, columns, type, 0) * load_part(job->scale, 0, i, columns, 0, 0);
        squares += x * x;
        qx_total += q * x;
    }
    mean.factor = 1.0f / sqrtf(sum(squares) * share + job->epsilon);
    mean.qx = sum(qx_total) * share * mean.factor;
    return mean;
}

/* A few rows side by side: their gradients, and what they add to those of scale and shift. */
INLINE void back_group(const struct norm_back_job *job, int type, int64_t first, int count, float *scale_sums,
                       float *shift_sums) {
    const int64_t columns = job->columns;
    struct norm_means means[GROUP];
    for (int r = 0; r < count; ++r) means[r] = measure(job, type, (first + r) * columns);
    for (int64_t i = 0; i < columns; i += LANES) {
        const floats scale = load_part(job->scale, 0, i, columns, 0, 0);
        floats scale_sum = load_part(scale_sums, 0, i, columns, 0, 0);
        floats shift_sum = load_part(shift_sums, 0, i, columns, 0, 0);
        for (int r = 0; r < count; ++r) {
            const struct norm_means mean = means[r];
            const int64_t start = (first + r) * columns;
            floats gradient = load_part(job->gradients, start, i, columns, type, 0);
            floats x = (load_part(job->inputs, start, i, columns, type, 0) - mean.x) * mean.factor;
            floats back = (gradient * scale - mean.q - x * mean.qx) * mean.factor;
            if (job->adds) back += load_part(job->targets, start, i, columns, type, 0);
            store_part(job->targets, start, i, columns, type, back);
            scale_sum += gradient * x;
            shift_sum += gradient;
        }
        store_part(scale_sums, 0, i, columns, 0, scale_sum);
        store_part(shift_sums, 0, i, columns, 0, shift_sum);
    }
}

INLINE void back_rows(const struct norm_back_job *job, int type, int64_t rows, float *scale_sums, float *shift_sums) {
    int64_t row = 0;
    for (; row + GROUP <= rows; row += GROUP) back_group(job, type, row, GROUP, scale_sums, shift_sums);
    for (; row < rows; ++row) back_group(job, type, row, 1, scale_sums, shift_sums);
}

FOR_EACH_PROCESSOR
static void back_float32(const struct norm_back_job *job, int64_t rows, float *scale_sums, float *shift_sums) {
    back_rows(job, 0, rows, scale_sums, shift_sums);
}

FOR_EACH_PROCESSOR
static void back_bfloat16(const struct norm_back_job *job, int64_t rows, float *scale_sums, float *shift_sums) {
    back_rows(job, 1, rows, scale_sums, shift_sums);
}

void kernel_layer_norm_backward(const void *inputs, const void *gradients, void *targets, int adds, int type,
                                const float *scale, float *scale_sums, float *shift_sums, float epsilon, int64_t rows,
                                int64_t columns) {
    const struct norm_back_job job = {inputs, gradients, targets, adds, scale, epsilon, columns};
    if (type == 0) back_float32(&job, rows, scale_sums, shift_sums);
    else back_bfloat16(&job, rows, scale_sums, shift_sums);
}
