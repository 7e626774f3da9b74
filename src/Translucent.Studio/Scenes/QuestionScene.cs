// A photograph and a question before a model that answers questions about pictures; a detector finds the regions.

using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Studio.Http;
using Translucent.Text;

namespace Translucent.Studio.Scenes;

/// <summary>The scene.</summary>
sealed class QuestionScene : Scene
{
    const double TooSmall = 0.5; // score of a detector's object that is a region

    readonly Lxmert _model;
    readonly RegionFeatures _regions;
    readonly IReadOnlyList<string> _names;
    readonly EncodedText _tokens;
    readonly IReadOnlyList<string> _ofDetector;

    QuestionScene(Lxmert model, RegionFeatures regions, IReadOnlyList<string> names, EncodedText tokens, IReadOnlyList<string> ofDetector) =>
        (_model, _regions, _names, _tokens, _ofDetector) = (model, regions, names, tokens, ofDetector);

    /// <summary>Finds the regions and cuts the question into tokens.</summary>
    public static QuestionScene Of(Lxmert model, Image photo, Query query, ModelShelf models, StudioSettings settings, MemoryCheck memory)
    {
        if (model.Config.Answers == 0) throw TranslucentException.OfRequest("the model has no answer head (answer_head.logit_fc), so it answers nothing.");
        string path = models.Find(query.Word("model")).Path;
        if (query.Find("question") is not { } question) throw TranslucentException.OfRequest("question: is missing; type one.");
        using Detr detector = Detr.Open(settings.Detector(path, query.Find("detector") is { } named ? models.Find(named).Path : null));
        memory.Check(detector, photo, "this picture");
        using Trace found = detector.Forward(photo);
        (RegionFeatures regions, IReadOnlyList<Detection> objects) = RegionFeatures.Of(found, TooSmall);
        return new QuestionScene(model, regions, [.. objects.Select(o => o.Label)], Tokenizer.Open(path).Encode(question),
            [.. ModelDoubts.OfSettings("the detector", detector.UnreadSettings)]);
    }

    public override Model Model => _model;

    public override string Kind => "question";

    public override IEnumerable<string> Doubts(string name) => base.Doubts(name).Concat(_ofDetector);

    protected override Trace Forward(CancellationToken stop) =>
        _model.Forward([new Question([.. _tokens.Ids], _regions.Features, _regions.Boxes)], cancellationToken: stop);

    public override object Facts(Trace trace) => new
    {
        Tokens = _tokens.Tokens,
        Special = Enumerable.Range(0, _tokens.Count).Select(i => _tokens.Special[i] || _tokens.Sequences[i] is null),
        Regions = Enumerable.Range(0, _regions.Boxes.Rows).Select(i => new { Name = _names[i], Box = _regions.Boxes.Row(i).ToArray() }),
        Classes = Enumerable.Range(0, trace.Readout!.Classes).Select(trace.Readout.Label),
        Probabilities = trace.Probabilities().ToArray(),
        Meaning = trace.Readout.Meaning.ToString(),
    };
}
