using System.Globalization;
using WebhookService.Domain;

namespace Sender;

/// <summary>Signs each attempt as Standard Webhooks specifies: a new time, but the id of the first attempt.</summary>
internal sealed class SigningHandler(string secret, TimeProvider clock) : DelegatingHandler
{
    private readonly byte[] _key = WebhookSignature.TryReadSecret(secret, out var key)
        ? key
        : throw new ArgumentException($"The secret must be {WebhookSignature.SecretRule}.", nameof(secret));

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Exactly the bytes that are sent; the content keeps them for the next attempt.
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var id = request.Headers.TryGetValues("webhook-id", out var ids) ? ids.Single() : $"msg_{Guid.NewGuid():N}";
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        Set(request, "webhook-id", id);
        Set(request, "webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        Set(request, "webhook-signature", WebhookSignature.Sign([_key], id, now, body));
        return await base.SendAsync(request, cancellationToken);
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.Add(name, value);
    }
}
