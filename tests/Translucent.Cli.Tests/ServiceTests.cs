using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Service;
using Translucent.Tensors;

namespace Translucent.Cli.Tests;

/// <summary>The sample service, over HTTP on a free port of this machine.</summary>
public sealed class ServiceTests : IAsyncLifetime
{
    readonly VisionTransformer _model = CliRun.Model();
    readonly HttpClient _client = new();
    WebApplication? _service;

    public async ValueTask InitializeAsync()
    {
        _service = ExplanationService.Build(_model, ["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None"]);
        await _service.StartAsync();
        _client.BaseAddress = new Uri(_service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service!.DisposeAsync();
        _model.Dispose();
    }

    static ByteArrayContent Photo => new(File.ReadAllBytes(CliRun.Photo));

    [Fact]
    public async Task An_uploaded_picture_is_explained_with_the_numbers_of_the_library()
    {
        using HttpResponseMessage response = await _client.PostAsync("/explain", Photo);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        ExplanationAnswer answer = (await response.Content.ReadFromJsonAsync<ExplanationAnswer>())!;
        Assert.Equal(("cat", "gae", 8, 8), (answer.Label, answer.Method, answer.Rows, answer.Columns));
        Assert.Equal(0.695, answer.Probability, 3);
        using Trace trace = CliRun.Trace(_model, CliRun.Photo);
        Tensor expected = trace.Map(Explain.Gae.Rows(trace, [3]));
        CliRun.SameNumbers(expected.Span, new Tensor([answer.Map.Length], answer.Map));
    }

    [Fact]
    public async Task The_map_comes_over_the_picture_for_any_method_and_class()
    {
        using HttpResponseMessage response = await _client.PostAsync("/explain.png?method=rollout&target=5", Photo);
        Assert.Equal("image/png", response.Content.Headers.ContentType!.MediaType);
        Image picture = ImageFile.Decode(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal((451, 300), (picture.Width, picture.Height));
        Assert.NotEqual(ImageFile.Read(CliRun.Photo).ToRgb().Pixels, picture.Pixels);
    }

    [Theory]
    [InlineData("/explain?method=gea", "gea")]
    [InlineData("/explain?target=10", "10")]
    public async Task What_cannot_be_done_is_one_clear_line(string address, string told)
    {
        using HttpResponseMessage response = await _client.PostAsync(address, Photo);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Problem problem = (await response.Content.ReadFromJsonAsync<Problem>())!;
        Assert.Contains(told, problem.Error);
        Assert.DoesNotContain('\n', problem.Error);
    }

    [Fact]
    public async Task What_is_no_picture_or_too_large_is_refused_and_the_service_goes_on()
    {
        using HttpResponseMessage text = await _client.PostAsync("/explain", new StringContent("no picture"));
        Assert.Equal(HttpStatusCode.BadRequest, text.StatusCode);
        using HttpRequestMessage request = new(HttpMethod.Post, "/explain") { Content = new ByteArrayContent(new byte[(16 << 20) + 1]) };
        request.Headers.ExpectContinue = true; // asks before it sends
        using HttpResponseMessage large = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        HttpResponseMessage[] several = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _client.PostAsync("/explain", Photo)));
        string[] answers = await Task.WhenAll(several.Select(r => r.Content.ReadAsStringAsync()));
        Assert.Single(answers.Distinct()); // all at once, and the same
    }
}
