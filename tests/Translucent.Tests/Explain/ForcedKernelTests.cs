using System.Diagnostics;

namespace Translucent.Tests.Explain;

/// <summary>Goldens again, in processes that are made to use each kernel, or denied instructions of this processor. Every kernel gives the bits of every
/// other (<see cref="Tensors.GemmTests"/>), so forward passes and gradients are enough for those; without AVX-512 all code is other code.</summary>
[Trait("Process", "child")]
public class ForcedKernelTests
{
    [Theory]
    [InlineData("TRANSLUCENT_GEMM", "scalar", "*VisionGoldenTests")]
    [InlineData("TRANSLUCENT_GEMM", "vector256", "*VisionGoldenTests")]
    [InlineData("DOTNET_EnableAVX512", "0", "*GoldenTests")]
    public async Task Goldens_hold_for(string variable, string value, string tests)
    {
        (int exit, string output) = await Run(variable, value, tests);
        Assert.True(exit == 0, output);
        Assert.Contains("failed: 0", output);
        Assert.DoesNotContain("total: 0", output);
    }

    [Fact]
    public async Task An_unknown_kernel_is_refused_with_the_names_of_the_known_ones()
    {
        (int exit, string output) = await Run("TRANSLUCENT_GEMM", "vector1024", "*VisionGoldenTests");
        Assert.NotEqual(0, exit);
        Assert.Contains("TRANSLUCENT_GEMM: found 'vector1024', expected one of", output);
    }

    /// <summary>Runs some tests of this assembly in a process of their own.</summary>
    static async Task<(int Exit, string Output)> Run(string variable, string value, string tests)
    {
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["--filter-class", tests,
            "--pre-enumerate-theories", "off", "--progress", "off", "--no-ansi"])
        {
            Environment = { [variable] = value },
            RedirectStandardOutput = true,
            WorkingDirectory = Directory.CreateTempSubdirectory("translucent-").FullName,
        })!;
        string output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (child.ExitCode, output);
    }
}
