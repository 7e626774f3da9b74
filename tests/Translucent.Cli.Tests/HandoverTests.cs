using System.Diagnostics;
using System.Text.Json;
using Translucent.Cli.Runs;
using Translucent.Files;

namespace Translucent.Cli.Tests;

/// <summary>Runs that other programs start: silent, with a record on standard output, an image on standard input, a page that opens.</summary>
public class HandoverTests
{
    [Fact]
    public async Task A_quiet_run_prints_nothing_and_writes_everything()
    {
        using TempFolder folder = new();
        CliRun run = await CliRun.Succeeds("explain", CliRun.Photo, "--no-segmentation", "--render-size", "64", "--quiet", "--out", folder["out"]);
        Assert.Equal("", run.Output);
        Assert.True(File.Exists(folder["out/index.html"]));
        CliRun wrong = await CliRun.Of("explain", folder["none.png"], "--quiet");
        Assert.Contains("none.png: there is no such file", wrong.Error);
    }

    [Fact]
    public async Task JSON_is_the_record_of_every_image_on_a_line_done_now_or_before()
    {
        using TempFolder folder = new();
        Directory.CreateDirectory(folder["photos"]);
        File.Copy(CliRun.Photo, folder["photos/a \u00e9.png"]);
        File.Copy(Samples.File("coffee.png"), folder["photos/b.png"]);
        string[] line = ["attention", folder["photos"], "--head", "0", "--render-size", "64", "--json", "--out", folder["out"]];
        CliRun first = await CliRun.Succeeds(line), second = await CliRun.Succeeds(line);
        Assert.Equal(first.Output, second.Output); // done before: the same record
        string[] records = first.Output.TrimEnd().Split('\n');
        Assert.Equal(2, records.Length);
        foreach ((string name, string record) in new[] { "a \u00e9", "b" }.Zip(records))
        {
            using JsonDocument told = JsonDocument.Parse(record);
            Assert.True(JsonElement.DeepEquals(CliRun.Result(folder[$"out/{name}"]), told.RootElement));
            Assert.Contains(name, record); // letters as they are
        }
    }

    [Fact]
    public async Task JSON_of_a_detector_is_its_record_alone()
    {
        using TempFolder folder = new();
        CliRun run = await CliRun.Succeeds("detect", Directory.GetFiles(Samples.File("shapes"), "*.png", SearchOption.AllDirectories).Order().First(), "--json",
            "--render-size", "64", "--out", folder["out"]);
        using JsonDocument told = JsonDocument.Parse(run.Output);
        Assert.True(JsonElement.DeepEquals(CliRun.Result(folder["out"]), told.RootElement));
    }

    [Theory, InlineData("classify"), InlineData("lens"), InlineData("text"), InlineData("ask")]
    public async Task JSON_of_a_text_or_a_question_is_its_record_alone_and_quiet_is_silence(string verb)
    {
        using TempFolder folder = new();
        string story = folder.Add("story.txt", "The sun rose. It was loud."u8.ToArray());
        string[] line = [verb, .. verb switch
        {
            "classify" => (string[])["It was loud.", "--model", TextModels.Bert(folder)],
            "lens" => ["The sun rose.", "--model", TextModels.Llama(folder)],
            "text" => ["--context", story, "--generate", "3", "--model", TextModels.Llama(folder), "--random", "1"],
            _ => [Directory.GetFiles(Samples.File("shapes"), "*.png", SearchOption.AllDirectories).Order().First(), "What colour is the heart?"],
        }, "--out", folder["out"]];
        CliRun run = await CliRun.Succeeds([.. line, "--json"]);
        using JsonDocument told = JsonDocument.Parse(run.Output);
        Assert.True(JsonElement.DeepEquals(CliRun.Result(folder["out"]), told.RootElement));
        Assert.Equal(verb, told.RootElement.GetProperty("verb").GetString());
        Assert.Equal("", (await CliRun.Succeeds([.. line, "--quiet"])).Output);
    }

    [Fact]
    public void Standard_input_is_read_whole_and_no_further_than_a_picture_goes()
    {
        byte[] photo = File.ReadAllBytes(CliRun.Photo);
        Assert.Equal(photo, StandardInput.Read(1_000_000, new Trickle(photo, photo.Length)));
        using Trickle endless = new(photo, long.MaxValue);
        TranslucentException e = Assert.Throws<TranslucentException>(() => StandardInput.Read(1000, endless));
        Assert.StartsWith("stdin: has more than 67116864 bytes", e.Message);
        Assert.InRange(endless.Read_, 67_116_864, 67_116_864 + (2 << 20));
        using Trickle film = new("no picture at all"u8.ToArray(), long.MaxValue);
        Assert.Equal(512, StandardInput.Read(1000, film).Length);
    }

    [Fact]
    public void A_page_that_no_browser_opens_is_one_line()
    {
        if (OperatingSystem.IsWindows()) return;
        using TempFolder folder = new();
        List<string> said = [];
        Browser.Open(folder["index.html"], said.Add, folder["no-such-program"]);
        Assert.Contains("index.html: no browser opened it (", Assert.Single(said));
        Assert.DoesNotContain('\n', said[0]);
        Browser.Open(folder["index.html"], said.Add, "false");
        Assert.EndsWith("index.html: no browser opened it; open it yourself.", said[1]);
        Browser.Open(folder["index.html"], said.Add, "true");
        Assert.Equal(2, said.Count);
    }

    /// <summary>A photograph piped into a process of its own, its record on standard output, its page handed to the program that opens pages.</summary>
    [Fact, Trait("Process", "child")]
    public async Task A_photograph_is_piped_in_and_its_page_opens()
    {
        if (OperatingSystem.IsWindows()) return;
        using TempFolder folder = new();
        string opener = folder[OperatingSystem.IsMacOS() ? "open" : "xdg-open"];
        File.WriteAllText(opener, $"#!/bin/sh\nprintf %s \"$1\" > '{folder["opened"]}'\n");
        File.SetUnixFileMode(opener, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        ProcessStartInfo start = new("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll"), "attention", "-", "--head", "0", "--render-size", "64", "--json", "--open"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = folder.Path + ":" + start.Environment["PATH"];
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.BaseStream.WriteAsync(await File.ReadAllBytesAsync(CliRun.Photo));
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        using JsonDocument told = JsonDocument.Parse(await output);
        JsonElement image = told.RootElement.GetProperty("image");
        Assert.Equal("stdin", image.GetProperty("path").GetString());
        Assert.Equal(Translucent.Runs.FileHash.Of(CliRun.Photo), image.GetProperty("sha256").GetString());
        Assert.EndsWith("out/stdin/attention.html", File.ReadAllText(folder["opened"]));
    }

    [Fact]
    public void An_image_on_standard_input_is_one_among_others()
    {
        int asked = 0;
        byte[] Piped()
        {
            asked++;
            return [1];
        }
        IReadOnlyList<ImageSource> images = ImageList.Of([CliRun.Photo, "-", "-"], null, recursive: false, (_, _) => { }, Piped);
        Assert.Equal(["chelsea", "stdin"], images.Select(i => Path.GetFileName(i.Folder)));
        Assert.Equal([1], images[1].Piped!);
        Assert.Null(images[0].Piped);
        Assert.Equal(1, asked);
        Assert.Throws<TranslucentException>(() => ImageList.Of(["-"], null)); // where nothing is piped it is a file like any other
    }

    /// <summary>A stream that gives a little at a time, what it has again and again.</summary>
    sealed class Trickle(byte[] content, long length) : Stream
    {
        public long Read_ { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int now = (int)Math.Min(Math.Min(count, content.Length - Read_ % content.Length), length - Read_);
            Array.Copy(content, Read_ % content.Length, buffer, offset, now);
            Read_ += now;
            return now;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => Read_; set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
