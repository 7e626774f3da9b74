// Classes given as texts (Radford et al. 2021, arXiv:2103.00020, section 3.1.4; the zero-shot notebook of github.com/openai/CLIP).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Classes by name, and the sentences that are made of each name.</summary>
/// <remarks>
/// <code>
/// prompt p_ct = template t with the name of class c in the place of {}
/// t_c = normalize(Σ_t normalize(text_embeds(p_ct)))                       [projection], of length 1
/// </code>
/// </remarks>
public sealed class ClassTexts
{
    /// <summary>The template when none is given. It has no article, which the name of a class can bring along, as in "a cat".</summary>
    public const string DefaultTemplate = "a photo of {}.";

    const string Place = "{}";
    const int RowsAtOnce = 1024; // tokens in a batch: enough to hide the packing of weights

    /// <summary>Classes and templates.</summary>
    /// <param name="classes">The names, each once; names that differ in capital letters are the same to CLIP.</param>
    /// <param name="templates">Sentences with {} where the name goes; <see cref="DefaultTemplate"/> when there are none.</param>
    /// <exception cref="TranslucentException">There is no class, one is empty or comes twice, or a template has no {}.</exception>
    public ClassTexts(IReadOnlyList<string> classes, params IReadOnlyList<string> templates)
    {
        if (classes.Count == 0) throw TranslucentException.OfRequest("classes: none, expected at least one text.");
        foreach (IGrouping<string, string> same in classes.GroupBy(c => c, StringComparer.OrdinalIgnoreCase)) // the tokenizer of CLIP makes all letters small
        {
            if (string.IsNullOrWhiteSpace(same.Key)) throw TranslucentException.OfRequest("classes: one is empty, expected a text.");
            if (same.Skip(1).Any()) throw TranslucentException.OfRequest($"classes: {Describe.Name(same.Key)} comes twice, expected every class once.");
        }
        foreach (string template in templates)
            if (!template.Contains(Place, StringComparison.Ordinal))
                throw TranslucentException.OfRequest(
                    $"template {Describe.Name(template)}: has no {Place} where the class goes, expected a sentence such as '{DefaultTemplate}'");
        (Classes, Templates) = (classes, templates.Count > 0 ? templates : [DefaultTemplate]);
    }

    /// <summary>The names.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The sentences.</summary>
    public IReadOnlyList<string> Templates { get; }

    /// <summary>Every sentence about every class, those of one class side by side.</summary>
    public IEnumerable<string> Prompts => Classes.SelectMany(_ => Templates, (name, template) => template.Replace(Place, name, StringComparison.Ordinal));

    /// <summary>The vectors of the classes, [Classes, projection], each of length 1.</summary>
    /// <param name="text">The text tower.</param>
    /// <param name="encode">From a text to its token ids, begin and end included.</param>
    /// <param name="progress">Told which share of the prompts is done, 0 .. 1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="TranslucentException">A prompt is longer than the tower reads, or its ids do not end where the tower looks for the end.</exception>
    /// <exception cref="TranslucentException">The tower makes no vector of a class.</exception>
    /// <exception cref="TranslucentException">The tower has no projection.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public Tensor Vectors(ClipText text, Func<string, int[]> encode, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        (int Class, int[] Ids)[] prompts = [.. Prompts.Select((prompt, i) => (i / Templates.Count, Ids(text, encode, prompt)))];
        Tensor vectors = new(Classes.Count, text.Config.Projection);
        Arena arena = new();
        int done = 0;
        foreach (IGrouping<int, (int Class, int[] Ids)> equal in prompts.GroupBy(p => p.Ids.Length).OrderBy(g => g.Key))
            foreach ((int Class, int[] Ids)[] batch in equal.Chunk(Math.Max(1, RowsAtOnce / equal.Key)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using Trace trace = text.Forward([.. batch.Select(p => p.Ids)], Keep.Boundaries, arena);
                Tensor embeddings = ClipText.Embeddings(trace);
                for (int i = 0; i < batch.Length; i++)
                {
                    Span<float> sum = vectors.Row(batch[i].Class);
                    TensorPrimitives.MultiplyAdd(embeddings.Row(i), 1 / Normalize.Length(embeddings, i), sum, sum);
                }
                progress?.Report((done += batch.Length) / (double)prompts.Length);
            }
        for (int c = 0; c < vectors.Rows; c++)
        {
            TensorPrimitives.Divide(vectors.Row(c), Normalize.Length(vectors, c), vectors.Row(c));
            if (!TensorPrimitives.IsFiniteAll<float>(vectors.Row(c)))
                throw TranslucentException.OfRequest(
                    $"class {Describe.Name(Classes[c])}: its texts have no direction in common that is a number; "
                    + "the weights of the text tower may be damaged.");
        }
        return vectors;
    }

    static int[] Ids(ClipText text, Func<string, int[]> encode, string prompt)
    {
        int[] ids = text.Filled(encode(prompt));
        if (ids.Length > text.Config.Positions)
            throw TranslucentException.OfRequest(
                $"prompt {Describe.Name(prompt)}: is {ids.Length} tokens long with begin and end, and this model reads at most {text.Config.Positions}; make "
                    + "class or template shorter.");
        int end = text.EndOf(ids);
        return end == ids.Length - 1 ? ids
            : throw TranslucentException.OfRequest(
                $"prompt {Describe.Name(prompt)}: ends at token {end + 1} of {ids.Length} for this model, expected the last; it may hold a special token, or "
                    + "tokenizer.json be of another model.");
    }
}
