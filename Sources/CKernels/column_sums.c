#include "CKernels.h"
#include "team.h"
#include "vectors.h"

/* Columns whose sums stay in registers while the rows pass by. */
enum { BLOCK = 8 * LANES };

struct sums_job {
    const void *rows, *factors;
    float *sums;
    int64_t row_count, width;
};

INLINE floats term(const struct sums_job *job, int type, int64_t index) {
    floats value = load(job->rows, index, type);
    return job->factors ? value * load(job->factors, index, type) : value;
}

/* The last columns, fewer than a vector. */
INLINE void sum_some(const struct sums_job *job, int type, int64_t column, int64_t count) {
    floats total = load_some(job->sums, column, 0, count, 0);
    for (int64_t row = 0; row < job->row_count; ++row) {
        const int64_t index = row * job->width + column;
        floats value = load_some(job->rows, index, type, count, 0);
        total += job->factors ? value * load_some(job->factors, index, type, count, 0) : value;
    }
    store_some(job->sums, column, 0, count, total);
}

INLINE void sum_block(const struct sums_job *job, int type, int64_t block) {
    const int64_t first = block * BLOCK, end = first + BLOCK < job->width ? first + BLOCK : job->width;
    if (end - first == BLOCK) {
        floats totals[BLOCK / LANES];
        for (int i = 0; i < BLOCK / LANES; ++i) totals[i] = load(job->sums, first + i * LANES, 0);
        for (int64_t row = 0; row < job->row_count; ++row) {
            const int64_t index = row * job->width + first;
            for (int i = 0; i < BLOCK / LANES; ++i) totals[i] += term(job, type, index + i * LANES);
        }
        for (int i = 0; i < BLOCK / LANES; ++i) store(job->sums, first + i * LANES, 0, totals[i]);
        return;
    }
    int64_t column = first;
    for (; column + LANES <= end; column += LANES) {
        floats total = load(job->sums, column, 0);
        for (int64_t row = 0; row < job->row_count; ++row) total += term(job, type, row * job->width + column);
        store(job->sums, column, 0, total);
    }
    if (column < end) sum_some(job, type, column, end - column);
}

FOR_EACH_PROCESSOR
static void sums_float32(const void *job, int64_t first, int64_t end) {
    for (int64_t block = first; block < end; ++block) sum_block(job, 0, block);
}

FOR_EACH_PROCESSOR
static void sums_bfloat16(const void *job, int64_t first, int64_t end) {
    for (int64_t block = first; block < end; ++block) sum_block(job, 1, block);
}

void kernel_column_sums(const void *rows, const void *factors, int type, float *sums, int64_t row_count,
                        int64_t width, int threads) {
    struct sums_job job = {rows, factors, sums, row_count, width};
    split((width + BLOCK - 1) / BLOCK, threads, &job, type == 0 ? sums_float32 : sums_bfloat16);
}
