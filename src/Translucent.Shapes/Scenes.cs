// Scenes of simple shapes whose truth is known, in the spirit of CLEVR-XAI (Arras, Osman, Samek 2022) and FunnyBirds (Hesse et al. 2023).

using Translucent.Files;
using Translucent.Images;
using Translucent.Shapes.Drawing;
using Translucent.Shapes.Language;
using Translucent.Tensors;

namespace Translucent.Shapes;

/// <summary>The generator of scenes.</summary>
public static class Scenes
{
    /// <summary>Names of the classes of label maps and COCO categories: background, then the kinds.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["background", .. Attributes.Kinds.Select(k => k.Name())];

    /// <summary>Draws a scene.</summary>
    /// <param name="seed">Any number. Equal seeds and options give equal pixels, labels and texts on every machine.</param>
    /// <param name="options">The distribution; defaults when null.</param>
    /// <exception cref="TranslucentException">An option is out of its range.</exception>
    /// <exception cref="TranslucentException">The options leave no room for as many objects as they ask for.</exception>
    public static Scene Draw(ulong seed, ShapesOptions? options = null)
    {
        options ??= new ShapesOptions();
        options.Validate();
        (int width, int height) = (options.Width, options.Height);
        SplitMix look = new(SplitMix.At(seed, 0)), place = new(SplitMix.At(seed, 1)); // apart, so that one's options leave the other alone
        Background background = Background.Draw(ref look, options);
        Light light = Light.Draw(ref look, options);
        Arrangement arrangement = Arrangement.Draw(ref place, options);
        SceneObject[] objects = [.. arrangement.Fields.Select(f => f.Object)];
        Image image = Painter.Paint(arrangement, background, light, width, height);
        Sight sight = new(objects, arrangement.Fields, arrangement.Owners, width, height);
        return new Scene
        {
            Seed = seed,
            Image = image,
            Objects = objects,
            Background = background,
            Light = light,
            Owners = Array.ConvertAll(arrangement.Owners, o => o == Arrangement.Nothing ? -1 : o),
            Questions = new Examiner(sight, options, SplitMix.At(seed, 2)).Ask(),
            Stories = new Storyteller(sight, background, light, width, height, SplitMix.At(seed, 3)).Tell(),
            Captions = Captions.Of(objects, background.Kind),
            References = Captions.References(sight),
        };
    }
}
