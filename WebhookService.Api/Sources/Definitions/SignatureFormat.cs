using System.Text.RegularExpressions;

namespace WebhookService.Api.Sources.Definitions;

/// <summary>How a header holds signatures, and possibly the time of signing.</summary>
/// <remarks>
/// <c>t=,v1=</c> and <c>ts=;h1=</c>: a list of names and values, first the name of the time, then that of the
/// signatures. <c>sha256=</c>: only signatures, each after this prefix. <c>v1,</c>: the same, separated by spaces.
/// </remarks>
/// <param name="Separator">What separates the parts of the header.</param>
/// <param name="Time">What precedes the time; null when the header has none.</param>
/// <param name="Prefix">What precedes each signature.</param>
internal sealed partial record SignatureFormat(char Separator, string? Time, string Prefix)
{
    /// <exception cref="DefinitionException">It has another form.</exception>
    public static SignatureFormat Read(DefinitionNode node)
    {
        var match = Form().Match(node.Text ?? "");
        if (!match.Success)
        {
            throw node.Fault("must have a form such as \"t=,v1=\", \"ts=;h1=\", \"sha256=\" or \"v1,\"");
        }

        var (time, separator, prefix) = (match.Groups[1], match.Groups[2], match.Groups[3]);
        return time.Success ? new SignatureFormat(separator.Value[0], time.Value, prefix.Value)
            : new SignatureFormat(prefix.Value.EndsWith(',') ? ' ' : ',', Time: null, prefix.Value);
    }

    [GeneratedRegex(@"\A(?:([A-Za-z0-9_-]+=)([,;])(?=[A-Za-z0-9_-]+=\z))?([A-Za-z0-9_-]+[=,])\z")]
    private static partial Regex Form();
}
