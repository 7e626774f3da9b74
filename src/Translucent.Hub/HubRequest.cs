// What the hub's refusals mean, by status and X-Error-Code (huggingface_hub, utils/_http.py hf_raise_for_status), and what to do about each.

using System.Net;
using Translucent.Files;

namespace Translucent.Hub;

/// <summary>What a request was about, for the words of its refusal.</summary>
/// <param name="Id">The model.</param>
/// <param name="File">A file of it; null for the model as a whole.</param>
/// <param name="Endpoint">The hub.</param>
/// <param name="HasToken">Whether a token was sent.</param>
sealed record HubRequest(RepositoryId Id, string? File, Uri Endpoint, bool HasToken)
{
    /// <summary>What begins a message about it.</summary>
    public string Subject => File is null ? $"{Id}" : $"{Id}: {File}";

    /// <summary>The refusal in words.</summary>
    public TranslucentException Refused(HttpResponseMessage response)
    {
        string code = Header(response, "X-Error-Code"), said = Header(response, "X-Error-Message");
        string page = $"{Endpoint}{Id.Name}", tokens = $"{Endpoint}settings/tokens";
        string reason = (response.StatusCode, code) switch
        {
            (_, "GatedRepo") when HasToken =>
                $"your account may not read it; ask for access at {page}, and check that HF_TOKEN is of that account and may read gated models",
            (_, "GatedRepo") => $"is given only to those who accept its conditions; accept them at {page}, then set HF_TOKEN to a token from {tokens}",
            (_, "RevisionNotFound") => $"has no revision '{Id.Revision}'; its branches, tags and commits are at {page}/tree/main",
            (_, "EntryNotFound") or (HttpStatusCode.NotFound, "") when File is not null => "the file is not there any more; give the command again",
            (HttpStatusCode.Unauthorized, _) when HasToken && code != "RepoNotFound" =>
                $"the token is not valid; set HF_TOKEN to one from {tokens}, or unset it for public models",
            (HttpStatusCode.Unauthorized, _) or (_, "RepoNotFound") when !HasToken =>
                $"there is no such public model; check the name at {Endpoint}models, and for a private model set HF_TOKEN to a token from {tokens}",
            (HttpStatusCode.NotFound, _) or (_, "RepoNotFound") =>
                $"there is no such model, or the account of your token may not see it; check the name at {Endpoint}models",
            (HttpStatusCode.Forbidden, _) => $"the server refuses{Quoted(said)}; check that your token may read this model ({tokens})",
            (HttpStatusCode.TooManyRequests, _) => "the server has had too many requests; try again in some minutes, or set HF_TOKEN, which raises the limit",
            _ when (int)response.StatusCode >= 500 =>
                $"the server is out of order (status {(int)response.StatusCode}{Quoted(said)}); try again later, what has been fetched is kept",
            _ => $"the server answers with status {(int)response.StatusCode}{Quoted(said)}; check HF_ENDPOINT and the name",
        };
        return new TranslucentException($"{Subject}: {reason}.");
    }

    static string Quoted(string said) => said.Length == 0 ? "" : $": {said.TrimEnd('.')}";

    static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? ServerText.OneLine(string.Join(", ", values)) : "";
}
