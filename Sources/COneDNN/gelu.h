/* An activation of our own, forwards and backwards; a part of shim.h, which includes it. */
#ifndef MEZZOTINT_GELU_H
#define MEZZOTINT_GELU_H

/* ---- GELU, ½ x (1 + erf(x / √2)), and its gradient; oneDNN's own take four times as long. ---- */

#if defined(__x86_64__)
#define DNN_WIDE __attribute__((target("avx512f,avx512bw,avx512vl")))
static inline int dnn_has_wide_vectors(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl");
}
#else
#define DNN_WIDE
static inline int dnn_has_wide_vectors(void) { return 0; }
#endif

/* Sixteen numbers at a time, in whatever registers there are: the loop does not vectorise by itself. */
typedef float dnn_floats __attribute__((vector_size(64)));
typedef uint32_t dnn_words __attribute__((vector_size(64)));
typedef int32_t dnn_integers __attribute__((vector_size(64)));
typedef uint16_t dnn_halves __attribute__((vector_size(32)));

/* From the numbers x: `share`, Φ(x), what of a unit normal distribution is below x, and `density`, e^(-x²/2).
 * Abramowitz & Stegun 1964, 7.1.26, off by 1.5e-7 at most. */
#define DNN_NORMAL_SHARE(x, share, density)                                                                  \
    dnn_floats square = (x) * (x) * -0.72134752f; /* log2 of e^(-x²/2) */                                    \
    dnn_integers low = square < -120.0f;                                                                     \
    square = (dnn_floats)(((dnn_integers)square & ~low) | ((dnn_integers)lowest & low));    \
    dnn_floats shifted = square + 12582912.0f; /* the fraction falls off */                                  \
    dnn_floats rest = square - (shifted - 12582912.0f);                                                      \
    dnn_floats power = 1.0f + rest * (0.69314718f + rest * (0.24022651f + rest * (0.05550411f                \
        + rest * (0.00961813f + rest * (0.00133336f + rest * 0.000154f)))));                                 \
    dnn_floats density = power * (dnn_floats)(((dnn_words)shifted + 127) << 23);                             \
    dnn_floats t = 1.0f / (1.0f + 0.23164190f * (dnn_floats)((dnn_words)(x) & 0x7fffffffu));                 \
    dnn_floats outside = 0.5f * density * t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f         \
        + t * (-1.453152027f + t * 1.061405429f))));                                                         \
    dnn_integers negative = (x) < 0.0f;                                                                      \
    dnn_floats inside = 1.0f - outside;                                                                      \
    dnn_floats share =                                                                                       \
        (dnn_floats)(((dnn_integers)outside & negative) | ((dnn_integers)inside & ~negative))

/* bfloat16 is the upper half of float32; to the nearest, ties to even, and a NaN may become an infinity. */
#define DNN_FROM_HALVES(halves) ((dnn_floats)(__builtin_convertvector(halves, dnn_words) << 16))
#define DNN_TO_HALVES(floats)                                                                                \
    __builtin_convertvector(                                                                                 \
        ((dnn_words)(floats) + 0x7fff + (((dnn_words)(floats) >> 16) & 1)) >> 16, dnn_halves)
#define DNN_SAME(value) (value)

/* y = gelu(x), or with `dy` in the place of y: dy ← dy · (Φ(x) + x e^(-x²/2) / √(2π)). */
#define DNN_GELU(suffix, target, type, vector, load, store)                                                  \
    target static void dnn_gelu_##suffix(const type *x, type *y, int64_t count) {                            \
        const dnn_floats lowest = (dnn_floats){0} - 120.0f;                                                  \
        for (int64_t i = 0; i < count; i += 16) {                                                            \
            size_t bytes = (size_t)(count - i < 16 ? count - i : 16) * sizeof(type);                         \
            vector input = {0};                                                                              \
            if (bytes == sizeof input) memcpy(&input, x + i, sizeof input);                                  \
            else memcpy(&input, x + i, bytes);                                                               \
            dnn_floats value = load(input);                                                                  \
            DNN_NORMAL_SHARE(value, share, density);                                                         \
            (void)density;                                                                                   \
            vector output = store(value * share);                                                            \
            if (bytes == sizeof output) memcpy(y + i, &output, sizeof output);                               \
            else memcpy(y + i, &output, bytes);                                                              \
        }                                                                                                    \
    }                                                                                                        \
    target static void dnn_gelu_backward_##suffix(const type *x, type *dy, int64_t count) {                  \
        const dnn_floats lowest = (dnn_floats){0} - 120.0f;                                                  \
        for (int64_t i = 0; i < count; i += 16) {                                                            \
            size_t bytes = (size_t)(count - i < 16 ? count - i : 16) * sizeof(type);                         \
            vector input = {0}, gradient = {0};                                                              \
            if (bytes == sizeof input) memcpy(&input, x + i, sizeof input);                                  \
            else memcpy(&input, x + i, bytes);                                                               \
            if (bytes == sizeof input) memcpy(&gradient, dy + i, sizeof input);                              \
            else memcpy(&gradient, dy + i, bytes);                                                           \
            dnn_floats value = load(input);                                                                  \
            DNN_NORMAL_SHARE(value, share, density);                                                         \
            vector output = store(load(gradient) * (share + value * density * 0.39894228f));                 \
            if (bytes == sizeof output) memcpy(dy + i, &output, sizeof output);                              \
            else memcpy(dy + i, &output, bytes);                                                             \
        }                                                                                                    \
    }

DNN_GELU(f32, , float, dnn_floats, DNN_SAME, DNN_SAME)
DNN_GELU(bf16, , uint16_t, dnn_halves, DNN_FROM_HALVES, DNN_TO_HALVES)
DNN_GELU(f32_wide, DNN_WIDE, float, dnn_floats, DNN_SAME, DNN_SAME)
DNN_GELU(bf16_wide, DNN_WIDE, uint16_t, dnn_halves, DNN_FROM_HALVES, DNN_TO_HALVES)

#endif
