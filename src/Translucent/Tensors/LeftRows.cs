// The left operand of a product as the kernels read it: a few rows, packed or where they lie.

namespace Translucent.Tensors;

/// <summary>Rows of A from some depth on: number (r, k) lies at Data + r·RowStride + k·Step.</summary>
internal readonly unsafe struct LeftRows
{
    public readonly float* Data;
    public readonly nint RowStride, Step;
    readonly nint _panel; // from here to the next rows

    LeftRows(float* data, nint rowStride, nint step, nint panel)
    {
        Data = data;
        (RowStride, Step, _panel) = (rowStride, step, panel);
    }

    /// <summary>Rows of a plain float32 operand where they lie, from row <paramref name="first"/> and depth <paramref name="start"/>.</summary>
    public static LeftRows Of(in Operand a, int first, int start, int height) =>
        new((float*)a.Data + first * a.RowStride + start * a.ColumnStride, a.RowStride, a.ColumnStride, height * a.RowStride);

    /// <summary>Rows that <see cref="Panels"/> packed in panels of this height.</summary>
    public static LeftRows Packed(float* panels, int depth, int height) => new(panels, 1, height, (nint)height * depth);

    /// <summary>The rows of the next panel.</summary>
    public LeftRows Next => new(Data + _panel, RowStride, Step, _panel);
}
