// The scenes that are open, within the memory that all pages share: what was not looked at for longest goes first.

using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Studio.Http;

namespace Translucent.Studio.Scenes;

/// <summary>Opens scenes and lets them go.</summary>
sealed class SceneStore(StudioSettings settings, ModelShelf models, PictureShelf pictures) : IDisposable
{
    static readonly string[] s_words = ["model", "image", "question", "text", "separator", "summary", "generate", "classes"];

    readonly Lock _lock = new();
    readonly LinkedList<(string Key, Scene Scene)> _scenes = []; // the latest first

    /// <summary>Bytes of all passes.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock) return _scenes.Sum(s => s.Scene.Bytes);
        }
    }

    /// <summary>What sweeps of one line of work may take: a half of what the passes leave.</summary>
    public long SweepBytes => Math.Max(16L << 20, (settings.MemoryBytes - Bytes) / 2);

    /// <summary>The scene that a question is about, for as long as <paramref name="use"/> runs.</summary>
    /// <exception cref="TranslucentException">Model or input do not go together, or do not fit in memory.</exception>
    public T With<T>(Query query, Func<Scene, T> use)
    {
        Scene scene = Take(query);
        try
        {
            return use(scene);
        }
        finally
        {
            lock (_lock) scene.Users--;
            Fit();
        }
    }

    Scene Take(Query query)
    {
        string key = string.Join('\n', s_words.Select(query.Find));
        lock (_lock)
        {
            LinkedListNode<(string Key, Scene Scene)>? node = _scenes.First;
            while (node is not null && node.Value.Key != key) node = node.Next;
            if (node is null) node = new LinkedListNode<(string, Scene)>((key, Make(query)));
            else _scenes.Remove(node);
            _scenes.AddFirst(node);
            node.Value.Scene.Users++;
            return node.Value.Scene;
        }
    }

    Scene Make(Query query) => models.Open(query.Word("model")) switch
    {
        VisionTransformer vision => VisionScene.Of(vision, pictures.Read(query.Word("image")), query, models.Find(query.Word("model")).Path, Memory),
        Detr detector => new ObjectScene(detector, pictures.Read(query.Word("image")), Memory),
        Lxmert answering => QuestionScene.Of(answering, pictures.Read(query.Word("image")), query, models, settings, Memory),
        LanguageModel language => TextScene.Of(language, query, Memory),
        { } other => throw TranslucentException.OfRequest($"{other.Family}: the studio has no view of such a model yet; the command explains it."),
    };

    MemoryCheck Memory => new(settings.MemoryBytes, "--memory");

    /// <summary>Closes what nobody uses, until the rest leaves half of the memory for sweeps.</summary>
    void Fit()
    {
        lock (_lock)
            for (LinkedListNode<(string Key, Scene Scene)>? node = _scenes.Last; node is not null && node != _scenes.First && Bytes > settings.MemoryBytes / 2;)
            {
                (LinkedListNode<(string Key, Scene Scene)> here, node) = (node, node.Previous);
                if (here.Value.Scene.Users > 0) continue;
                here.Value.Scene.Dispose();
                _scenes.Remove(here);
            }
    }

    public void Dispose()
    {
        foreach ((_, Scene scene) in _scenes) scene.Dispose();
    }
}
