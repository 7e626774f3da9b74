using System.Diagnostics;

namespace Translucent.Tests.Explain;

/// <summary>The goldens again, in processes that are made to use each kernel, or denied instructions of this processor.</summary>
[Collection(nameof(Alone)), Trait("Process", "child")]
public class ForcedKernelTests
{
    [Theory]
    [InlineData("TRANSLUCENT_GEMM", "scalar")]
    [InlineData("TRANSLUCENT_GEMM", "vector256")]
    [InlineData("DOTNET_EnableAVX512", "0")]
    public async Task Goldens_hold_for(string variable, string value)
    {
        (int exit, string output) = await Run(variable, value, "*GoldenTests");
        Assert.True(exit == 0, output);
        Assert.Contains("failed: 0", output);
        Assert.DoesNotContain("total: 0", output);
    }

    [Fact]
    public async Task An_unknown_kernel_is_refused_with_the_names_of_the_known_ones()
    {
        (int exit, string output) = await Run("TRANSLUCENT_GEMM", "vector1024", "*MethodGoldenTests");
        Assert.NotEqual(0, exit);
        Assert.Contains("TRANSLUCENT_GEMM: found 'vector1024', expected one of", output);
    }

    /// <summary>Runs some tests of this assembly in a process of their own.</summary>
    static async Task<(int Exit, string Output)> Run(string variable, string value, string tests)
    {
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["--filter-class", tests, "--progress", "off", "--no-ansi"])
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
