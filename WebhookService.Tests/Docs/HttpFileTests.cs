using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Deploy;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Docs;

/// <summary>The requests of docs/webhooks.http are answered as their titles say.</summary>
internal sealed partial class HttpFileTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/webhooks.http"));

    [Test]
    public async Task Requests_AreAnsweredAsTheirTitlesSay_WhenSentInOrder()
    {
        using var app = new WebhookApp();
        using var client = app.CreateClient();
        var requests = Request().Matches(Resolve(Text)).ToArray();
        List<string> answers = [];
        await Eventually.HoldsAsync(async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode, "the service is ready");

        foreach (var request in requests)
        {
            using var message = ToMessage(request);
            using var answer = await client.SendAsync(message);
            answers.Add($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        requests.Should().HaveCount(15);
        answers.Zip(requests, (answer, request) => (answer, title: Title().Match(request.Groups["title"].Value)))
            .Where(it => !it.answer.StartsWith(it.title.Groups[1].Value, StringComparison.Ordinal)
                || !it.answer.Contains(it.title.Groups[2].Value, StringComparison.Ordinal))
            .Select(it => $"{it.title.Value}, but {it.answer}").Should().BeEmpty();
    }

    [Test]
    public void Key_IsThatOfTheProfile() => Variable().Matches(Text)
        .Single(variable => variable.Groups[1].Value == "key").Groups[2].Value.Should().Be(LaunchProfilesTests.Key);

    // The commands of the file sign what the file sends, with the secret of the profile.
    [Test]
    public async Task Commands_MakeASignatureThatIsAccepted()
    {
        if (!Tool.IsThere("openssl"))
        {
            Assert.Ignore("No openssl.");
        }

        var commands = string.Join('\n', Command().Matches(Text).Select(match => match.Groups[1].Value)
            .Where(line => !line.StartsWith("dotnet", StringComparison.Ordinal)));
        var (exitCode, lines) = await Tool.RunAsync(["bash", "-c", commands], SourceTree.Root);
        var signed = Variable().Replace(Text, match => match.Groups[1].Value is "time" or "signature" ? "" : match.Value) + "\n" + lines;
        using var app = new WebhookApp(("Security:WebhookSecrets:0", Secret().Match(Text).Groups[1].Value));
        using var client = app.CreateClient();
        using var message = ToMessage(Request().Matches(Resolve(signed))[^1]);

        using var answer = await client.SendAsync(message);

        exitCode.Should().Be(0, lines);
        ((int)answer.StatusCode).Should().Be(202);
    }

    private static string Resolve(string text)
    {
        var values = Variable().Matches(text).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        return Reference().Replace(text, match => match.Groups[1].Value == "host" ? "" : values[match.Groups[1].Value]);
    }

    private static HttpRequestMessage ToMessage(Match request)
    {
        var headers = request.Groups["headers"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2));
        var message = new HttpRequestMessage(new HttpMethod(request.Groups["method"].Value), request.Groups["path"].Value);
        if (request.Groups["body"].Success)
        {
            message.Content = WebhookApp.Json(request.Groups["body"].Value);
        }

        foreach (var header in headers.Where(header => header[0] != "Content-Type"))
        {
            message.Headers.TryAddWithoutValidation(header[0], header[1]);
        }

        return message;
    }

    // The title, comments and variables, the request line, headers, and a body of one line.
    [GeneratedRegex(
        @"^### (?<title>.+)\n(?:(?:[#@].*)?\n)*(?<method>GET|POST) (?<path>\S+)\n(?<headers>(?:[\w-]+: .+\n)*)(?:\n(?<body>\{.+\})$)?",
        RegexOptions.Multiline)]
    private static partial Regex Request();

    // The first status; then text of the answer, in the form "name":value.
    [GeneratedRegex("""^.*?(\b[1-5][0-9][0-9]\b)(?:, ("\w+":\w+))?""")]
    private static partial Regex Title();

    [GeneratedRegex(@"^@(\w+) = (.+)$", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Reference();

    [GeneratedRegex("^#   (.+)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"secret=(whsec_\S+)")]
    private static partial Regex Secret();
}
