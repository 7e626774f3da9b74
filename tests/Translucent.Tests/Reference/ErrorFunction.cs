// erf and erfc in double: the series without cancellation (Abramowitz and Stegun 7.1.6) and, for large x, the continued fraction 7.1.14.

namespace Translucent.Tests.Reference;

static class ErrorFunction
{
    public static double Erf(double x) => Math.Abs(x) < 3 ? Series(x) : Math.Sign(x) * (1 - Erfc(Math.Abs(x)));

    public static double Erfc(double x) => x < 3 ? 1 - Erf(x) : Fraction(x);

    static double Series(double x)
    {
        double term = x, sum = x;
        for (int n = 1; n < 120; n++) sum += term *= 2 * x * x / (2 * n + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    static double Fraction(double x)
    {
        double tail = x;
        for (int n = 80; n > 0; n--) tail = x + n / 2.0 / tail;
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / tail;
    }
}
