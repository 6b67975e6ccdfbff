using System.Buffers;

namespace WebhookService.Api.Sources.Definitions;

/// <summary>The name of a header in a definition (RFC 9110, 5.1).</summary>
internal static class HeaderName
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~");

    /// <exception cref="DefinitionException">It is no name of a header.</exception>
    public static string Read(DefinitionNode node) => Read(node.Text ?? "", node);

    /// <exception cref="DefinitionException">It is no name of a header.</exception>
    public static string Read(string name, DefinitionNode node) =>
        name.Length > 0 && !name.AsSpan().ContainsAnyExcept(Allowed)
            ? name
            : throw node.Fault("must be the name of a header");
}
