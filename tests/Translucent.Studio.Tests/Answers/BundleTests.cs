using Translucent.Studio.Http;
using Translucent.Tensors;

namespace Translucent.Studio.Tests.Answers;

/// <summary>Answers on the wire, and the keys of questions.</summary>
public sealed class BundleTests
{
    [Fact]
    public void A_bundle_is_read_as_it_was_written()
    {
        float[] floats = [1, -0f, float.NaN, float.PositiveInfinity, float.Epsilon, 3];
        Answer answer = Answer.Of(new Bundle(new { Name = "ζ <b> \u2028", Nothing = (string?)null, Big = double.NaN }).With("floats", floats, 2, 3)
            .With("none", ReadOnlySpan<int>.Empty, 0).With("ints", [int.MinValue, 7], 2).With("tensor", new Tensor(2, 2)).ToBytes());
        Assert.Equal("ζ <b> \u2028", answer.Facts.GetProperty("name").GetString());
        Assert.Equal("NaN", answer.Facts.GetProperty("big").GetString());
        Assert.Equal([2, 3], answer.Shape("floats"));
        Assert.Equal(floats.Select(BitConverter.SingleToInt32Bits), answer.Floats("floats").Select(BitConverter.SingleToInt32Bits));
        Assert.Empty(answer.Ints("none"));
        Assert.Equal([int.MinValue, 7], answer.Ints("ints"));
        Assert.Equal([2, 2], answer.Shape("tensor"));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("abc")]
    [InlineData("abcd")]
    public void Arrays_begin_at_multiples_of_four(string name) =>
        Assert.Equal([5], Answer.Of(new Bundle(new { name }).With(name, [5], 1).ToBytes()).Ints(name));

    [Fact]
    public void Different_questions_have_different_keys_whatever_they_say()
    {
        Dictionary<string, string>[] questions =
        [
            new() { ["model"] = "a", ["text"] = "x\ntoken=5" }, new() { ["model"] = "a", ["text"] = "x", ["token"] = "5" },
            new() { ["model"] = "a", ["text"] = "x" }, new() { ["model"] = "a\ntext=x" },
            new() { ["model"] = "a", ["text"] = "" }, new() { ["model"] = "a" }, new() { ["model"] = "1;a" }, new() { ["model"] = "-;" },
        ];
        Assert.Distinct(questions.Select(q => new Query(q).Key));
        Assert.Equal(new Query(new Dictionary<string, string> { ["b"] = "1", ["a"] = "2" }).Key,
            new Query(new Dictionary<string, string> { ["a"] = "2", ["b"] = "1" }).Key);
        Assert.NotEqual(Query.KeyOf(["a\nb", null]), Query.KeyOf(["a", "b"]));
        Assert.NotEqual(Query.KeyOf(["-;", null]), Query.KeyOf([null, "-;"]));
    }
}
