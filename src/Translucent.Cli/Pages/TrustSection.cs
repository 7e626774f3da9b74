// The part of the page that says how far to believe each map: its curves and numbers beside it.

using System.Text;
using Translucent.Cli.Runs;
using Translucent.Evaluate.Trust;
using Translucent.Pictures;

namespace Translucent.Cli.Pages;

/// <summary>Writes the section.</summary>
static class TrustSection
{
    const int Most = 48, Thumbnail = 200; // maps on the page, and pixels of their pictures

    public static string Render(ImageRun run, IReadOnlyList<MapTrust> trust, Layers layers)
    {
        StringBuilder html = new("<section><h2>How far to trust the maps</h2><p class='lead'>Does the class go away with the patches that a map points at? "
            + "Does the map change when the model forgets what it has learned? Does it stay when the photograph hardly changes?</p>\n");
        foreach (MapTrust map in trust.Take(Most)) Row(html, run, map, layers);
        if (trust.Count > Most) html.Append($"<p class='lead'>{trust.Count - Most} more maps are in <a href='trust.csv'>trust.csv</a>.</p>\n");
        return html.Append(Notes(run)).Append("</section>\n").ToString();
    }

    static void Row(StringBuilder html, ImageRun run, MapTrust trust, Layers layers)
    {
        ClassMap map = trust.Map;
        string of = map.Class is null ? "" : $" <em>{Html.Text(map.Class.Label)}</em>";
        html.Append($"<div class='trust'><figure><h3><span>{Html.Name(map.Method.Name)}</span>{of}</h3><div class='photo' role='img' "
            + $"aria-label='{Html.Text(map.Title)}'><img class='heat' alt='' src='{Html.Png(layers.Map(map.Map, map.Scale, Thumbnail))}'></div></figure>");
        Curve(html, "Deletion", trust.Deletion, trust);
        Curve(html, "Insertion", trust.Insertion, trust);

        RandomizationStage last = trust.Randomization[^1];
        double chance = 2 / Math.Sqrt(Math.Max(1, run.Trace.Grid.Count - 1));
        string likeness = !double.IsFinite(last.Rho) ? Chip("a constant map", 0) : Math.Abs(last.Rho) <= chance ? Chip("forgets with it", 1)
            : Math.Abs(last.Rho) > 0.5 ? Chip("stays without it", -1) : Chip("keeps something", 0);
        html.Append("<figure><h4>Random model "
            + $"{likeness}</h4>{TrustChart.Stages($"Likeness of the {map.Title} map to that of random models", trust.Randomization, run.Trace.Grid.Count)}");
        html.Append($"<figcaption>ρ <b>{TrustTable.Text(trust.Randomization[0].Rho)}</b> with a random head, <b>{TrustTable.Text(last.Rho)}</b> with all "
            + "layers random</figcaption></figure>");

        NoiseStability s = trust.Stability;
        html.Append($"<dl><dt>Noise</dt><dd>ρ <b>{TrustTable.Text(s.MeanRho)}</b>, changes by at most <b>{Percent(s.MaxChange)}</b>, same answer in "
            + $"{s.SameAnswer * TrustRun.Noise.Copies:0} of {TrustRun.Noise.Copies} copies</dd><dt>Sum</dt><dd>");
        html.Append(trust.Conservation is { } sum
            ? $"<b>{Html.Number(sum.Sum)}</b> of {Html.Number(sum.Promised)}, off by <b>{TrustTable.Gap(sum).Replace(" ", "&nbsp;")}</b>" : "nothing promised")
                .Append("</dd></dl></div>\n");
    }

    static void Curve(StringBuilder html, string name, PerturbationResult result, MapTrust trust)
    {
        string chip = TrustTable.IsVoid(result) ? Chip("says little", 0) : !double.IsFinite(result.Z) ? Chip("never changes", 0) : result.Z >= 2
            ? Chip("better than chance", 1) : result.Z <= -2 ? Chip("worse than chance", -1) : Chip("as chance", 0);
        html.Append($"<figure><h4>{name} "
            + $"{chip}</h4>{TrustChart.Curve($"{name} in the order of {trust.Map.Title}: probability of {trust.Judged.First}", result)}");
        string kept = TrustTable.IsVoid(result) ? $"; without any patch {Percent(result.Kept)} of the probability are left" : "";
        html.Append($"<figcaption><b>{TrustTable.Text(result.Auc)}</b>, random {TrustTable.Random(result)}, z "
            + $"{TrustTable.Signed(result.Z)}{kept}</figcaption></figure>");
    }

    static string Chip(string words, int good) => $"<span class='verdict {(good > 0 ? "good" : good < 0 ? "bad" : "even")}'>{words}</span>";

    static string Percent(double part) => double.IsFinite(part) ? FormattableString.Invariant($"{100 * part:0.#}&nbsp;%") : "-";

    static string Notes(ImageRun run)
    {
        StringBuilder html = new("<dl class='notes'>");
        void Note(string term, string text) => html.Append($"<dt>{term}</dt><dd>{text}</dd>");
        PerturbationSettings p = TrustRun.Perturbation;
        Note("Deletion", $"Probability of the class (of a difference, of its first class) while patches are painted over ({Behind(p.Deletion)}), those the "
            + $"map values most first. It should fall at once: a small area is good. Dashed, with its spread: {p.RandomOrders} random orders. RISE, "
            + "arXiv:1806.07421.");
        Note("Insertion", $"Probability while patches of the photograph appear ({Behind(p.Insertion)}), the most valued first. It should rise at once: a "
            + "large area is good.");
        Note("Random model", "Spearman's ρ between this map and the one of a model whose layers are noise, from the head down to all of them. A map that "
            + "stays does not come from what was learned. Band: what chance gives. Sanity checks, arXiv:1810.03292.");
        Note("Noise", FormattableString.Invariant(
            $"The photograph with noise of {100 * TrustRun.Noise.Sigma:0.#} % of the range from black to white, which cannot be seen, explained again. ")
            + "arXiv:1901.09392.");
        Note("Sum", "What all tokens or pixels add up to, where the method shares out a score. What is missing is a part of the score that the map does not "
            + "speak of.");
        Note("Mind", "Painted-over images are strange to the model, so that some of what falls is its confidence in strange images. Numbers compare maps of "
            + "one image; none of them says that the answer is right.");
        return html.Append("</dl>").ToString();
    }

    static string Behind(Baseline baseline) => baseline switch
    {
        Baseline.Blur => "out of a blurred one",
        Baseline.Black => "in black",
        _ => "in the mean colour",
    };
}
