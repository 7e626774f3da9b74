// A matrix of weights that stays in the mapped file, in the encoding of the file; the matrix product widens it while packing.

using Translucent.Tensors;

namespace Translucent.Checkpoints;

/// <summary>A matrix [Rows, Columns] of float32, float16 or bfloat16, row-major.</summary>
public sealed unsafe class Weight
{
    readonly StoredTensor _stored;

    /// <summary>A weight over a matrix in memory, which is not copied.</summary>
    /// <exception cref="ArgumentException">The tensor has no axes.</exception>
    public Weight(Tensor matrix) : this(StoredTensor.From("weight", matrix)) { }

    /// <summary>A weight over a tensor of any float encoding, seen as [first axis, all others]; F64 is copied to float32.</summary>
    internal Weight(StoredTensor stored)
    {
        if (stored.Shape.Length == 0) throw new ArgumentException($"{stored}: a single number is not a matrix.");
        _stored = stored.Type == StoredType.F64 ? StoredTensor.From(stored.Name, stored.ToTensor()) : stored;
        Rows = stored.Shape[0];
        long columns = Rows == 0 ? 0 : stored.Count / Rows;
        if (columns > int.MaxValue) throw new InvalidDataException($"{stored}: rows of {columns} numbers, expected at most {int.MaxValue}.");
        Columns = (int)columns;
    }

    /// <summary>The name in the checkpoint.</summary>
    public string Name => _stored.Name;

    /// <summary>Rows: for a linear layer, its outputs.</summary>
    public int Rows { get; }

    /// <summary>Columns: for a linear layer, its inputs.</summary>
    public int Columns { get; }

    /// <summary>How the numbers are stored.</summary>
    public ElementType Type => _stored.Type switch
    {
        StoredType.F16 => ElementType.Float16,
        StoredType.BF16 => ElementType.BFloat16,
        _ => ElementType.Float32,
    };

    /// <summary>The matrix for a product; valid while this object is reachable and its file is not disposed.</summary>
    internal Operand Operand => new(_stored.Pointer, Type, Columns, 1);

    /// <summary>A float32 copy, [Rows, Columns].</summary>
    public Tensor ToTensor() => _stored.ToTensor().Reshape(Rows, Columns);

    /// <summary>Name and shape.</summary>
    public override string ToString() => $"{Describe.Name(Name)} [{Rows}, {Columns}]";
}
