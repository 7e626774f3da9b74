// Frequencies of rotary positions as config.json asks for them: plain, linear (kaiokendev 2023; Chen et al. 2023, arXiv:2306.15595), and
// Llama 3's scaling by wavelength. Keys of Hugging Face modeling_rope_utils.py, in their older and newer places (docs/language.md).

using Translucent.Checkpoints;

namespace Translucent.Models;

/// <summary>f_i = theta^(−2i/D), changed as <c>rope_scaling</c> or <c>rope_parameters</c> says.</summary>
static class RotarySettings
{
    /// <summary>[D/2], radians per token.</summary>
    /// <exception cref="Files.TranslucentException">The heads are odd, or another kind of scaling is asked for.</exception>
    public static double[] Frequencies(ConfigSection config, int headWidth)
    {
        if (headWidth % 2 != 0) throw config.Wrong(config.Has("head_dim") ? "head_dim" : "num_attention_heads",
            $"heads of an even width, not of {headWidth} numbers");
        ConfigSection? scaling = config.Has("rope_parameters") ? config.Section("rope_parameters")
            : config.Has("rope_scaling") ? config.Section("rope_scaling") : null;
        foreach (ConfigSection place in scaling is null ? [config] : (ConfigSection[])[config, scaling])
            if (place.Float("partial_rotary_factor", 1) != 1) throw place.Wrong("partial_rotary_factor",
                "1: positions that turn a part of a head are not computed");
        double theta = scaling?.Has("rope_theta") == true ? scaling.Float("rope_theta") : config.Float("rope_theta", 10_000);
        if (!(theta > 0)) throw config.Wrong("rope_theta", "a number above 0");
        double[] frequencies = [.. Enumerable.Range(0, headWidth / 2).Select(i => Math.Pow(theta, -2.0 * i / headWidth))];
        if (scaling is null) return frequencies;
        string key = scaling.Has("rope_type") || !scaling.Has("type") ? "rope_type" : "type";
        return scaling.String(key, "default") switch
        {
            "default" => frequencies,
            "linear" => Array.ConvertAll(frequencies, f => f / Above(scaling, "factor")),
            "llama3" => ByWavelength(scaling, frequencies),
            _ => throw scaling.Wrong(key, "one of default, linear, llama3; others are not computed"),
        };
    }

    /// <summary>Long waves slow down by a factor, short ones stay, those between are blended.</summary>
    static double[] ByWavelength(ConfigSection scaling, double[] frequencies)
    {
        double factor = Above(scaling, "factor"), low = Above(scaling, "low_freq_factor"), high = Above(scaling, "high_freq_factor");
        int trained = scaling.Size("original_max_position_embeddings");
        if (high <= low) throw scaling.Wrong("high_freq_factor", $"a number above low_freq_factor {low}");
        return Array.ConvertAll(frequencies, f =>
        {
            double wave = 2 * Math.PI / f, t = (trained / wave - low) / (high - low);
            return wave < trained / high ? f : wave > trained / low ? f / factor : (1 - t) * f / factor + t * f;
        });
    }

    static double Above(ConfigSection scaling, string key) => scaling.Float(key) is > 0 and float value ? value : throw scaling.Wrong(key, "a number above 0");
}
