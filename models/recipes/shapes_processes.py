"""Training in several processes of one thread each, which is faster on small matrices than as many threads in one process.

Every process computes the gradient of its share of a batch; parameters lie in shared memory, gradients are averaged in the first
process. Needs PyTorch (1.13 or newer) and fork.
"""
import multiprocessing
import signal

import torch


class Team:
    def __init__(self, count, parameters, gradient):
        """gradient(step, rank): called in every process; leaves gradients in the parameters, returns what the first process wants to know."""
        self.count, self.parameters, self.gradient = count, parameters, gradient
        fork = multiprocessing.get_context('fork')
        for p in parameters:
            p.data.share_memory_()
        self.sums = torch.zeros(count, sum(p.numel() for p in parameters)).share_memory_()
        self.step, self.barrier = fork.Value('l', 0), fork.Barrier(count)
        for rank in range(1, count):
            fork.Process(target=self.work, args=(rank,), daemon=True).start()

    def work(self, rank):
        torch.set_num_threads(1)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            self.barrier.wait()
            if self.step.value < 0:
                return
            self.gradient(self.step.value, rank)
            with torch.no_grad():
                torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in self.parameters], out=self.sums[rank])
            self.barrier.wait()

    def average(self, step):
        """The gradient of a whole batch, in the parameters of this process."""
        self.step.value = step
        self.barrier.wait()
        told = self.gradient(step, 0)
        self.barrier.wait()
        with torch.no_grad():
            at = 0
            for p in self.parameters:
                if p.grad is not None:
                    for rank in range(1, self.count):
                        p.grad += self.sums[rank, at:at + p.numel()].view_as(p)
                    p.grad /= self.count
                at += p.numel()
        return told

    def end(self):
        self.step.value = -1
        self.barrier.wait()
