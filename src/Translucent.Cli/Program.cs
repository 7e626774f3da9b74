// The command `translucent`: one verb per file under Verbs/.

using System.CommandLine;
using Translucent.Cli;

RootCommand root = new("See through pretrained Transformers: what each token means, which input decided, how far to trust the answer.");
return await CommandLine.Run(root, args);
