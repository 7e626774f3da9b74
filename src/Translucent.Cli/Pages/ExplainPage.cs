using Translucent.Cli.Runs;
namespace Translucent.Cli.Pages;
static class ExplainPage { public static string Render(ImageRun run, List<ClassMap> maps, Segmentation? s) => "<html></html>"; }
