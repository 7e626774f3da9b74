// The models that pages may name. Opened once; weights stay mapped, so an open model takes little memory.

using Translucent.Files;
using Translucent.Models;

namespace Translucent.Studio.Scenes;

/// <summary>Opens models by their names.</summary>
sealed class ModelShelf(StudioSettings settings) : IDisposable
{
    readonly Lock _lock = new();
    readonly Dictionary<string, Model> _open = [];

    /// <summary>What can be chosen now.</summary>
    public IReadOnlyList<StudioModel> All => settings.Models();

    /// <summary>Where a model is.</summary>
    /// <exception cref="TranslucentException">It is none of those that can be chosen.</exception>
    public StudioModel Find(string name) => All.FirstOrDefault(m => m.Name == name)
        ?? throw TranslucentException.OfRequest($"model {Describe.Name(name)}: is none of those that the studio was given.");

    /// <summary>A model, open.</summary>
    /// <exception cref="TranslucentException">It cannot be read; the message says why.</exception>
    public Model Open(string name)
    {
        StudioModel model = Find(name);
        lock (_lock)
        {
            if (_open.TryGetValue(model.Path, out Model? open)) return open;
            return _open[model.Path] = Read(model.Path);
        }
    }

    static Model Read(string path)
    {
        Model model = Pretrained.Open(path);
        if (model is not LanguageModel) return model;
        model.Dispose();
        return LanguageModels.Open(path); // with its tokenizer
    }

    public void Dispose()
    {
        foreach (Model model in _open.Values) model.Dispose();
    }
}
