using Translucent.Cli.Language;

namespace Translucent.Cli.Tests;

/// <summary>Stories whose truth is known, and scores held against it, worked by hand.</summary>
public sealed class KnownStoryTests : IDisposable
{
    readonly TempFolder _folder = new();

    static readonly KnownStory s_story = new(["One two.", "Three.", "Four five."], "Two.", [0, 2]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Words_belong_to_the_sentence_they_stand_in()
    {
        // "One two. Three. Four five.": tokens with the blank before them, as many tokenizers cut
        ShownText shown = new(s_story.Text, [new(0, 3), new(3, 7), new(7, 8), new(8, 14), new(14, 15), new(15, 20), new(20, 25), new(25, 26)]);
        Assert.Equal([0, 0, 0, 1, 1, 2, 2, 2], s_story.SentenceOf(shown));
    }

    [Fact]
    public void Scores_are_judged_by_sentences_and_by_words()
    {
        StoryScore perfect = s_story.Judge("m", [3, 3, 1, 1], [0, 2, 1, 1]);
        Assert.Equal(new StoryScore("m", 1, 1, 1, 1), perfect);
        // sentence means 2, 3, 1: of two pairs one is right, of the best two one matters
        StoryScore half = s_story.Judge("m", [2, 1, 3, 3], [0, 2, 1, 1]);
        Assert.Equal(new StoryScore("m", 0, 0.5, 0, 0), half with { SentenceArea = half.SentenceArea });
        Assert.Equal(0, half.SentenceArea);
        Assert.Equal(0.5, s_story.Judge("m", [1, 1, 1, 1], [0, 2, 1, 1]).SentenceArea); // all alike
    }

    [Fact]
    public void Only_stories_that_tell_something_are_read_and_others_are_named()
    {
        _folder.Add("s.jsonl", """
            {"scene":0,"sentences":["A.","B."],"summary":"C.","sources":[0]}
            {"scene":1,"sentences":["A.","B."],"summary":"C.","sources":[0,1]}
            """u8.ToArray());
        Assert.Single(KnownStory.Read(_folder["s.jsonl"], int.MaxValue));
        foreach (string bad in new[] { "[]", "{\"sentences\":[\"A.\"],\"summary\":\"B.\",\"sources\":[1]}",
            "{\"sentences\":[null],\"summary\":\"B.\",\"sources\":[]}", "x" })
        {
            _folder.Add("bad.jsonl", System.Text.Encoding.UTF8.GetBytes(bad));
            Assert.Contains("line 1", Assert.Throws<UsageException>(() => KnownStory.Read(_folder["bad.jsonl"], 9)).Message);
        }
        Assert.Contains("no such file", Assert.Throws<UsageException>(() => KnownStory.Read(_folder["none"], 9)).Message);
    }
}
