// `gemm [shape ...]`: matrix products against the FMA peak, in seconds. Anything else goes to BenchmarkDotNet.

using BenchmarkDotNet.Running;
using Translucent.Bench;

if (args is ["gemm", .. string[] shapes]) GemmTable.Print(shapes);
else BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
