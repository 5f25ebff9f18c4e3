"""AdamW, learning rate and moving average as `mezzotint train` has them."""
import torch


def make_optimizer(model, learning_rate=8e-4, weight_decay=0.03, fused=None):
    """No decay on biases, norms, positions and the mask; matrices, convolutions and the label embedding decay."""
    decayed, kept = [], []
    for name, parameter in model.named_parameters():
        is_kept = name.endswith("bias") or "norm" in name or ".mask." in name or name.endswith("pos_embed")
        (kept if is_kept else decayed).append(parameter)
    groups = [{"params": decayed, "weight_decay": weight_decay}, {"params": kept, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.99), eps=1e-8, fused=fused)


def learning_rate(peak, step, progress, warm_up=200, fall=0.3):
    """Step counted from 1, progress 0..1: rises, stays, and falls to nothing over the last part."""
    return peak * min(1, step / warm_up) * min(1, (1 - progress) / fall)


class MovingAverage:
    """average += (1 - decay) (weights - average); begins as a plain mean of the first weights."""

    def __init__(self, model, decay=0.9995):
        self.decay = decay
        self.parameters = [p for _, p in model.named_parameters()]
        self.names = [n for n, _ in model.named_parameters()]
        self.values = [p.detach().clone() for p in self.parameters]

    @torch.no_grad()
    def update(self, step):
        decay = min(self.decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(self.values, [p.detach() for p in self.parameters], 1 - decay)

    def state(self):
        return dict(zip(self.names, self.values))


def train_step(loss, model, optimizer, average, step, rate, largest_norm=1.0):
    """One step from a loss: gradients, clipping, AdamW, moving average."""
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), largest_norm)
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    average.update(step)
    return norm
