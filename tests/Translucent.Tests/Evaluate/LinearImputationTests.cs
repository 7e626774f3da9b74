using Translucent.Evaluate.Perturb;

namespace Translucent.Tests.Evaluate;

/// <summary>Pixels that were removed become the weighted mean of their neighbours.</summary>
public class LinearImputationTests
{
    static float[] Filled(float[] image, int height, int width, params int[] removed)
    {
        float[] copy = [.. image];
        LinearImputation.Fill(copy, height, width, [.. Enumerable.Range(0, height * width).Select(removed.Contains)], noise: 0, seed: 1);
        return copy;
    }

    [Fact]
    public void One_pixel_is_the_weighted_mean_of_eight() => // (1 + 3 + 7 + 9)/12 + (2 + 4 + 6 + 80)/6
        Assert.Equal(20 / 12f + 92 / 6f, Filled([1, 2, 3, 4, 0, 6, 7, 80, 9], 3, 3, 4)[4], 4);

    [Fact]
    public void At_a_corner_the_weights_are_of_those_that_are_there() => // (10/6 + 20/6 + 40/12) / (5/12)
        Assert.Equal(20f, Filled([0, 10, 20, 40], 2, 2, 0)[0], 4);

    [Fact]
    public void Pixels_side_by_side_depend_on_each_other()
    {
        // 1 x 4: a = (1 + b)/2, b = (a + 7)/2
        float[] filled = Filled([1, 0, 0, 7], 1, 4, 1, 2);
        Assert.Equal((3f, 5f), (filled[1], filled[2]), (x, y) => Math.Abs(x.Item1 - y.Item1) + Math.Abs(x.Item2 - y.Item2) < 1e-4);
    }

    [Fact]
    public void Known_pixels_stay_and_where_none_is_known_all_become_zero()
    {
        Assert.Equal([1f, 2, 3], Filled([1, 2, 3], 1, 3));
        Assert.Equal([0f, 0, 0], Filled([1, 2, 3], 1, 3, 0, 1, 2));
    }

    [Fact]
    public void Channels_are_filled_by_themselves() => Assert.Equal([1f, 1, 1, 9, 9, 9], Filled([1, 0, 1, 9, 0, 9], 1, 3, 1), (x, y) => Math.Abs(x - y) < 1e-4);

    [Fact]
    public void A_large_hole_satisfies_its_equations()
    {
        const int height = 23, width = 17;
        Random random = new(4);
        float[] image = [.. Enumerable.Range(0, height * width).Select(_ => random.NextSingle())];
        int[] removed = [.. Enumerable.Range(0, height * width).Where(_ => random.NextSingle() < 0.85)];
        float[] filled = Filled(image, height, width, removed);
        foreach (int i in removed)
        {
            (double sum, double weights) = (0, 0);
            for (int dy = -1; dy <= 1; dy++)
                for (int dx = -1; dx <= 1; dx++)
                {
                    (int y, int x) = (i / width + dy, i % width + dx);
                    if ((dy, dx) == (0, 0) || y < 0 || x < 0 || y >= height || x >= width) continue;
                    double w = dy == 0 || dx == 0 ? 1 / 6.0 : 1 / 12.0;
                    (sum, weights) = (sum + w * filled[y * width + x], weights + w);
                }
            Assert.Equal(sum / weights, filled[i], 3);
        }
    }

    [Fact]
    public void Noise_is_seeded_and_of_its_deviation()
    {
        float[] Noisy(ulong seed)
        {
            float[] image = new float[40 * 40];
            LinearImputation.Fill(image, 40, 40, [.. Enumerable.Range(0, 1600).Select(i => i > 0)], noise: 0.5, seed);
            return image;
        }
        Assert.Equal(Noisy(1), Noisy(1));
        Assert.NotEqual(Noisy(1), Noisy(2));
        Assert.Equal(0.5, Math.Sqrt(Noisy(3).Skip(1).Average(v => v * (double)v)), 1);
    }
}
