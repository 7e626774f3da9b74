// What a hub answers: what decides which files are fetched, before any of them is there.

using System.Text;
using Translucent.Hub;

namespace Translucent.Fuzz;

/// <summary>Readers of answers.</summary>
static class NameReaders
{
    static readonly RepositoryId s_id = RepositoryId.TryParse("org/name", out RepositoryId? id) ? id : throw new InvalidOperationException("org/name");

    /// <summary>The answer of a hub about a model, or the index of its shards: what would be fetched.</summary>
    public static void Hub(byte[] file, Sandbox sandbox)
    {
        if (Encoding.Latin1.GetString(file).Contains("weight_map"))
        {
            RepositoryListing known = new(new string('a', 40), new Dictionary<string, ListedFile>
            {
                ["a.safetensors"] = new("a.safetensors", 1, null),
                ["b.safetensors"] = new("b.safetensors", 1, null),
            });
            foreach (ListedFile shard in FilePlan.Shards(sandbox.Add("hub/model.safetensors.index.json", file), known, s_id)) Inside(shard.Name);
            return;
        }
        RepositoryListing listing = RepositoryListing.Parse(file, s_id);
        foreach (string name in listing.Files.Keys) Inside(name);
        FilePlan plan = FilePlan.Of(listing, s_id);
        foreach (ListedFile wanted in plan.Settings.Concat(plan.Weights))
            Expect(listing.Files.ContainsKey(wanted.Name) && wanted.Size is null or >= 0, $"{wanted} is not what the server listed");
    }

    static void Inside(string name) =>
        Expect(!Path.IsPathRooted(name) && !name.Split('/', '\\').Contains(".."), $"'{name}' would lie outside the model");

    static void Expect(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidProgramException(otherwise);
    }
}
