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
  if (strides)
    for (int i = 0; i < rank; ++i) steps[i] = strides[i];
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
  dnnl_status_t status = strides ? dnnl_memory_desc_init_by_strides(md, rank, dims, type, steps)
                                 : dnnl_memory_desc_init_by_tag(md, rank, dims, type, dnnl_format_tag_any);
  if (status != dnnl_success) {
    free(md);
    md = NULL;
  }
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

static inline size_t dnn_layout_bytes(dnn_layout layout) { return dnnl_memory_desc_get_size(DNN_MD(layout)); }

static inline int dnn_layout_equal(dnn_layout a, dnn_layout b) {
  return dnnl_memory_desc_equal(DNN_MD(a), DNN_MD(b));
}

/* A copy, which the caller owns, of what a primitive expects; NULL where it has no such argument. */
static inline dnn_layout dnn_layout_expected(const_dnnl_primitive_desc_t pd, dnnl_query_t what) {
  const void *borrowed = (const void *)dnnl_primitive_desc_query_md(pd, what, 0);
  if (!borrowed) return NULL;
#if DNN_V3
  dnnl_memory_desc_t copy = NULL;
  return dnnl_memory_desc_clone(&copy, (const_dnnl_memory_desc_t)borrowed) == dnnl_success ? (dnn_layout)copy
                                                                                           : NULL;
#else
  dnnl_memory_desc_t *copy = (dnnl_memory_desc_t *)malloc(sizeof *copy);
  if (copy) memcpy(copy, borrowed, sizeof *copy);
  return (dnn_layout)copy;
#endif
}

static inline dnnl_status_t dnn_memory_create(dnnl_memory_t *out, dnn_layout layout, dnnl_engine_t engine,
                                              void *bytes) {
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
#define DNN_CREATE(init, create) \
  dnnl_status_t status = init;   \
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

/* Direct convolution: src * weights (+ bias) -> dst, by row and column. */
static inline dnnl_status_t dnn_convolution(dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnn_layout src,
                                            dnn_layout weights, dnn_layout bias, dnn_layout dst,
                                            const int64_t *strides, const int64_t *zeroes_before,
                                            const int64_t *zeroes_behind,
                                            const_dnnl_primitive_attr_t attributes) {
#if DNN_V3
  const int64_t none[2] = {0, 0};
  return dnnl_convolution_forward_primitive_desc_create(
      pd, engine, dnnl_forward_inference, dnnl_convolution_direct, DNN_MD(src), DNN_MD(weights), DNN_MD(bias),
      DNN_MD(dst), strides, none, zeroes_before, zeroes_behind, attributes);
#else
  const_dnnl_primitive_desc_t hint = NULL;
  dnnl_convolution_desc_t op;
  DNN_CREATE(dnnl_convolution_forward_desc_init(&op, dnnl_forward_inference, dnnl_convolution_direct,
                                                DNN_MD(src), DNN_MD(weights), DNN_MD(bias), DNN_MD(dst),
                                                strides, zeroes_before, zeroes_behind),
             0);
#endif
}

static inline dnnl_status_t dnn_softmax(dnnl_primitive_desc_t *pd, dnnl_engine_t engine,
                                        dnnl_prop_kind_t direction, dnn_layout src, dnn_layout dst, int axis,
                                        const_dnnl_primitive_attr_t attributes) {
#if DNN_V3
  return dnnl_softmax_forward_primitive_desc_create(pd, engine, direction, dnnl_softmax_accurate, DNN_MD(src),
                                                    DNN_MD(dst), axis, attributes);
#else
  const_dnnl_primitive_desc_t hint = NULL;
  dnnl_softmax_v2_desc_t op;
  DNN_CREATE(dnnl_softmax_v2_forward_desc_init(&op, direction, dnnl_softmax_accurate, DNN_MD(src),
                                               DNN_MD(dst), axis),
             0);
#endif
}

/* A copy into another layout, element type or both. */
static inline dnnl_status_t dnn_reorder(dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnn_layout from,
                                        dnn_layout to, const_dnnl_primitive_attr_t attributes) {
  return dnnl_reorder_primitive_desc_create(pd, DNN_MD(from), engine, DNN_MD(to), engine, attributes);
}

/* ---- The OpenMP team behind oneDNN (libgomp has no header that Swift's clang finds). ---- */

extern void omp_set_num_threads(int);
extern int omp_get_max_threads(void);
extern int omp_get_thread_num(void);

#ifdef __linux__
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);

/* As many CPUs as the kernel can name, in its own bit layout: <sched.h>'s macros do not reach Swift. */
struct dnn_cpu_set {
  unsigned long words[16];
};
struct dnn_team {
  struct dnn_cpu_set allowed;
};

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

/* What the process may use is what its main thread may: that one is never pinned here. */

/* Pins the calling thread's team, member i to the i-th CPU that the process may use. Without it the kernel
 * often wakes an idle worker on the CPU of the thread that is spinning for it, and some 8 ms are lost.
 * OMP_PROC_BIND would pin every later thread of the program as well. */
static inline void dnn_pin_team(int threads) {
  struct dnn_team team = {{{0}}};
  if (syscall(SYS_sched_getaffinity, getpid(), sizeof team.allowed, &team.allowed) < 0) return;
  GOMP_parallel(dnn_pin_member, &team, (unsigned)threads, 0);
}

/* Lets the calling thread use every CPU that the process may: a thread that a pinned one began is pinned with
 * it. */
static inline void dnn_unpin(void) {
  struct dnn_cpu_set allowed = {{0}};
  if (syscall(SYS_sched_getaffinity, getpid(), sizeof allowed, &allowed) < 0) return;
  syscall(SYS_sched_setaffinity, 0, sizeof allowed, &allowed);
}

extern int omp_get_num_places(void);
extern int omp_get_place_num_procs(int place);
extern void omp_get_place_proc_ids(int place, int *cpus);

/* Undoes what OMP_PROC_BIND does to the calling thread: it may use the CPUs of all places again. */
static inline void dnn_release_binding(void) {
  struct dnn_cpu_set all = {{0}};
  int found = 0;
  for (int place = omp_get_num_places() - 1; place >= 0; --place) {
    int count = omp_get_place_num_procs(place);
    int *cpus = (int *)malloc(sizeof *cpus * (size_t)(count > 0 ? count : 1));
    if (!cpus) return;
    if (count > 0) omp_get_place_proc_ids(place, cpus);
    for (int i = 0; i < count; ++i) {
      if (cpus[i] < 0 || cpus[i] >= 16 * 64) continue;
      all.words[cpus[i] / 64] |= 1ul << (cpus[i] % 64);
      found = 1;
    }
    free(cpus);
  }
  if (found) syscall(SYS_sched_setaffinity, 0, sizeof all, &all);
}

static inline int dnn_usable_cpus(void) {
  struct dnn_cpu_set allowed = {{0}};
  if (syscall(SYS_sched_getaffinity, getpid(), sizeof allowed, &allowed) < 0) return 1;
  int count = 0;
  for (int i = 0; i < 16; ++i) count += __builtin_popcountl(allowed.words[i]);
  return count > 0 ? count : 1;
}
#else
#include <unistd.h>
static inline void dnn_pin_team(int threads) { (void)threads; }
static inline void dnn_unpin(void) {}
static inline int dnn_usable_cpus(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (int)count : 1;
}
#endif

#include "backward.h"

#endif
