using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>Classifies and describes the answers of the external API.</summary>
internal sealed class ExternalApiAnswer
{
    // Enough for the longest excerpt, and for the secrets to remove from it.
    private const int MaxRead = 16_384;

    // A shorter text is no secret, and would match everywhere.
    private const int ShortestSecret = 6;

    private readonly int _maxExcerpt;
    private readonly string[] _secrets;

    public ExternalApiAnswer(IOptions<ExternalApiOptions> options)
    {
        // With and without the scheme before it, as in "Bearer …".
        _maxExcerpt = options.Value.MaxExcerpt;
        _secrets =
        [
            .. options.Value.Headers.Values
                .SelectMany(value => value.Split(' ').Append(value))
                .Concat(options.Value.SigningSecrets)
                .Where(secret => secret.Length >= ShortestSecret)
                .OrderByDescending(secret => secret.Length),
        ];
    }

    /// <summary>Classifies a status. Redirects are not followed, so that no other host gets secrets.</summary>
    public static AttemptOutcome Classify(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => AttemptOutcome.Succeeded,
        408 or 425 or 429 or >= 500 => AttemptOutcome.Faulted,
        _ => AttemptOutcome.Rejected,
    };

    /// <summary>Whether the result means that the system is failing, so that other calls should wait.</summary>
    /// <remarks>A handler without an HTTP answer that asks for a wait of its own means this transaction only.</remarks>
    public static bool IsTrouble(CallResult? result) =>
        result is { Attempt: { Outcome: AttemptOutcome.Faulted, HttpStatus: not (425 or 429) } attempt }
        && (attempt.HttpStatus is not null || result.RetryAfter is null);

    /// <summary>
    /// Returns the status, its reason phrase and the beginning of the body, in one line without secrets.
    /// </summary>
    public async Task<string> DescribeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        var title = $"{status} {Clean(response.ReasonPhrase ?? "")}".Trim();
        if ((int)response.StatusCode is >= 300 and < 400)
        {
            return Attempt.Shorten($"{title}: redirects are not followed.");
        }

        var excerpt = _maxExcerpt == 0 ? "" : await ReadAsync(response, cancellationToken).ConfigureAwait(false);
        return Attempt.Shorten(excerpt.Length == 0 ? title : $"{title}: {excerpt}");
    }

    /// <summary>Returns an external text in one line, without control characters and secrets.</summary>
    public string Clean(string text)
    {
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return line.ToString().Trim();
    }

    private async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxRead];
        var length = 0;
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = body.ConfigureAwait(false);
            length = await body.ReadAtLeastAsync(buffer, MaxRead, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or HttpRequestException or IOException)
        {
            // The known status is sufficient.
        }

        return Attempt.Shorten(Clean(Encoding.UTF8.GetString(buffer, 0, length)), _maxExcerpt);
    }
}
