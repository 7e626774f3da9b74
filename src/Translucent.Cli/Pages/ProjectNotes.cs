// How to read the page of `translucent project`.

using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;

namespace Translucent.Cli.Pages;

/// <summary>The notes of that page.</summary>
static class ProjectNotes
{
    public static string Section(ImageRun run, Projection found)
    {
        List<(string, string)> notes =
        [
            ("Projection", "Class-embedding projection (Vilas, Schaumlöffel, Roig, NeurIPS 2023, arXiv:2310.18969): the last normalisation and the "
                + "classifier, applied to every token of every layer instead of the last class token alone. Nothing is trained."),
            ("Strength",
                $"The strength of a colour is the {ClassColors.StrengthText}: 15 % of the colour at 0, 90 % at 1. Pale cells stand for nothing in particular."),
            ("Identifiability", "1 - rank / classes: 1 where the class has the highest score of all. The dashed and dotted lines, where there are any, come "
                + "from passes with less context."),
            ("Pushes", "The share of image tokens for which what attention (or the MLP) adds in the block before a layer scores higher for the class than the "
                + "token itself did before that block. Above one half, this part of the block pushes the class."),
            ("Where a class comes from", "Of all tokens, the share whose best class behind a block is also the best class of the stream before it, of what "
                + "attention adds, of what the MLP adds, or of none of them alone. The first three overlap."),
            ("Memories", "An MLP adds a weighted sum of fixed vectors, the columns of its second matrix; attention likewise, the columns of its output "
                + "matrix. Each such vector has a score for every class. What it adds to the class is this score times the weight that the token gives it; "
                + "where the weight is negative, the memory pushes the class of its lowest score. Agreement: the share of image tokens for which one of the "
                + "five memories with the largest weight is among the five that push the class most."),
        ];
        if (!AnswersByClassToken(run, found))
            notes.Add(("Answer", "This model does not read its answer off the class token alone, so that what the class token of the last layer stands for is "
                + "another number, and may be another class."));
        if (found.Classes[0].Perturbed.Count > 0)
            notes.Add(("Less context", string.Join("; ", found.Classes[0].Perturbed.Select(p => CurvePictures.PerturbationText(p.Name)))
                + ". In every block. Where a curve falls, that context was needed."));
        notes.Add(("Mind", "Early tokens are not made to be read by the classifier. A low score there says that the classifier would not see the class, not "
            + "that nothing is known about it."));
        return PageNotes.Section(notes);
    }

    /// <summary>Whether the probabilities of the class token behind the last block are those of the model.</summary>
    static bool AnswersByClassToken(ImageRun run, Projection found)
    {
        TopClass best = found.Best(found.Hidden.Shape[0], 0)[0];
        return best.Class == run.Predictions[0].Index && Math.Abs(best.Probability - run.Predictions[0].Probability) < 1e-3;
    }
}
