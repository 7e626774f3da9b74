// Answers of a hub, and indexes of shards.

namespace Translucent.Fuzz;

/// <summary>Seeds of answers.</summary>
static class NameSeeds
{
    /// <summary>Listings and indexes.</summary>
    public static byte[][] Hub { get; } =
    [
        """
        {"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"config.json","size":12,
        "blobId":"0123456789abcdef0123456789abcdef01234567"},{"rfilename":"model.safetensors","size":7,
        "lfs":{"sha256":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff","size":7}}]}
        """u8.ToArray(),
        """
        {"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"config.json"},{"rfilename":"model.safetensors.index.json","size":99},
        {"rfilename":"a.safetensors"},{"rfilename":"onnx/model.onnx"}]}
        """u8.ToArray(),
        """{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"model.gguf"},{"rfilename":"tf_model.h5"}]}"""u8.ToArray(),
        """{"weight_map":{"w":"a.safetensors","v":"b.safetensors"}}"""u8.ToArray(),
        """{"error":"Repository not found"}"""u8.ToArray(),
        "<html><body>Sign in</body></html>"u8.ToArray(),
    ];
}
