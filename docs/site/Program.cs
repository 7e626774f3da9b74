// Makes the documentation as a site that needs no server: dotnet run -c Release --project docs/site -- OUT, in the root of the repository.

using Translucent.Site;

if (args.Length is not (1 or 2))
{
    Console.Error.WriteLine("usage: OUT [REPOSITORY]");
    return 2;
}
int pages = SiteWriter.Write(args.Length == 2 ? args[1] : ".", args[0]);
Console.WriteLine($"{pages} pages in {args[0]}; open {Path.Combine(args[0], "index.html")}");
return 0;
