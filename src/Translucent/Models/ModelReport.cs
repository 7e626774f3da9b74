// What is known of a model without running it, for people who ask why it does not open.

using Translucent.Checkpoints;

namespace Translucent.Models;

/// <summary>A tensor as it lies in a file.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">The length of each axis.</param>
/// <param name="Type">The encoding of its elements.</param>
sealed record TensorReport(string Name, IReadOnlyList<int> Shape, StoredType Type);

/// <summary>What the files of a model say, and what the family that reads them makes of it.</summary>
sealed record ModelReport
{
    /// <summary>The folder or file that was asked about.</summary>
    public required string Path { get; init; }

    /// <summary>The format of the weight files, as in "safetensors"; null when none could be opened.</summary>
    public string? Format { get; init; }

    /// <summary>Weight files.</summary>
    public int Files { get; init; }

    /// <summary>Bytes of the weight files.</summary>
    public long Bytes { get; init; }

    /// <summary>All tensors in the weight files.</summary>
    public IReadOnlyList<TensorReport> Tensors { get; init; } = [];

    /// <summary>The table of names that matched, "Hugging Face" when the names need none; null when nothing is known of them.</summary>
    public string? Layout { get; init; }

    /// <summary>What the names of the model begin with, as in <c>teacher.backbone.</c>.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>model_type of config.json, or what was deduced.</summary>
    public string? ModelType { get; init; }

    /// <summary>Family and sizes of a vision transformer; null for others, and when the settings do not make a model.</summary>
    public VisionConfig? Config { get; init; }

    /// <summary>Family and sizes of a model that is no vision transformer.</summary>
    public ModelSizes? Sizes { get; init; }

    /// <summary>The name of its family; null when the settings do not make a model.</summary>
    public string? Family => Config?.Family ?? Sizes?.Family;

    /// <summary>Float numbers of the model, what is passed over not counted.</summary>
    public long Parameters { get; init; }

    /// <summary>Classes that the model scores; 0 without a classifier.</summary>
    public int Classes { get; init; }

    /// <summary>Whether classes can be given as vectors (DINO, DINOv2, CLIP).</summary>
    public bool TakesVectors { get; init; }

    /// <summary>What CLIP lacks for texts as classes: tensors and files, empty when it has all; null for other families.</summary>
    public IReadOnlyList<string>? MissingForTexts { get; init; }

    /// <summary>Whether its MLPs multiply by gates (SwiGLU).</summary>
    public bool IsGated { get; init; }

    /// <summary>Whether queries and keys turn by where patches stand.</summary>
    public bool Turns { get; init; }

    /// <summary>Whether the mean of its patches stands for an image.</summary>
    public bool Averages { get; init; }

    /// <summary>Whether its patches are pooled by attention.</summary>
    public bool Pools { get; init; }

    /// <summary>Width and height of the images that the model is given, in pixels.</summary>
    public (int Width, int Height)? Input { get; init; }

    /// <summary>Tokens for an image of that size: class token and others, then patches.</summary>
    public int Tokens { get; init; }

    /// <summary>Tensors that the model needs and the files lack, or have in another shape or type.</summary>
    public IReadOnlyList<MissingTensor> Missing { get; init; } = [];

    /// <summary>Names of tensors that no layer reads, though they should be part of the model.</summary>
    public IReadOnlyList<string> LeftOver { get; init; } = [];

    /// <summary>How many tensors are in the files without being part of the model: optimiser states, the student beside the teacher, heads for
    /// training.</summary>
    public int PassedOver { get; init; }

    /// <summary>Python classes and functions that a PyTorch file names beside those of tensors; they were not run.</summary>
    public IReadOnlyList<string> OtherObjects { get; init; } = [];

    /// <summary>Keys of config.json that the model did not ask for and that may matter.</summary>
    public IReadOnlyList<string> UnreadSettings { get; init; } = [];

    /// <summary>What had to be recognised in the graph of an ONNX file before its weights had names.</summary>
    public IReadOnlyList<string> Recognised { get; init; } = [];

    /// <summary>Why the model does not open, beyond what is missing and left over; null when nothing else is wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether the model opens and runs.</summary>
    public bool Opens => Problem is null && Missing.Count == 0 && LeftOver.Count == 0 && Family is not null;
}
