"""Runs of diffusers' schedulers with the options that schedulers.safetensors leaves out, in its layout but smaller: python make_more_schedulers.py OUT

The "network" is out = tanh(a x + c sin(t / 100) + d), elementwise; what is fed is scale_model_input(x, t).
"""
import inspect, json, sys
import diffusers as D, torch
from safetensors.torch import save_file

net = dict(a=0.61, c=0.11, d=0.05)
SD = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"); COS = dict(beta_schedule="squaredcos_cap_v2"); V = dict(prediction_type="v_prediction"); X = dict(prediction_type="sample")
runs = []
def add(cls, steps=6, step={}, **c): runs.append((cls + "Scheduler", steps, step, c))

for sigmas in ("use_exponential_sigmas", "use_beta_sigmas"):
    for cls in ("EulerDiscrete", "HeunDiscrete", "LMSDiscrete", "KDPM2Discrete", "DPMSolverMultistep", "DPMSolverSinglestep", "UniPCMultistep", "DEISMultistep"): add(cls, **{sigmas: True}, **SD)
for cls in ("DPMSolverSinglestep", "DEISMultistep", "UniPCMultistep"): add(cls, use_karras_sigmas=True, **SD)
add("UniPCMultistep", use_karras_sigmas=True, final_sigmas_type="sigma_min", **SD); add("UniPCMultistep", steps=16, lower_order_final=False, final_sigmas_type="sigma_min", solver_order=3, **SD)
add("DPMSolverMultistep", use_lu_lambdas=True, **SD); add("DPMSolverMultistep", use_karras_sigmas=True, **COS); add("DPMSolverMultistep", lambda_min_clipped=-5.1, timestep_spacing="trailing", **COS); add("DPMSolverMultistep", lambda_min_clipped=-5.1, timestep_spacing="leading", **COS)
for a in ("dpmsolver", "sde-dpmsolver"):
    for o in (1, 2): 
        for s in ("midpoint", "heun"): add("DPMSolverMultistep", algorithm_type=a, solver_order=o, solver_type=s, final_sigmas_type="sigma_min", **SD)
add("DPMSolverMultistep", algorithm_type="dpmsolver", solver_order=3, steps=16, final_sigmas_type="sigma_min", **SD, **V); add("DPMSolverMultistep", algorithm_type="dpmsolver", thresholding=True, final_sigmas_type="sigma_min", **SD); add("DPMSolverMultistep", algorithm_type="dpmsolver", final_sigmas_type="sigma_min", **SD, **X)
add("DPMSolverMultistep", algorithm_type="sde-dpmsolver++", solver_order=3, **SD); add("DPMSolverMultistep", algorithm_type="sde-dpmsolver++", solver_type="heun", steps=16, final_sigmas_type="sigma_min", **SD); add("DPMSolverMultistep", steps=16, euler_at_final=True, final_sigmas_type="sigma_min", **SD, **X); add("DPMSolverMultistep", steps=16, solver_order=3, lower_order_final=False, final_sigmas_type="sigma_min", **SD)
for o in (1, 2, 3):
    for n in (6, 7, 8): add("DPMSolverSinglestep", steps=n, solver_order=o, **SD)
for a in ("dpmsolver", "dpmsolver++", "sde-dpmsolver++"):
    for o in (2, 3):
        for s in ("midpoint", "heun"): add("DPMSolverSinglestep", algorithm_type=a, solver_order=o, solver_type=s, final_sigmas_type="sigma_min", lower_order_final=o == 2, **SD)
add("DPMSolverSinglestep", lambda_min_clipped=-5.1, **COS); add("DPMSolverSinglestep", thresholding=True, sample_max_value=1.5, **SD, **V)
add("UniPCMultistep", predict_x0=False, final_sigmas_type="sigma_min", lower_order_final=False, **SD); add("UniPCMultistep", predict_x0=False, solver_order=3, final_sigmas_type="sigma_min", **SD, **V); add("UniPCMultistep", solver_order=4, steps=8, **SD); add("UniPCMultistep", disable_corrector=[0, 2], **SD); add("UniPCMultistep", thresholding=True, **SD, **X); add("UniPCMultistep", rescale_betas_zero_snr=True, timestep_spacing="trailing", **SD, **V); add("UniPCMultistep", timestep_spacing="leading", steps_offset=1, solver_order=3, solver_type="bh1", **SD)
add("DEISMultistep", solver_order=3, **SD); add("DEISMultistep", solver_order=3, steps=16, **SD, **V); add("DEISMultistep", solver_order=1, timestep_spacing="trailing", **SD, **X); add("DEISMultistep", thresholding=True, timestep_spacing="leading", steps_offset=1, lower_order_final=False, **SD)
for v in ("fixed_small_log", "fixed_large"): add("DDPM", variance_type=v, timestep_spacing="trailing", clip_sample_range=1.5)
add("DDPM", timestep_spacing="linspace", thresholding=True, sample_max_value=2.0); add("DDPM", beta_schedule="sigmoid", steps_offset=3); add("DDPM", beta_schedule="laplace", clip_sample=False, **V); add("DDPM", num_train_timesteps=100, trained_betas=[0.001 + 0.0002 * i for i in range(100)], steps=9)
add("DDIM", steps=9, step={"eta": 1.0}, timestep_spacing="trailing", **SD); add("DDIM", clip_sample_range=0.7, **X); add("DDIM", **COS, **V)
add("PNDM", steps=9, **V); add("PNDM", skip_prk_steps=True, set_alpha_to_one=True, timestep_spacing="trailing", **SD); add("PNDM", skip_prk_steps=True, timestep_spacing="linspace", steps=3); add("PNDM", skip_prk_steps=True, steps=2); add("PNDM", skip_prk_steps=True, steps=1); add("PNDM", steps=4, timestep_spacing="linspace")
add("EulerDiscrete", final_sigmas_type="sigma_min", **X); add("EulerDiscrete", use_karras_sigmas=True, sigma_min=0.1, sigma_max=9.0, **SD); add("EulerDiscrete", timestep_type="continuous", use_karras_sigmas=True, sigma_min=0.002, sigma_max=700.0, **SD, **V); add("EulerDiscrete", use_karras_sigmas=True, interpolation_type="log_linear", timestep_spacing="leading", **SD)
add("EulerAncestralDiscrete", rescale_betas_zero_snr=True, timestep_spacing="trailing", **SD, **V)
add("HeunDiscrete", clip_sample=True, clip_sample_range=1.2); add("HeunDiscrete", beta_schedule="exp", **X); add("HeunDiscrete", steps=1, **SD); add("KDPM2Discrete", steps=1); add("LMSDiscrete", steps=2, **SD, **X)
add("LCM", steps=3, original_inference_steps=40, timestep_scaling=3.0, clip_sample=True, **V); add("LCM", steps=8, thresholding=True, **X); add("LCM", rescale_betas_zero_snr=True, steps=2, **V)
add("TCD", steps=6, step={"eta": 0.0}, **V); add("TCD", steps=8, step={"eta": 1.0}, **X); add("TCD", steps=1); add("TCD", steps=3, original_inference_steps=20, clip_sample=True)

g, rows, tensors = torch.Generator().manual_seed(3), [], {}
for cls, steps, extra, c in runs:
    s = getattr(D, cls)(**c); s.set_timesteps(steps); j = len(rows)
    given = dict(s.config)
    noise = torch.randn(2, 1, 4, 4, generator=g); x = noise * s.init_noise_sigma; kw = dict(extra)
    if "generator" in inspect.signature(s.step).parameters: kw["generator"] = torch.Generator().manual_seed(11)
    out = {f"run.{j}.noise": noise}
    try:
        for i, t in enumerate(s.timesteps):
            out[f"run.{j}.x.{i}"] = x.clone(); f = s.scale_model_input(x, t)
            o = torch.tanh(net["a"] * f + net["c"] * torch.sin(torch.as_tensor(float(t)) / 100) + net["d"])
            x = s.step(o, t, x, **kw).prev_sample
        out[f"run.{j}.final"] = x
        assert all(torch.isfinite(v).all() for v in out.values())
    except Exception as e: print("left out:", cls, steps, c, repr(e)[:120]); continue
    tensors |= out
    rows.append(dict(scheduler=cls, config={k: v for k, v in given.items() if k in c}, given=sorted(c), steps=steps, timesteps=[float(t) for t in s.timesteps], generator_seed=11, step=extra))
save_file({k: v.contiguous().float() for k, v in tensors.items()}, sys.argv[1], metadata={"network": json.dumps(net), "runs": json.dumps(rows)}); print(len(rows), "runs")
