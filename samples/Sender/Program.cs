// Sends each line of the standard input, a transaction in JSON, until it is accepted. Exit code 1 if one never will be.
using System.Net.Http.Headers;
using System.Text;
using Sender;

var url = Environment.GetEnvironmentVariable("WEBHOOK_URL") ?? "http://localhost:8000";
var secret = Environment.GetEnvironmentVariable("WEBHOOK_SECRET")
    ?? throw new InvalidOperationException("WEBHOOK_SECRET must be the secret that the service knows: whsec_…");

using var signing = new SigningHandler(secret, TimeProvider.System) { InnerHandler = new SocketsHttpHandler() };
using var retrying = new RetryingHandler(TimeProvider.System) { InnerHandler = signing };
using var client = new HttpClient(retrying) { BaseAddress = new Uri(url), Timeout = Timeout.InfiniteTimeSpan };

var isRefused = false;
while (await Console.In.ReadLineAsync() is { } line)
{
    using var content = new StringContent(line, Encoding.UTF8)
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };
    using var answer = await client.PostAsync(new Uri("/v1/webhooks/transactions", UriKind.Relative), content);
    Console.WriteLine($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    isRefused |= !answer.IsSuccessStatusCode;
}

return isRefused ? 1 : 0;
