#include "CKernels.h"
#include "team.h"
#include "vectors.h"

struct gelu_job {
    const void *inputs;
    void *outputs, *slopes;
};

/* A sum of powers of x from the constant on. */
INLINE floats polynomial(floats x, int count, const float *coefficients) {
    floats value = all(coefficients[count - 1]);
#pragma clang loop unroll(full)
    for (int i = count - 2; i >= 0; --i) value = value * x + coefficients[i];
    return value;
}

/* e^x for x <= 0 to four digits, where bfloat16 keeps less than three; below e^-83 is as good as nothing. */
INLINE floats rough_exponential(floats x) {
    static const float coefficients[] = {1.0f, 0.6933686f, 0.24221784f, 0.05459282f};
    x = larger(x * 1.44269504f, all(-120.0f));
    // Adding and taking away 1.5 * 2^23 rounds to the nearest whole number.
    const floats shifted = x + 12582912.0f, rest = x - (shifted - 12582912.0f);
    return (floats)((bits)polynomial(rest, 4, coefficients) + ((bits)shifted << 23));
}

/* x Phi(x) and its derivative Phi(x) + x e^(-x^2/2) / sqrt(2 pi). Phi is what of a unit normal distribution is below x:
 * Abramowitz & Stegun 1964, 7.1.26, off by 7.5e-8 at most, for bfloat16 7.1.25, off by 1.3e-5. */
INLINE void gelu(floats x, int type, floats *output, floats *slope) {
    static const float rough[] = {0.1740121f, -0.0479399f, 0.3739278f};
    static const float fine[] = {0.127414796f, -0.142248368f, 0.7107068705f, -0.7265760135f, 0.5307027145f};
    const floats power = x * x * -0.5f, density = type == 0 ? exponential(power) : rough_exponential(power);
    const floats t = 1.0f / (1.0f + (type == 0 ? 0.23164190f : 0.33267252f) * (floats)((bits)x & 0x7fffffffu));
    const floats outside = density * t * (type == 0 ? polynomial(t, 5, fine) : polynomial(t, 3, rough));
    const bits isNegative = (bits)(x < 0.0f);
    const floats share = (floats)(((bits)outside & isNegative) | ((bits)(1.0f - outside) & ~isNegative));
    *output = x * share;
    *slope = share + x * density * 0.39894228f;
}

INLINE void gelu_all(const struct gelu_job *job, int type, int64_t first, int64_t end) {
    for (int64_t i = first; i < end; i += LANES) {
        floats output, slope;
        gelu(load_part(job->inputs, 0, i, end, type, 0), type, &output, &slope);
        store_part(job->outputs, 0, i, end, type, output);
        store_part(job->slopes, 0, i, end, type, slope);
    }
}

INLINE void multiply_all(const struct gelu_job *job, int type, int64_t first, int64_t end) {
    for (int64_t i = first; i < end; i += LANES) {
        floats value = load_part(job->outputs, 0, i, end, type, 0);
        store_part(job->outputs, 0, i, end, type, value * load_part(job->inputs, 0, i, end, type, 0));
    }
}

FOR_EACH_PROCESSOR
static void gelu_float32(const void *job, int64_t first, int64_t end) { gelu_all(job, 0, first, end); }

FOR_EACH_PROCESSOR
static void gelu_bfloat16(const void *job, int64_t first, int64_t end) { gelu_all(job, 1, first, end); }

FOR_EACH_PROCESSOR
static void multiply_float32(const void *job, int64_t first, int64_t end) { multiply_all(job, 0, first, end); }

FOR_EACH_PROCESSOR
static void multiply_bfloat16(const void *job, int64_t first, int64_t end) { multiply_all(job, 1, first, end); }

void kernel_gelu(const void *inputs, void *outputs, void *slopes, int type, int64_t count, int threads) {
    const struct gelu_job job = {inputs, outputs, slopes};
    split(count, threads, &job, type == 0 ? gelu_float32 : gelu_bfloat16);
}

void kernel_multiply(const void *factors, void *products, int type, int64_t count, int threads) {
    const struct gelu_job job = {factors, products, 0};
    split(count, threads, &job, type == 0 ? multiply_float32 : multiply_bfloat16);
}
