/* What training needs of oneDNN beside the forward passes; a part of shim.h, which includes it. */
#ifndef MEZZOTINT_ONEDNN_BACKWARD_H
#define MEZZOTINT_ONEDNN_BACKWARD_H

/* ---- Training: backward passes. `forward` is the descriptor of the forward pass they belong to. ---- */

#if DNN_V3
#define DNN_CREATE_BACKWARD(init, create) return create
#else
#define DNN_CREATE_BACKWARD(init, create) \
  dnnl_status_t status = init;            \
  return status != dnnl_success ? status : dnnl_primitive_desc_create(pd, &op, attributes, engine, forward)
#endif

static inline dnnl_status_t dnn_softmax_backward(dnnl_primitive_desc_t *pd, dnnl_engine_t engine,
                                                 dnn_layout diff_src, dnn_layout diff_dst, dnn_layout dst,
                                                 int axis, const_dnnl_primitive_desc_t forward,
                                                 const_dnnl_primitive_attr_t attributes) {
#if DNN_V3
  return dnnl_softmax_backward_primitive_desc_create(pd, engine, dnnl_softmax_accurate, DNN_MD(diff_src),
                                                     DNN_MD(diff_dst), DNN_MD(dst), axis, forward,
                                                     attributes);
#else
  dnnl_softmax_v2_desc_t op;
  DNN_CREATE_BACKWARD(dnnl_softmax_v2_backward_desc_init(&op, dnnl_softmax_accurate, DNN_MD(diff_src),
                                                         DNN_MD(diff_dst), DNN_MD(dst), axis),
                      0);
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

static inline dnnl_status_t dnn_eltwise_backward(dnnl_primitive_desc_t *pd, dnnl_engine_t engine,
                                                 dnnl_alg_kind_t kind, dnn_layout gradient, dnn_layout src,
                                                 float alpha, const_dnnl_primitive_desc_t forward,
                                                 const_dnnl_primitive_attr_t attributes) {
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

/* ---- Work of our own on the same team of threads: `body` is called once for each member. ---- */

typedef void (*dnn_body)(void *context, int member, int members);

#ifdef __linux__
struct dnn_job {
  dnn_body body;
  void *context;
  int members;
};

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

#endif
