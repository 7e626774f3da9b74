// The elementwise non-linearities of the model families, as Hugging Face names them in "hidden_act".

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>An elementwise non-linearity.</summary>
enum Activation
{
    /// <summary>y = x.</summary>
    None,

    /// <summary>y = x Φ(x), the erf form (Hendrycks and Gimpel 2016, arXiv:1606.08415).</summary>
    Gelu,

    /// <summary>y = x σ(1.702 x), as CLIP uses it.</summary>
    QuickGelu,

    /// <summary>y = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.</summary>
    GeluTanh,

    /// <summary>y = x σ(x).</summary>
    Silu,

    /// <summary>y = x where x is above 0, else 0; its slope at 0 is 0.</summary>
    Relu,

    /// <summary>y = tanh x.</summary>
    Tanh,

    /// <summary>y = σ(x) = 1 / (1 + exp(−x)).</summary>
    Sigmoid,
}

static class ActivationKernels
{
    /// <summary>Applies the activation in place and writes its slope, unless <paramref name="slope"/> is empty.</summary>
    public static void Run(this Activation activation, Span<float> x, Span<float> slope)
    {
        switch (activation)
        {
            case Activation.Gelu: Activations.Gelu(x, x, slope); break;
            case Activation.QuickGelu: Activations.QuickGelu(x, x, slope); break;
            case Activation.GeluTanh: Activations.GeluTanh(x, x, slope); break;
            case Activation.Silu: Activations.Silu(x, x, slope); break;
            case Activation.Relu: Activations.Relu(x, x, slope); break;
            case Activation.Tanh: Activations.Tanh(x, x, slope); break;
            case Activation.Sigmoid: Activations.Sigmoid(x, x, slope); break;
            default: slope.Fill(1); break;
        }
    }
}
