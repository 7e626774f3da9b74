using System.Text.Json.Nodes;
using Translucent.Checkpoints;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Text;

namespace Translucent.Tests.Models;

/// <summary>A whole CLIP folder made of the image tower and the text tower of two golden folders.</summary>
static class TwoGoldenTowers
{
    const string Image = "vision/clip_vision", Text = "language/clip_text", Letters = "abcdefghij";

    /// <summary>One for each target vector of the image tower's goldens.</summary>
    public static string[] Texts { get; } = ["a", "b c", "ad", "e f gh", "ghij", "cab d", "j i", "bead", "h", "fig a"];

    /// <summary>Writes it; the text projection takes each text to its target vector.</summary>
    public static string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        using Safetensors vision = Safetensors.Open(Golden.File($"{Image}/model.safetensors")),
            text = Safetensors.Open(Golden.File($"{Text}/model.safetensors")), input = Safetensors.Open(Golden.File($"{Image}/input.safetensors"));
        File.WriteAllText(Path.Combine(folder, "config.json"), new JsonObject
        {
            ["model_type"] = "clip",
            ["projection_dim"] = 24,
            ["text_config"] = Json(Golden.File($"{Text}/config.json")),
            ["vision_config"] = Json(Golden.File($"{Image}/config.json")),
        }.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), SmallTokenizer().ToJsonString());
        Safetensors.Write(Path.Combine(folder, "model.safetensors"),
        [
            .. vision.Tensors, .. text.Tensors.Where(t => t.Name != "text_projection.weight"),
            StoredTensor.From("logit_scale", input["logit_scale"].ToTensor()),
            StoredTensor.From("text_projection.weight", Projection(Tokenizer.Open(folder), input["target_vectors"].ToTensor())),
        ]);
        return folder;
    }

    static JsonNode Json(string path) => JsonNode.Parse(File.ReadAllText(path))!;

    /// <summary>CLIP's tokenizer cut down to ten letters, each by itself and at the end of a word, so that its ids fit the small tower.</summary>
    static JsonNode SmallTokenizer()
    {
        JsonNode tokenizer = Json(Golden.File("tokenizers/clip_bpe/tokenizer.json"));
        JsonObject vocabulary = new() { ["<|startoftext|>"] = 198, ["<|endoftext|>"] = 199 };
        for (int i = 0; i < Letters.Length; i++) (vocabulary[$"{Letters[i]}"], vocabulary[$"{Letters[i]}</w>"]) = (i, Letters.Length + i);
        tokenizer["model"]!["vocab"] = vocabulary;
        tokenizer["model"]!["merges"] = new JsonArray();
        (tokenizer["added_tokens"]![0]!["id"], tokenizer["added_tokens"]![1]!["id"]) = (198, 199);
        (tokenizer["post_processor"]!["cls"]![1], tokenizer["post_processor"]!["sep"]![1]) = (198, 199);
        return tokenizer;
    }

    /// <summary>The matrix P of least norm with P x_c = t_c for what the tower says of every text: P = Tᵀ (X Xᵀ)⁻¹ X.</summary>
    static Tensor Projection(Tokenizer tokenizer, Tensor targets)
    {
        using ClipText tower = ClipText.Open(Golden.File(Text));
        double[][] x = [.. Texts.Select(text =>
        {
            using Trace trace = tower.Forward([[.. tokenizer.Encode(text).Ids]]);
            return trace.Tape["pooled"].Value.ToArray().Select(v => (double)v).ToArray();
        })];
        double[][] gram = [.. x.Select(a => x.Select(b => a.Zip(b, (p, q) => p * q).Sum()).ToArray())];
        double[][] solved = Solve(gram, x); // [texts][width]
        Tensor projection = new(targets.Width, tower.Config.Width);
        for (int row = 0; row < projection.Rows; row++)
            for (int i = 0; i < projection.Width; i++)
                projection.Row(row)[i] = (float)Enumerable.Range(0, x.Length).Sum(c => targets.Row(c)[row] * solved[c][i]);
        return projection;
    }

    /// <summary>A⁻¹ B by Gauss and Jordan, the largest pivot first.</summary>
    static double[][] Solve(double[][] a, double[][] b)
    {
        double[][] rows = [.. a.Zip(b, (left, right) => (double[])[.. left, .. right])];
        for (int i = 0; i < rows.Length; i++)
        {
            int pivot = Enumerable.Range(i, rows.Length - i).MaxBy(r => Math.Abs(rows[r][i]));
            (rows[i], rows[pivot]) = (rows[pivot], rows[i]);
            double by = rows[i][i];
            rows[i] = Array.ConvertAll(rows[i], v => v / by);
            for (int r = 0; r < rows.Length; r++)
            {
                double factor = rows[r][i];
                if (r != i) rows[r] = [.. rows[r].Zip(rows[i], (v, w) => v - factor * w)];
            }
        }
        return Array.ConvertAll(rows, row => row[a.Length..]);
    }
}
