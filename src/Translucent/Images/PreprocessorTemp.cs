namespace Translucent.Images;
public sealed class Preprocessor { }
