// What others have published about language models, and how it is computed: logits, cosines of sentences, greedy texts (docs/verify.md#published-numbers).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Facts about language models.</summary>
static class PublishedTexts
{
    const string MiniLm = "sentence-transformers/all-MiniLM-L6-v2", Gpt2 = "openai-community/gpt2", Llama2 = "meta-llama/Llama-2-7b-hf";

    const int Gpt2Length = 20;

    static readonly int[] s_bertIds = [0, 345, 232, 328, 740, 140, 1695, 69, 6078, 1588, 2];

    static readonly PublishedInput s_bert = PublishedInput.OfIds(s_bertIds, "eleven token ids, the first of them masked"),
        s_llama = PublishedInput.OfIds([1, 306, 4658, 278, 6593, 310, 2834, 338], "eight token ids"),
        s_happy = Sentences("That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"),
        s_weather = Sentences("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PublishedFact> All { get; } =
    [
        new("google-bert/bert-base-uncased", "last_hidden_state", s_bert, [1, 11, 768], [3, 3],
            [0.4249, 0.1008, 0.7531, 0.3771, 0.1188, 0.7467, 0.4152, 0.1098, 0.7108], 1e-4, 0, PublishedFacts.Tests("bert"),
            run => FirstMasked(run.Language, s_bertIds, run.Stop)) { From = [1, 1] },
        PublishedFact.OfText(Gpt2, "text behind 'Hello, my dog is a little'", "Hello, my dog is a little bit of a mess. I'm not sure if he's going",
            PublishedFacts.Tests("gpt2"), run => Greedy(run, "Hello, my dog is a little", Gpt2Length)),
        PublishedFact.OfText(Gpt2, "text behind 'Today, I'", "Today, I'm going to be doing a lot of research on this. I", PublishedFacts.Tests("gpt2"),
            run => Greedy(run, "Today, I", Gpt2Length)),
        new(Llama2, "mean logit of every token", s_llama, [1, 8], [8], [-6.655, -4.1227, -4.9859, -3.2406, 0.8262, -3.0033, 1.2964, -3.3699], 1e-2, 0,
            PublishedFacts.Tests("llama"), MeanLogits),
        new(Llama2, "logits", s_llama, [1, 8, 32_000], [1, 30],
            [-12.8281, -7.4453, -0.4639, -8.0625, -7.25, -8.0, -6.4883, -7.7695, -7.8438, -7.0312, -6.2188, -7.1328, -1.8496, 1.9961, -8.625, -6.7227, -12.8281,
                -6.9492, -7.0742, -7.7852, -7.582, -7.9062, -6.9375, -7.9805, -8.3438, -8.1562, -8.0469, -7.625, -7.7422, -7.3398],
            1e-2, 0, PublishedFacts.Tests("llama"), run => Logits(run, s_llama)),
        new(MiniLm, "cosines of happy sentences", s_happy, [4, 4], [1, 4], [1, 0.6945773363113403, 0.9429150819778442, 0.2568760812282562], 1e-5, 0,
            "Hugging Face, documentation of the Inference API", run => Cosines(run, s_happy)),
        new(MiniLm, "cosines of sentences about weather", s_weather, [3, 3], [3, 3], [1, 0.666, 0.1046, 0.666, 1, 0.1411, 0.1046, 0.1411, 1], 1e-4, 0,
            "sentence-transformers, quickstart", run => Cosines(run, s_weather)),
        PublishedFact.OfText("karpathy/stories260K", "text of 257 tokens", "sha256:30b2ffb07967932a88bfdf5e23b517a6f4cfcf7231db9e537360d3c12a4e4d10",
            "karpathy/llama2.c, doc/stories260K.md", run => run.Language.Tokenizer!.Decode(Greedy(run, [1], 257))),
    ];

    static PublishedInput Sentences(params string[] texts) => new($"the sentences {string.Join(", ", texts.Select(t => $"'{t}'"))}", false, run =>
        run.Language.Forward([.. texts.Select(t => run.Language.Encode(t))], Keep.Boundaries, cancellationToken: run.Stop));

    /// <summary>[1, N, C]: the last block when nothing sees the first token, which is left out of a pass over the embeddings of the others, each at its own
    /// place; its own row is 0.</summary>
    public static Tensor FirstMasked(LanguageModel model, int[] ids, CancellationToken stop)
    {
        using Trace whole = model.Forward([ids], Keep.Boundaries, cancellationToken: stop),
            others = model.Forward([ids[1..]], Keep.Boundaries, cancellationToken: stop);
        Tensor embedded = whole.Tape[whole.Stream.Embed].Value, all = new(embedded.Shape);
        using Trace pass = others.Text!.Over(new Tensor([1, ids.Length - 1, all.Width], embedded.Span[all.Width..].ToArray()), Keep.Boundaries,
            new Arena(), stop);
        pass.Tape[pass.Blocks[^1].Out].Value.Span.CopyTo(all.Span[all.Width..]);
        return all;
    }

    /// <summary>[1, N, V].</summary>
    static Tensor Logits(PublishedRun run, PublishedInput input)
    {
        Trace trace = run.Over(input);
        VocabularyReadout readout = trace.Vocabulary ?? throw new TranslucentException($"needs a model that predicts tokens, and this is {trace.Model.Family}");
        Tensor logits = readout.Logits([.. Enumerable.Range(0, trace.Tokens)]);
        return logits.Reshape(1, trace.Tokens, logits.Width);
    }

    static Tensor MeanLogits(PublishedRun run)
    {
        Tensor logits = Logits(run, s_llama);
        float[] means = [.. Enumerable.Range(0, logits.Rows).Select(r => (float)logits.Row(r).ToArray().Average(v => (double)v))];
        return new Tensor([1, means.Length], means);
    }

    /// <summary>[B, B] of the mean tokens.</summary>
    static Tensor Cosines(PublishedRun run, PublishedInput input)
    {
        Tensor e = TextEmbeddings.Of(run.Over(input)), all = new(e.Rows, e.Rows);
        for (int i = 0; i < e.Rows; i++)
            for (int j = 0; j < e.Rows; j++) all.Row(i)[j] = TensorPrimitives.Dot<float>(e.Row(i), e.Row(j));
        return all;
    }

    static string Greedy(PublishedRun run, string prompt, int length) => run.Language.Tokenizer!.Decode(Greedy(run, run.Language.Encode(prompt).Ids, length));

    /// <summary>A beginning with the likeliest tokens behind it, so many in all.</summary>
    public static IReadOnlyList<int> Greedy(PublishedRun run, IReadOnlyList<int> ids, int length)
    {
        if (!run.Language.PredictsTokens) throw new TranslucentException($"needs a model that predicts tokens, and this is {run.Language.Family}");
        return [.. ids, .. TextGeneration.Continue(run.Language, ids, new GenerationSettings { Tokens = length - ids.Count, End = [] },
            cancellationToken: run.Stop)];
    }

    /// <summary>Attention of a head of a block in the row of the last token.</summary>
    public static float[] LastRow(Trace trace, int block, int head)
    {
        Tensor? attention = null;
        trace.Tape.WithAttention(trace.Steps[block].Site, call => attention = Attention.Probabilities(call, image: 0));
        return attention!.Row(head * trace.Tokens + trace.Tokens - 1).ToArray();
    }
}
