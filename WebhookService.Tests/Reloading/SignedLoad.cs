using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using WebhookService.Api.Security.Keys;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Webhooks;

namespace WebhookService.Tests.Reloading;

/// <summary>Secrets of one generation: of the plain route, of a Stripe source, and an API key.</summary>
internal sealed record Generation(string Webhook, string Stripe, string KeyText, string KeySetting)
{
    public static Generation Create(int number)
    {
        var (text, key) = ApiKey.Create($"ops-{number}", ApiKey.Operate);
        return new Generation(
            $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(24))}",
            $"whsec_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}",
            text,
            key.ToSetting());
    }

    /// <summary>The files that list these generations.</summary>
    public static (string Name, string Value)[] Files(params Generation[] listed) =>
    [
        .. listed.SelectMany((it, i) => new[]
        {
            ($"Security__WebhookSecrets__{i}", it.Webhook),
            ($"Sources__stripe__Secrets__{i}", it.Stripe + "\n"),
            ($"Security__ApiKeys__{i}", it.KeySetting),
        }),
    ];
}

/// <summary>
/// Sends signed transactions, Stripe's webhooks and reads with a key over many connections, with the secrets of the current
/// generation, and counts the answers.
/// </summary>
internal sealed class SignedLoad(HttpClient client, int connections)
{
    private const int Kinds = 8;

    private readonly ConcurrentDictionary<(string Kind, HttpStatusCode Status), int> _answers = [];
    private readonly Generation?[] _used = new Generation?[connections];
    private volatile Generation _current = null!;
    private int _sent;

    public IReadOnlyDictionary<(string Kind, HttpStatusCode Status), int> Answers => _answers;

    public int Count(HttpStatusCode status) => _answers.Where(it => it.Key.Status == status).Sum(it => it.Value);

    public Task RunAsync(Generation first, CancellationToken stop)
    {
        _current = first;
        return Task.WhenAll(Enumerable.Range(0, connections).Select(sender => Task.Run(() => SendAsync(sender, stop))));
    }

    /// <summary>Signs with other secrets from now on, and returns when no request with the old ones is under way.</summary>
    public async Task SwitchAsync(Generation next)
    {
        _current = next;
        await Eventually.HoldsAsync(() => _used.All(used => used == next), "all senders use the new secrets");
    }

    /// <summary>Whether a request of each kind is accepted with these secrets; the answers do not count.</summary>
    public async Task<bool> IsAcceptedAsync(Generation secrets)
    {
        for (var sender = 0; sender < Kinds; sender++)
        {
            var (_, request) = Create(sender, secrets);
            using (request)
            {
                using var answer = await client.SendAsync(request, CancellationToken.None);
                if (answer.StatusCode == HttpStatusCode.Unauthorized)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private async Task SendAsync(int sender, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var current = _current;
            Volatile.Write(ref _used[sender], current);
            var (kind, request) = Create(sender, current);
            using (request)
            {
                using var answer = await client.SendAsync(request, CancellationToken.None);
                _answers.AddOrUpdate((kind, answer.StatusCode), 1, (_, count) => count + 1);
            }
        }
    }

    // Of eight senders, five sign transactions, two sign as Stripe and one reads.
    private (string Kind, HttpRequestMessage Request) Create(int sender, Generation current)
    {
        var id = $"{Interlocked.Increment(ref _sent)}";
        var now = TimeProvider.System.GetUtcNow();
        switch (sender % Kinds)
        {
            case 0:
                var read = new HttpRequestMessage(HttpMethod.Get, "/v1/access");
                read.Headers.Authorization = new AuthenticationHeaderValue("Bearer", current.KeyText);
                return ("API key", read);
            case 1 or 2:
                return ("Stripe", SignedBodies.Stripe(SignedBodies.StripePayment($"pi_{id}"), now, current.Stripe));
            default:
                var body = Payment.Json($"txn_{id}");
                var post = new HttpRequestMessage(HttpMethod.Post, WebhookApp.Webhooks) { Content = WebhookApp.Json(body) };
                foreach (var (name, value) in TestSecrets.Sign(body, now, $"msg_{id}", current.Webhook))
                {
                    post.Headers.Add(name, value);
                }

                return ("transaction", post);
        }
    }
}
