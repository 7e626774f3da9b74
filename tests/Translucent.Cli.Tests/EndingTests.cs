using System.CommandLine;
using Translucent.Files;

namespace Translucent.Cli.Tests;

/// <summary>What a verb throws is either the user's to correct, in one line, or a defect, which says so and how to report it.</summary>
public class EndingTests
{
    public static TheoryData<Exception, int, string> Expected => new()
    {
        { new TranslucentException("model: has no weights."), 1, "translucent: model: has no weights." },
        { TranslucentException.OfRequest("--layer 9: there are 7."), 2, "translucent: --layer 9: there are 7." },
        { new UsageException("--layer 9: there are 7."), 2, "translucent: --layer 9: there are 7." },
        { new IOException("disk: is full."), 1, "translucent: disk: is full." },
        { new UnauthorizedAccessException("out: access is denied.\nReally."), 1, @"translucent: out: access is denied.\u000aReally." },
        { new AggregateException(new IOException("disk: is full.")), 1, "translucent: disk: is full." },
        { new TypeInitializationException("X", new TranslucentException("TRANSLUCENT_GEMM: found 'x'.")), 1, "translucent: TRANSLUCENT_GEMM: found 'x'." },
        { new OperationCanceledException(), 130, "translucent: cancelled; every file that was written is complete." },
        { new OutOfMemoryException("none left."), 1,
            "translucent: memory: the system gives no more (none left); close other programs, or give less to do at once with --memory." },
        { new TypeInitializationException("X", new DllNotFoundException("Unable to load 'libX'. Consider a tool: \n/a/libX.so: failed to map\n/b/libX.so")), 1,
            "translucent: a native library cannot be loaded (/a/libX.so: failed to map); give the process more address space (ulimit -v), or install the "
            + "program again." },
    };

    [Theory]
    [MemberData(nameof(Expected), DisableDiscoveryEnumeration = true)]
    public void What_a_user_can_correct_is_one_line(Exception thrown, int code, string line)
    {
        using StringWriter error = new();
        Assert.Equal(code, Ending.Of(thrown, error, debug: true));
        Assert.Equal(line, error.ToString().TrimEnd('\n'));
    }

    public static TheoryData<Exception> Defects =>
    [
        new InvalidOperationException("the tape is torn"), new ArgumentException("the tape is torn"), new NullReferenceException("the tape is torn"),
        new KeyNotFoundException("the tape is torn"), new NotSupportedException("the tape is torn"),
        new AggregateException(new IOException("disk"), new InvalidOperationException("the tape is torn")),
    ];

    [Theory]
    [MemberData(nameof(Defects), DisableDiscoveryEnumeration = true)]
    public void A_defect_is_two_lines_that_say_how_to_report_it(Exception thrown)
    {
        using StringWriter error = new();
        Assert.Equal(1, Ending.Of(thrown, error, debug: false));
        string[] lines = error.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("translucent: this is a defect of translucent, not of what you gave it: ", lines[0]);
        Assert.EndsWith("Exception: the tape is torn", lines[0]);
        Assert.Contains("please report it with the command line, version 0.1.0 and the lines that TRANSLUCENT_DEBUG=1 adds", lines[1]);
    }

    [Fact]
    public async Task The_stack_trace_of_a_defect_is_shown_on_request_only()
    {
        Command work = new("work");
        work.SetAction(_ => { Tear(); });
        using StringWriter output = new(), error = new(), debug = new();
        Assert.Equal(1, await CommandLine.Run(work, ["--"], output, error));
        Assert.DoesNotContain(nameof(Tear), error.ToString());
        Exception torn = Assert.Throws<InvalidOperationException>(Tear);
        Assert.Equal(1, Ending.Of(torn, debug, debug: true));
        Assert.Contains(nameof(Tear), debug.ToString());
    }

    static void Tear() => throw new InvalidOperationException("the tape is torn");
}
