namespace Translucent.Tensors;
static class Softmax
{
    public static void Row(Span<float> row, float scale)
    {
        float max = float.NegativeInfinity;
        foreach (float v in row) max = MathF.Max(max, v);
        double sum = 0;
        for (int i = 0; i < row.Length; i++) { row[i] = MathF.Exp((row[i] - max) * scale); sum += row[i]; }
        float inverse = (float)(1 / sum);
        for (int i = 0; i < row.Length; i++) row[i] *= inverse;
    }
}
