// The table of readers that are fuzzed. A new reader gets a line here; tests and command then know it.

using Translucent.Fuzz.Mutators;

namespace Translucent.Fuzz;

/// <summary>All targets.</summary>
static class Targets
{
    const long Fixed = 1 << 20; // tables and buffers that do not depend on the file

    /// <summary>All targets, in the order in which they run.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        new("safetensors", Seeds.Safetensors, FrameMutator.Safetensors, Readers.Weights, new(Fixed, 256)),
        new("shards", Seeds.ShardIndexes, JsonMutator.Edit, Readers.Shards, new(Fixed, 256)),
        new("torch", Seeds.Golden("torch", n => !n.EndsWith(".npz", StringComparison.Ordinal)), ZipMutator.Edit, Readers.Weights, new(Fixed, 4096)),
        new("pickle", Seeds.Pickles, PickleMutator.Edit, Readers.Pickle, new(Fixed, 4096)),
        new("npz", Seeds.Archives, ZipMutator.Edit, Readers.Weights, new(Fixed, 16 * 1032)), // deflate makes at most 1032 bytes of one
        new("npy", Seeds.Arrays, FrameMutator.Npy, Readers.Array, new(Fixed, 256)),
        new("onnx", Seeds.Golden("onnx"), ProtobufMutator.Edit, Readers.Onnx, new(4 << 20, 1024)),
        new("config", Seeds.Golden("vision", n => n.EndsWith(".json", StringComparison.Ordinal)), JsonMutator.Edit, Readers.Config, new(1 << 30, 1024)),
        new("preprocessor", Seeds.Preprocessors, JsonMutator.Edit, Readers.Preprocessor, new(64 << 20, 256)),
        new("tokenizer", Seeds.Tokenizers, JsonMutator.Edit, Readers.Tokenizer, new(16 << 20, 1024)),
        new("tokenizer-config", Seeds.Golden("tokenizers", n => n.EndsWith("_config.json", StringComparison.Ordinal)), JsonMutator.Edit,
            Readers.TokenizerConfig, new(16 << 20, 1024)),
        new("vocab", [Seeds.OldVocabulary(merges: false)], JsonMutator.Edit, Readers.Vocabulary, new(16 << 20, 1024)),
        new("merges", [Seeds.OldVocabulary(merges: true)], ByteMutator.Edit, Readers.Merges, new(16 << 20, 1024)),
        // eight pixels a byte; four bytes a pixel from the decoder, then its channels, then turned upright
        new("png", Seeds.Golden("png"), PngMutator.Edit, Readers.Picture, new(Fixed, 8 * 8 * 1032)),
        new("jpeg", Seeds.Golden("jpeg"), JpegMutator.Edit, Readers.Picture, new(Fixed, 64 << 10)),
        new("picture", Seeds.Pictures, ByteMutator.Edit, Readers.Picture, new(64 << 20, 1024)),
        new("coco", Seeds.CocoFiles, JsonMutator.Edit, Readers.Coco, new(32 << 20, 1024)),
        new("picture-guard", [.. Seeds.Golden("png"), .. Seeds.Golden("jpeg"), .. Seeds.Pictures], PictureMutator.Edit, DataReaders.Guard, new(2 << 20, 64)),
        new("labels", Seeds.Golden("png"), PngMutator.Edit, DataReaders.Labels, new(Fixed, 4 * 8 * 1032)), // an integer for a bit
        new("mat", DataSeeds.Mat, MatMutator.Edit, DataReaders.Mat, new(Fixed, 9 * 8 * 1032)), // a double of a byte
        new("cifar", DataSeeds.Cifar, ByteMutator.Edit, DataReaders.Cifar, new(Fixed, 256)),
        new("cifar-names", DataSeeds.CifarNames, ByteMutator.Edit, DataReaders.CifarNames, new(Fixed, 1024)),
        new("idx", DataSeeds.Idx, ByteMutator.Edit, DataReaders.Idx, new(Fixed, 256)),
        new("folders", DataSeeds.Folders, JsonMutator.Edit, DataReaders.Folders, new(32 << 20, 4096)),
        new("layouts", LayoutSeeds.All, LayoutMutator.Edit, LayoutReaders.Model, new(64 << 20, 4096)), // a tiny model and a pass
        new("spiece", LayoutSeeds.SentencePiece, ProtobufMutator.Edit, LayoutReaders.SentencePiece, new(16 << 20, 1024)),
        new("hub", NameSeeds.Hub, JsonMutator.Edit, NameReaders.Hub, new(Fixed, 64)),
        new("coco-results", Seeds.CocoResultFiles, JsonMutator.Edit, Readers.CocoDetections, new(32 << 20, 1024)),
    ];
}
