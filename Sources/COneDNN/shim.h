/* oneDNN's C API as Swift can call it, the same for 2.6 (Debian 12) and 3.x.
 *
 * The two versions differ in how a memory descriptor is held (a struct, or a handle), how a primitive
 * descriptor is made (through an operation descriptor, or at once) and in a few arguments. Everything that
 * differs is in this file, behind functions that begin with `dnn_`. */
#ifndef MEZZOTINT_ONEDNN_SHIM_H
#define MEZZOTINT_ONEDNN_SHIM_H

#include <oneapi/dnnl/dnnl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if DNNL_VERSION_MAJOR >= 3
#define DNN_V3 1
#else
#define DNN_V3 0
#endif

/* ---- Memory descriptors: an opaque pointer in both versions, owned by whoever made it. ---- */

typedef struct dnn_layout_s *dnn_layout;

#if DNN_V3
#define DNN_MD(layout) ((const_dnnl_memory_desc_t)(layout))
#else
#define DNN_MD(layout) ((const dnnl_memory_desc_t *)(layout))
#endif

/* Strides in elements; NULL: let the primitive choose ("any"). */
static inline dnnl_status_t dnn_layout_create(dnn_layout *out, int rank, const int64_t *shape,
                                              dnnl_data_type_t type, const int64_t *strides) {
    dnnl_dims_t dims = {0}, steps = {0};
    if (rank < 1 || rank > DNNL_MAX_NDIMS) return dnnl_invalid_arguments;
    for (int i = 0; i < rank; ++i) dims[i] = shape[i];
    if (strides) for (int i = 0; i < rank; ++i) steps[i] = strides[i];
#if DNN_V3
    dnnl_memory_desc_t md = NULL;
    dnnl_status_t status = strides
        ? dnnl_memory_desc_create_with_strides(&md, rank, dims, type, steps)
        : dnnl_memory_desc_create_with_tag(&md, rank, dims, type, dnnl_format_tag_any);
    *out = (dnn_layout)md;
    return status;
#else
    dnnl_memory_desc_t *md = (dnnl_memory_desc_t *)malloc(sizeof *md);
    if (!md) return dnnl_out_of_memory;
    dnnl_status_t status = strides
        ? dnnl_memory_desc_init_by_strides(md, rank, dims, type, steps)
        : dnnl_memory_desc_init_by_tag(md, rank, dims, type, dnnl_format_tag_any);
    if (status != dnnl_success) { free(md); md = NULL; }
    *out = (dnn_layout)md;
    return status;
#endif
}

static inline void dnn_layout_destroy(dnn_layout layout) {
#if DNN_V3
    if (layout) dnnl_memory_desc_destroy((dnnl_memory_desc_t)layout);
#else
    free((void *)layout);
#endif
}

static inline size_t dnn_layout_bytes(dnn_layout layout) {
    return dnnl_memory_desc_get_size(DNN_MD(layout));
}

static inline int dnn_layout_equal(dnn_layout a, dnn_layout b) {
    return dnnl_memory_desc_equal(DNN_MD(a), DNN_MD(b));
}

/* A copy, which the caller owns, of what a primitive expects; NULL where it has no such argument. */
static inline dnn_layout dnn_layout_expected(const_dnnl_primitive_desc_t pd, dnnl_query_t what) {
    const void *borrowed = (const void *)dnnl_primitive_desc_query_md(pd, what, 0);
    if (!borrowed) return NULL;
#if DNN_V3
    dnnl_memory_desc_t copy = NULL;
    return dnnl_memory_desc_clone(&copy, (const_dnnl_memory_desc_t)borrowed) == dnnl_success
        ? (dnn_layout)copy : NULL;
#else
    dnnl_memory_desc_t *copy = (dnnl_memory_desc_t *)malloc(sizeof *copy);
    if (copy) memcpy(copy, borrowed, sizeof *copy);
    return (dnn_layout)copy;
#endif
}

static inline dnnl_status_t dnn_memory_create(dnnl_memory_t *out, dnn_layout layout,
                                              dnnl_engine_t engine, void *bytes) {
    return dnnl_memory_create(out, DNN_MD(layout), engine, bytes);
}

static inline const char *dnn_implementation(const_dnnl_primitive_desc_t pd) {
    const char *name = NULL;
    return dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, &name) == dnnl_success ? name : NULL;
}

/* ---- Post-ops: what is fused into a matrix product. ---- */

static inline dnnl_status_t dnn_fuse_eltwise(dnnl_post_ops_t ops, dnnl_alg_kind_t kind, float a, float b) {
#if DNN_V3
    return dnnl_post_ops_append_eltwise(ops, kind, a, b);
#else
    return dnnl_post_ops_append_eltwise(ops, 1.0f, kind, a, b);
#endif
}

static inline dnnl_status_t dnn_fuse_sum(dnnl_post_ops_t ops) {
#if DNN_V3
    return dnnl_post_ops_append_sum(ops, 1.0f, 0, dnnl_data_type_undef);
#else
    return dnnl_post_ops_append_sum(ops, 1.0f);
#endif
}

static inline dnnl_status_t dnn_fuse_binary(dnnl_post_ops_t ops, dnnl_alg_kind_t kind, dnn_layout other) {
    return dnnl_post_ops_append_binary(ops, kind, DNN_MD(other));
}

/* The execution argument of the second operand of the binary post-op at `index`. */
static inline int dnn_fused_argument(int index) {
    return DNNL_ARG_ATTR_MULTIPLE_POST_OP(index) | DNNL_ARG_SRC_1;
}

/* ---- Primitive descriptors. ---- */

#if DNN_V3
#define DNN_CREATE(init, create) return create
#else
#define DNN_CREATE(init, create)                                                                             \
    dnnl_status_t status = init;                                                                             \
    return status != dnnl_success ? status : dnnl_primitive_desc_create(pd, &op, attributes, engine, hint)
#endif

/* Matrix product: [.., M, K] x [.., K, N] (+ bias) -> [.., M, N]. */
static inline dnnl_status_t dnn_matmul(dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnn_layout src,
                                       dnn_layout weights, dnn_layout bias, dnn_layout dst,
                                       const_dnnl_primitive_attr_t attributes) {
#if DNN_V3
    return dnnl_matmul_primitive_desc_create(pd, engine, DNN_MD(src), DNN_MD(weights), DNN_MD(bias),
                                             DNN_MD(dst), attributes);
#else
    const_dnnl_primitive_desc_t hint = NULL;
    dnnl_matmul_desc_t op;
    DNN_CREATE(dnnl_matmul_desc_init(&op, DNN_MD(src), DNN_MD(weights), DNN_MD(bias), DNN_MD(dst)), 0);
#endif
}

/* Layer normalisation over the last axis, with scale and shift. 2.6 wants one type for src and dst. */
static inline dnnl_status_t dnn_layer_norm(dnnl_primitive_desc_t *pd, dnnl_engine_t engine,
                                           dnnl_prop_kind_t direction, dnn_layout src, dnn_layout dst,
                                           dnn_layout statistics, float epsilon,
                                           const_dnnl_primitive_attr_t attributes) {
    unsigned flags = (unsigned)dnnl_use_scale | (unsigned)dnnl_use_shift;
#if DNN_V3
    return dnnl_layer_normalization_forward_primitive_desc_create(
        pd, engine, direction, DNN_MD(src), DNN_MD(dst), DNN_MD(statistics), epsilon, flags, attributes);
#else
    const_dnnl_primitive_desc_t hint = NULL;
    dnnl_layer_normalization_desc_t op;
    if (!dnn_layout_equal(src, dst)) return dnnl_unimplemented;
    DNN_CREATE(dnnl_layer_normalization_forward_desc_init(&op, direction, DNN_MD(src), DNN_MD(statistics),
                                                          epsilon, flags), 0);
#endif
}

static inline dnnl_status_t dnn_softmax(dnnl_primitive_desc_t *pd, dnnl_engine_t engine,
                                        dnnl_prop_kind_t direction, dnn_layout src, dnn_layout dst, int axis,
                                        const_dnnl_primitive_attr_t attributes) {
#if DNN_V3
    return dnnl_softmax_forward_primitive_desc_create(pd, engine, direction, dnnl_softmax_accurate,
                                                      DNN_MD(src), DNN_MD(dst), axis, attributes);
#else
    const_dnnl_primitive_desc_t hint = NULL;
    dnnl_softmax_v2_desc_t op;
    DNN_CREATE(dnnl_softmax_v2_forward_desc_init(&op, direction, dnnl_softmax_accurate, DNN_MD(src),
                                                 DNN_MD(dst), axis), 0);
#endif
}

/* Stride 1 and the same padding on every side. */
static inline dnnl_status_t dnn_convolution(dnnl_primitive_desc_t *pd, dnnl_engine_t engine,
                                            dnnl_prop_kind_t direction, dnn_layout src, dnn_layout weights,
                                            dnn_layout bias, dnn_layout dst, int64_t padding,
                                            const_dnnl_primitive_attr_t attributes) {
    dnnl_dims_t strides = {1, 1}, pad = {padding, padding};
#if DNN_V3
    dnnl_dims_t dilation = {0, 0};
    return dnnl_convolution_forward_primitive_desc_create(
        pd, engine, direction, dnnl_convolution_auto, DNN_MD(src), DNN_MD(weights), DNN_MD(bias), DNN_MD(dst),
        strides, dilation, pad, pad, attributes);
#else
    const_dnnl_primitive_desc_t hint = NULL;
    dnnl_convolution_desc_t op;
    DNN_CREATE(dnnl_convolution_forward_desc_init(&op, direction, dnnl_convolution_auto, DNN_MD(src),
                                                  DNN_MD(weights), DNN_MD(bias), DNN_MD(dst), strides, pad,
                                                  pad), 0);
#endif
}

/* A copy into another layout, element type or both. */
static inline dnnl_status_t dnn_reorder(dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnn_layout from,
                                        dnn_layout to, const_dnnl_primitive_attr_t attributes) {
    return dnnl_reorder_primitive_desc_create(pd, DNN_MD(from), engine, DNN_MD(to), engine, attributes);
}

/* ---- The OpenMP team behind oneDNN (libgomp has no header that Swift's clang finds). ---- */

extern void omp_set_num_threads(int);
extern int omp_get_thread_num(void);

#ifdef __linux__
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);

/* As many CPUs as the kernel can name, in its own bit layout: <sched.h>'s macros do not reach Swift. */
struct dnn_cpu_set { unsigned long words[16]; };
struct dnn_team { struct dnn_cpu_set allowed; };

static inline void dnn_pin_member(void *data) {
    struct dnn_cpu_set one = {{0}};
    int skip = omp_get_thread_num();
    for (int cpu = 0; cpu < 16 * 64; ++cpu) {
        if (!(((struct dnn_team *)data)->allowed.words[cpu / 64] >> (cpu % 64) & 1)) continue;
        if (skip-- > 0) continue;
        one.words[cpu / 64] = 1ul << (cpu % 64);
        syscall(SYS_sched_setaffinity, 0, sizeof one, &one);
        return;
    }
}

/* Pins the calling thread's team, member i to the i-th CPU that the process may use. Without it the kernel
 * often wakes an idle worker on the CPU of the thread that is spinning for it, and some 8 ms are lost.
 * OMP_PROC_BIND would pin every later thread of the program as well. */
static inline void dnn_pin_team(int threads) {
    struct dnn_team team = {{{0}}};
    if (syscall(SYS_sched_getaffinity, 0, sizeof team.allowed, &team.allowed) < 0) return;
    GOMP_parallel(dnn_pin_member, &team, (unsigned)threads, 0);
}

static inline int dnn_usable_cpus(void) {
    struct dnn_cpu_set allowed = {{0}};
    if (syscall(SYS_sched_getaffinity, 0, sizeof allowed, &allowed) < 0) return 1;
    int count = 0;
    for (int i = 0; i < 16; ++i) count += __builtin_popcountl(allowed.words[i]);
    return count > 0 ? count : 1;
}
#else
#include <unistd.h>
static inline void dnn_pin_team(int threads) { (void)threads; }
static inline int dnn_usable_cpus(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int)count : 1;
}
#endif

/* ---- Training: backward passes. `forward` is the descriptor of the forward pass they belong to. ---- */

#if DNN_V3
#define DNN_CREATE_BACKWARD(init, create) return create
#else
#define DNN_CREATE_BACKWARD(init, create)                                                                    \
    dnnl_status_t status = init;                                                                             \
    return status != dnnl_success ? status : dnnl_primitive_desc_create(pd, &op, attributes, engine, forward)
#endif

static inline dnnl_status_t dnn_layer_norm_backward(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnn_layout diff_src, dnn_layout diff_dst, dnn_layout src,
    dnn_layout statistics, float epsilon, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
    unsigned flags = (unsigned)dnnl_use_scale | (unsigned)dnnl_use_shift;
#if DNN_V3
    return dnnl_layer_normalization_backward_primitive_desc_create(
        pd, engine, dnnl_backward, DNN_MD(diff_src), DNN_MD(diff_dst), DNN_MD(src), DNN_MD(statistics), epsilon,
        flags, forward, attributes);
#else
    dnnl_layer_normalization_desc_t op;
    if (!dnn_layout_equal(diff_src, diff_dst)) return dnnl_unimplemented;
    DNN_CREATE_BACKWARD(dnnl_layer_normalization_backward_desc_init(
        &op, dnnl_backward, DNN_MD(diff_src), DNN_MD(src), DNN_MD(statistics), epsilon, flags), 0);
#endif
}

static inline dnnl_status_t dnn_softmax_backward(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnn_layout diff_src, dnn_layout diff_dst, dnn_layout dst,
    int axis, const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes) {
#if DNN_V3
    return dnnl_softmax_backward_primitive_desc_create(
        pd, engine, dnnl_softmax_accurate, DNN_MD(diff_src), DNN_MD(diff_dst), DNN_MD(dst), axis, forward,
        attributes);
#else
    dnnl_softmax_v2_desc_t op;
    DNN_CREATE_BACKWARD(dnnl_softmax_v2_backward_desc_init(
        &op, dnnl_softmax_accurate, DNN_MD(diff_src), DNN_MD(diff_dst), DNN_MD(dst), axis), 0);
#endif
}

/* An activation function, element by element. */
static inline dnnl_status_t dnn_eltwise(dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_alg_kind_t kind,
                                        dnn_layout src, dnn_layout dst, float alpha,
                                        const_dnnl_primitive_attr_t attributes) {
#if DNN_V3
    return dnnl_eltwise_forward_primitive_desc_create(pd, engine, dnnl_forward_training, kind, DNN_MD(src),
                                                      DNN_MD(dst), alpha, 0, attributes);
#else
    const_dnnl_primitive_desc_t hint = NULL;
    dnnl_eltwise_desc_t op;
    (void)dst;
    DNN_CREATE(dnnl_eltwise_forward_desc_init(&op, dnnl_forward_training, kind, DNN_MD(src), alpha, 0), 0);
#endif
}

static inline dnnl_status_t dnn_eltwise_backward(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_alg_kind_t kind, dnn_layout gradient, dnn_layout src,
    float alpha, const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes) {
#if DNN_V3
    return dnnl_eltwise_backward_primitive_desc_create(pd, engine, kind, DNN_MD(gradient), DNN_MD(gradient),
                                                       DNN_MD(src), alpha, 0, forward, attributes);
#else
    dnnl_eltwise_desc_t op;
    DNN_CREATE_BACKWARD(dnnl_eltwise_backward_desc_init(&op, kind, DNN_MD(gradient), DNN_MD(src), alpha, 0), 0);
#endif
}

/* Sum or product of two tensors; axes of length 1 in the second are repeated. */
static inline dnnl_status_t dnn_binary(dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_alg_kind_t kind,
                                       dnn_layout first, dnn_layout second, dnn_layout dst,
                                       const_dnnl_primitive_attr_t attributes) {
#if DNN_V3
    return dnnl_binary_primitive_desc_create(pd, engine, kind, DNN_MD(first), DNN_MD(second), DNN_MD(dst),
                                             attributes);
#else
    const_dnnl_primitive_desc_t hint = NULL;
    dnnl_binary_desc_t op;
    DNN_CREATE(dnnl_binary_desc_init(&op, kind, DNN_MD(first), DNN_MD(second), DNN_MD(dst)), 0);
#endif
}

/* Stride 1 and the same padding on every side, as `dnn_convolution`. */
static inline dnnl_status_t dnn_convolution_backward_data(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnn_layout diff_src, dnn_layout weights,
    dnn_layout diff_dst, int64_t padding, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
    dnnl_dims_t strides = {1, 1}, pad = {padding, padding};
#if DNN_V3
    dnnl_dims_t dilation = {0, 0};
    return dnnl_convolution_backward_data_primitive_desc_create(
        pd, engine, dnnl_convolution_direct, DNN_MD(diff_src), DNN_MD(weights), DNN_MD(diff_dst), strides,
        dilation, pad, pad, forward, attributes);
#else
    dnnl_convolution_desc_t op;
    DNN_CREATE_BACKWARD(dnnl_convolution_backward_data_desc_init(
        &op, dnnl_convolution_direct, DNN_MD(diff_src), DNN_MD(weights), DNN_MD(diff_dst), strides, pad, pad), 0);
#endif
}

static inline dnnl_status_t dnn_convolution_backward_weights(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnn_layout src, dnn_layout diff_weights,
    dnn_layout diff_bias, dnn_layout diff_dst, int64_t padding, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
    dnnl_dims_t strides = {1, 1}, pad = {padding, padding};
#if DNN_V3
    dnnl_dims_t dilation = {0, 0};
    return dnnl_convolution_backward_weights_primitive_desc_create(
        pd, engine, dnnl_convolution_direct, DNN_MD(src), DNN_MD(diff_weights), DNN_MD(diff_bias),
        DNN_MD(diff_dst), strides, dilation, pad, pad, forward, attributes);
#else
    dnnl_convolution_desc_t op;
    DNN_CREATE_BACKWARD(dnnl_convolution_backward_weights_desc_init(
        &op, dnnl_convolution_direct, DNN_MD(src), DNN_MD(diff_weights), DNN_MD(diff_bias), DNN_MD(diff_dst),
        strides, pad, pad), 0);
#endif
}

/* ---- Work of our own on the same team of threads: `body` is called once for each member. ---- */

typedef void (*dnn_body)(void *context, int member, int members);

#ifdef __linux__
struct dnn_job { dnn_body body; void *context; int members; };

static inline void dnn_run_member(void *data) {
    struct dnn_job *job = (struct dnn_job *)data;
    job->body(job->context, omp_get_thread_num(), job->members);
}

static inline void dnn_parallel(int members, dnn_body body, void *context) {
    struct dnn_job job = {body, context, members};
    GOMP_parallel(dnn_run_member, &job, (unsigned)members, 0);
}
#else
static inline void dnn_parallel(int members, dnn_body body, void *context) {
    for (int member = 0; member < members; ++member) body(context, member, members);
}
#endif

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
