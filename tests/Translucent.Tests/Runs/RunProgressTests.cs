using System.Text;
using Translucent.Runs;

namespace Translucent.Tests.Runs;

public class RunProgressTests
{
    [Fact]
    public void Pictures_count_beside_sweeps_whichever_thread_draws_them()
    {
        using TempFolder folder = new();
        List<double> told = [];
        RunProgress progress = new(100, memoryBytes: 1, CancellationToken.None) { PerPicture = 2, Report = told.Add };
        RunFolder to = new(folder["out"]) { Drawn = progress.Drew };
        progress.Did(60);
        to.Text("numbers.csv", "1,2", "no picture");
        Assert.Equal([0.6], told);
        to.Add([.. Enumerable.Range(0, 20).Select(i => (Func<FileToWrite[]>)(() =>
            [new FileToWrite($"{i}.{(i % 2 == 0 ? "png" : "svg")}", Encoding.UTF8.GetBytes("a picture"), "")]))], CancellationToken.None);
        Assert.Equal(21, told.Count);
        Assert.Equal(told.Order(), told); // never back
        Assert.Equal(1, told[^1], 12);
    }
}
