// The angles of rotary positions (Su et al. 2021, arXiv:2104.09864), one table for all layers of a model.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>The angle of every pair of numbers of a head, token by token.</summary>
interface IRotaryAngles
{
    /// <summary>D, the numbers of a head: two for each angle.</summary>
    int HeadWidth { get; }

    /// <summary>cos and sin [tokens or more, D/2] of the first tokens, rounded from float64.</summary>
    (Tensor Cos, Tensor Sin) For(int tokens);

    /// <summary>cos and sin of pair <paramref name="i"/> of one token, in float64.</summary>
    (double Cos, double Sin) At(int token, int i);
}

/// <summary>angle[p, i] = p·f_i for positions p from 0, with f_i in radians per token.</summary>
sealed class RotaryAngles(double[] frequencies) : IRotaryAngles
{
    const int Spare = 256; // positions computed beyond what is asked for, for the next text

    volatile Table? _table;

    public int HeadWidth => 2 * frequencies.Length;

    public (Tensor Cos, Tensor Sin) For(int positions)
    {
        Table table = _table is { } known && known.Cos.Rows >= positions ? known : _table = Table.Of(frequencies, positions + Spare);
        return (table.Cos, table.Sin);
    }

    public (double Cos, double Sin) At(int position, int i) => (Math.Cos(position * frequencies[i]), Math.Sin(position * frequencies[i]));

    sealed record Table(Tensor Cos, Tensor Sin)
    {
        public static Table Of(double[] frequencies, int positions)
        {
            Table table = new(new Tensor(positions, frequencies.Length), new Tensor(positions, frequencies.Length));
            for (int p = 0; p < positions; p++)
                for (int i = 0; i < frequencies.Length; i++)
                {
                    (double sin, double cos) = Math.SinCos(p * frequencies[i]);
                    (table.Cos.Row(p)[i], table.Sin.Row(p)[i]) = ((float)cos, (float)sin);
                }
            return table;
        }
    }
}
