// The tables of `translucent project` as CSV (RFC 4180, UTF-8, a point in numbers).

using System.Globalization;
using System.Text;
using Translucent.Cli.Runs;
using Translucent.Explain.Projection;
using Translucent.Runs.Records;

namespace Translucent.Cli.Verbs;

/// <summary>Writes CSV files.</summary>
static class ProjectTables
{
    public static void Write(ImageRun run, Projection found, IReadOnlyList<int> layers)
    {
        run.Folder.Text("tokens.csv", Tokens(run, found, layers), $"the {found.Top.Count} best classes of every token in every layer");
        run.Folder.Text("curves.csv", Curves(found), "the numbers of curves.svg: one line per layer and class");
        run.Folder.Text("memories.csv", Memories(run, found), "the memories that push each class most, by block, layer, and kind of token");
    }

    static string Tokens(ImageRun run, Projection found, IReadOnlyList<int> layers)
    {
        StringBuilder csv = new("layer,token,row,column,rank,class,label,score,probability\r\n");
        foreach (int layer in layers)
            for (int token = 0; token < found.Tokens; token++)
            {
                int patch = token - run.Trace.Grid.Prefix;
                string place = patch < 0 ? $"{(token == 0 ? "cls" : $"prefix {token}")},,"
                    : $"patch,{patch / run.Trace.Grid.Columns + 1},{patch % run.Trace.Grid.Columns + 1}";
                ReadOnlySpan<TopClass> best = found.Best(layer, token);
                for (int rank = 0; rank < best.Length; rank++)
                    csv.Append(CultureInfo.InvariantCulture, $"{layer},{place},{rank + 1},{best[rank].Class},{Quoted(run.Model.Label(best[rank].Class))},")
                        .Append(CultureInfo.InvariantCulture, $"{best[rank].Score},{best[rank].Probability}\r\n");
            }
        return csv.ToString();
    }

    static string Curves(Projection found)
    {
        StringBuilder csv = new("layer,class,label,pass,cls_identifiability,patch_identifiability,identifiability_rate,cls_score,patch_score,"
            + "attention_cls_score,attention_patch_score,mlp_cls_score,mlp_patch_score,class_change_rate,attention_pushes,mlp_pushes\r\n");
        for (int l = 0; l < found.Hidden.Shape[0]; l++)
            foreach (ClassEvolution c in found.Classes)
            {
                Line(csv, l, c.Class, "untouched", c.Hidden);
                float[] added = l == 0 ? [] : [c.Attention.ClassTokenScore[l], c.Attention.PatchScore[l], c.Mlp.ClassTokenScore[l], c.Mlp.PatchScore[l],
                    c.Rises[l - 1], c.AttentionPushes[l - 1], c.MlpPushes[l - 1]];
                csv.Append(l == 0 ? ",,,,,," : string.Join(',', added.Select(v => v.ToString(CultureInfo.InvariantCulture)))).Append("\r\n");
                foreach ((string name, ClassCurve curve) in c.Perturbed)
                {
                    Line(csv, l, c.Class, name, curve);
                    csv.Append(",,,,,,\r\n");
                }
            }
        return csv.ToString();
    }

    static void Line(StringBuilder csv, int l, Prediction cls, string pass, ClassCurve curve) => csv
        .Append(CultureInfo.InvariantCulture, $"{l + 1},{cls.Index},{Quoted(cls.Label)},{pass},")
        .Append(CultureInfo.InvariantCulture, $"{curve.ClassToken[l]},{curve.Patches[l]},{curve.Rate[l]},{curve.ClassTokenScore[l]},{curve.PatchScore[l]},");

    static string Memories(ImageRun run, Projection found)
    {
        StringBuilder csv = new("class,label,block,part,token,rank,memory,head,contribution,coefficient,score,pushes_class,pushes_label,agreement\r\n");
        int headWidth = run.Model.Config.Width / run.Model.Config.Heads;
        foreach (MemoryRow row in found.Memories)
            for (int rank = 0; rank < row.Top.Length; rank++)
            {
                Memory m = row.Top[rank];
                string head = row.Part == TokenState.Attention ? $"{m.Index / headWidth}" : "";
                csv.Append(CultureInfo.InvariantCulture, $"{row.Class.Index},{Quoted(row.Class.Label)},{row.Block},{row.PartName},{row.TokenName},")
                    .Append(CultureInfo.InvariantCulture, $"{rank + 1},{m.Index},{head},{m.Contribution},{m.Coefficient},{m.Score},{m.Class},")
                    .Append(CultureInfo.InvariantCulture, $"{Quoted(run.Model.Label(m.Class))},{row.Agreement:0.######}\r\n");
            }
        return csv.ToString();
    }

    /// <summary>A field that may hold commas, quotes or line ends.</summary>
    static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
