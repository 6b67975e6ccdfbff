namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>The HTTP client that posts transactions to <c>ExternalApi:Url</c>.</summary>
public static class ExternalApiHttpClient
{
    /// <summary>
    /// Its name in <see cref="IHttpClientFactory"/>: <c>services.AddHttpClient(ExternalApiHttpClient.Name)</c> adds
    /// handlers to it, such as one that obtains a token, or replaces its connections in a test.
    /// </summary>
    public const string Name = "WebhookService.ExternalApi";
}
