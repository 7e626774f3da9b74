using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Tests.Autodiff;

/// <summary>Values that several operations read, or one in several roles: what flows into them adds up, whoever comes first.</summary>
public class SharedInputTests
{
    const int Images = 2, Tokens = 40, Width = 6;

    static readonly Tensor[] s_x = [.. Enumerable.Range(0, 3).Select(_ => OpCase.Random(Images, Tokens, Width))];

    public static TheoryData<string, int> Cases
    {
        get
        {
            TheoryData<string, int> cases = [];
            foreach (string rules in s_rules.Keys)
                foreach (int rows in (int[])[0, 1, 6]) cases.Add(rules, rows); // dense, in factors, a few rows without factors
            return cases;
        }
    }

    static readonly Dictionary<string, Rulebook> s_rules = new()
    {
        ["gradient"] = new Rulebook(),
        ["frozen"] = new Rulebook().On<Attention>(op => op.FreezeProbabilities),
        ["halved"] = new Rulebook().On<Attention>(op => op.Halve),
    };

    /// <summary>Two attentions read the same queries, keys and values; each alone gives its part.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Attentions_that_read_the_same_values_add_up(string rules, int rows)
    {
        Attention[] both = [new(2), new(3, scale: 0.7f)];
        Tensor?[][] alone = [.. both.Select(op => Sweep(rules, rows, (x, _) => op.Apply(x)))];
        Tensor?[] together = Sweep(rules, rows, (x, _) => Add.Op.Apply(both[0].Apply(x), both[1].Apply(x)));
        for (int i = 0; i < 3; i++) Equal([alone[0][i], alone[1][i]], together[i]);
    }

    /// <summary>The keys are also read by a sum, above or below the attention in order.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Attention_adds_to_what_flows_into_its_inputs_already(string rules, int rows)
    {
        Attention op = new(2);
        Tensor?[] alone = Sweep(rules, rows, (x, _) => op.Apply(x));
        for (int shared = 0; shared < 3; shared++)
        {
            Tensor?[] rest = Sweep(rules, rows, (x, _) => Add.Op.Apply(x[shared], x[shared]));
            Tensor?[] after = Sweep(rules, rows, (x, _) => Add.Op.Apply(op.Apply(x), Add.Op.Apply(x[shared], x[shared])));
            for (int i = 0; i < 3; i++) Equal(i == shared ? [alone[i], rest[i]] : [alone[i]], after[i]);
        }
    }

    /// <summary>One value as queries, keys and values takes the sum of the three.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void One_value_in_all_roles_takes_the_sum(string rules, int rows)
    {
        Attention op = new(2);
        Tensor same = s_x[0];
        Tensor?[] apart = Sweep(rules, rows, (x, tape) => op.Apply(x[0], x[1], x[2]), [same, same, same]);
        Tensor?[] one = Sweep(rules, rows, (x, _) => op.Apply(x[0], x[0], x[0]), [same, same, same]);
        Equal(apart, one[0]);
    }

    static void Equal(IEnumerable<Tensor?> parts, Tensor? found)
    {
        Tensor?[] some = [.. parts.Where(p => p is not null)];
        Assert.Equal(some.Length > 0, found is not null);
        if (found is null) return;
        double scale = 0;
        double[] sum = new double[found.Length];
        foreach (Tensor? part in some)
            for (int i = 0; i < sum.Length; i++) scale = Math.Max(scale, Math.Abs(sum[i] += part!.Span[i]));
        for (int i = 0; i < sum.Length; i++) Assert.Equal(sum[i], found.Span[i], 3e-6 * scale);
    }

    /// <summary>What flows into the inputs, dense; null where nothing does.</summary>
    static Tensor?[] Sweep(string rules, int rows, Func<Var[], Tape, Var> body, Tensor[]? inputs = null)
    {
        const int targets = 3;
        using Tape tape = new();
        Var[] x = Array.ConvertAll(inputs ?? s_x, tape.Leaf);
        Tensor?[] found = new Tensor?[3];
        Watch watch = new();
        for (int i = 0; i < 3; i++)
        {
            int at = i;
            x[i].At($"x{i}");
            watch.Value($"x{i}", c =>
            {
                Tensor dense = new(targets, Images, Tokens, Width);
                c.AddTo(dense);
                found[at] = dense;
            });
        }
        Random random = new(7);
        Tensor seed = new(targets, Images, rows == 0 ? Tokens : rows, Width);
        foreach (ref float v in seed.Span) v = random.NextSingle() - 0.5f;
        int[]? tokens = rows == 0 ? null : [.. Enumerable.Range(0, targets * rows).Select(i => i * 7 % Tokens)];
        tape.Sweep(body(x, tape), new Cotangent(seed, tokens), watch, s_rules[rules]);
        return found;
    }
}
