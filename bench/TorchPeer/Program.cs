// The peer: the same work in PyTorch 2.10 (TorchSharp 0.107.0, libtorch on oneDNN and MKL), random weights, on which time does not depend.
// Usage: TorchPeer vit b16|s16|b32|l14 [tokens to time] [threads] [fp32|bf16]     TorchPeer detr [threads]     TorchPeer perturb SHAPE [rounds] [threads]
// TorchPeer llama [tokens to time] [threads] [fp32|bf16]

using TorchPeer;
using TorchSharp;

string what = args.Length > 0 ? args[0] : "vit";
int At(int place, int fallback) => args.Length > place ? int.Parse(args[place]) : fallback;
torch.random.manual_seed(0);
if (what == "detr")
{
    torch.set_num_threads(At(1, 2));
    DetrPeer.Run();
}
else if (what == "perturb")
{
    torch.set_num_threads(At(3, 2));
    new VitPeer(args.Length > 1 ? args[1] : "b16", "fp32").Perturb(At(2, 3));
}
else if (what == "llama")
{
    torch.set_num_threads(At(2, 2));
    new LlamaPeer(args.Length > 3 ? args[3] : "fp32").Run(At(1, 4));
}
else
{
    torch.set_num_threads(At(3, 2));
    new VitPeer(args.Length > 1 ? args[1] : "b16", args.Length > 4 ? args[4] : "fp32").Run(At(2, 4));
}
