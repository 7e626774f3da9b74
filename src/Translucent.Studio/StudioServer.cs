// The studio: a web server on this machine alone, which shows what the library explains while someone points at it.

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Translucent.Studio.Exports;
using Translucent.Studio.Http;
using Translucent.Studio.Scenes;
using Translucent.Studio.Work;

namespace Translucent.Studio;

/// <summary>A running studio.</summary>
public sealed class StudioServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly Jobs _jobs;
    readonly SceneStore _scenes;
    readonly ModelShelf _models;

    StudioServer(WebApplication app, Jobs jobs, SceneStore scenes, ModelShelf models, string address) =>
        (_app, _jobs, _scenes, _models, Address) = (app, jobs, scenes, models, address);

    /// <summary>What to open in a browser, with the token that lets it in.</summary>
    public string Address { get; }

    /// <summary>Starts a studio on 127.0.0.1.</summary>
    /// <param name="settings">How it runs.</param>
    /// <param name="stop">Ends the start.</param>
    /// <exception cref="IOException">The port is in use, or the folder cannot be written.</exception>
    public static async Task<StudioServer> Start(StudioSettings settings, CancellationToken stop = default)
    {
        Directory.CreateDirectory(settings.Folder);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = settings.MostUploadBytes;
            kestrel.Limits.MaxRequestLineSize = 512 << 10; // texts are part of addresses
            kestrel.Limits.MaxRequestBufferSize = 1 << 20;
            kestrel.Limits.MaxConcurrentConnections = 200;
            kestrel.Listen(IPAddress.Loopback, settings.Port);
        });
        builder.Services.AddRouting();
        WebApplication app = builder.Build();
        Jobs jobs = new();
        ModelShelf models = new(settings);
        PictureShelf pictures = new(settings);
        SceneStore scenes = new(settings, models, pictures);
        TaskCompletionSource<Doorman> door = new(); // whoever comes before the port is known waits
        app.Use(next => async context => await (await door.Task).Check(context, next));
        ExportTickets tickets = new();
        new Endpoints(settings, jobs, models, pictures, scenes, new ExportShelf(settings, jobs, models, pictures), tickets).Map(app);
        await app.StartAsync(stop);
        string at = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Doorman doorman = new(new Uri(at).Port, tickets);
        door.SetResult(doorman);
        return new StudioServer(app, jobs, scenes, models, $"{at}/?token={doorman.Token}");
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        _jobs.Dispose();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(3));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
        _scenes.Dispose();
        _models.Dispose();
    }
}
