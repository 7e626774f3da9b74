// A data set for classification: pictures with one class each, opened one by one when they are asked for.

using Translucent.Images;

namespace Translucent.Evaluate.DataSets;

/// <summary>A picture with its class.</summary>
/// <param name="Key">Its name, unique in the set, the same on every machine.</param>
/// <param name="Class">0 .. C-1.</param>
/// <param name="Photo">Opens it.</param>
sealed record ClassifiedPicture(string Key, int Class, Func<Image> Photo);

/// <summary>A data set.</summary>
/// <param name="Name">As the reader is called.</param>
/// <param name="Classes">Names of the C classes.</param>
/// <param name="Pictures">By key, in ordinal order, or in the order of the file that holds them all.</param>
sealed record ClassifiedSet(string Name, IReadOnlyList<string> Classes, IReadOnlyList<ClassifiedPicture> Pictures);
