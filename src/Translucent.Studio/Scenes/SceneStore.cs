// The scenes that are open, within the memory that all pages share: what was not looked at for longest goes first.

using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Studio.Http;

namespace Translucent.Studio.Scenes;

/// <summary>Opens scenes and lets them go.</summary>
sealed class SceneStore(StudioSettings settings, ModelShelf models, PictureShelf pictures) : IDisposable
{
    static readonly string[] s_words = ["model", "image", "question", "detector", "text", "separator", "summary", "generate", "classes"];

    readonly Lock _lock = new();
    readonly LinkedList<Place> _places = []; // the latest first

    /// <summary>Bytes of all passes.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock) return _places.Sum(p => p.Bytes);
        }
    }

    /// <summary>How many scenes are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _places.Count;
        }
    }

    /// <summary>What sweeps of one line of work may take: a half of what the passes leave.</summary>
    public long SweepBytes => Math.Max(16L << 20, (settings.MemoryBytes - Bytes) / 2);

    /// <summary>The scene that a question is about, for as long as <paramref name="use"/> runs.</summary>
    /// <exception cref="TranslucentException">Model or input do not go together, or do not fit in memory.</exception>
    public T With<T>(Query query, Func<Scene, T> use)
    {
        Place place = Take(query);
        try
        {
            return use(place.Scene.Value); // made here, not under the lock: others go on meanwhile
        }
        finally
        {
            lock (_lock)
            {
                place.Users--;
                if (!place.Scene.IsValueCreated) _places.Remove(place); // it could not be made; the next who asks tries again
            }
            Fit();
        }
    }

    Place Take(Query query)
    {
        string key = Query.KeyOf(s_words.Select(query.Find));
        lock (_lock)
        {
            Place? place = _places.FirstOrDefault(p => p.Key == key);
            if (place is null) place = new Place(key, new Lazy<Scene>(() => Make(query)));
            else _places.Remove(place);
            _places.AddFirst(place);
            place.Users++;
            return place;
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
            for (LinkedListNode<Place>? node = _places.Last; node is not null && node != _places.First && Bytes > settings.MemoryBytes / 2;)
            {
                (LinkedListNode<Place> here, node) = (node, node.Previous);
                if (here.Value.Users > 0) continue;
                here.Value.Scene.Value.Dispose();
                _places.Remove(here);
            }
    }

    public void Dispose()
    {
        foreach (Place place in _places)
            if (place.Scene.IsValueCreated) place.Scene.Value.Dispose();
    }

    /// <summary>One scene, from the moment that it is first asked about.</summary>
    sealed class Place(string key, Lazy<Scene> scene)
    {
        public string Key => key;

        public Lazy<Scene> Scene => scene;

        /// <summary>How many requests use it.</summary>
        public int Users { get; set; }

        public long Bytes => scene.IsValueCreated ? scene.Value.Bytes : 0;
    }
}
