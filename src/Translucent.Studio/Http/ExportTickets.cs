// An exported page lives in a sandbox, so the browser sends no cookie with what it loads and where its links lead. Addresses of its files carry a ticket
// instead, which opens the files of that one export, to be read, until the studio ends.
//   /shown/{export}/{ticket}/{file}     ticket: HMAC-SHA256 of the export's name, with a key of this studio

using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Translucent.Studio.Http;

/// <summary>Makes tickets and checks them.</summary>
sealed class ExportTickets
{
    /// <summary>What these addresses begin with.</summary>
    public const string Shown = "shown";

    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Where the files of an export are, for its own pages.</summary>
    public string Folder(string export) => $"{Shown}/{Uri.EscapeDataString(export)}/{Of(export)}";

    /// <summary>Whether an address has the ticket of the export that it names.</summary>
    public bool Opens(PathString path) => path.Value?.Split('/') is ["", Shown, { } export, { } ticket, { Length: > 0 }]
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(ticket), Encoding.UTF8.GetBytes(Of(export)));

    string Of(string export) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(export))[..24]);
}
