using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Browser;

/// <summary>An account may hold characters that turn the direction of text; only the account itself may turn.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class AccountTextTests
{
    // Where each letter of a word is drawn, from left to right as the word is written.
    private const string Places = """
        (element, word) => {
          const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
          const letters = [];
          while (texts.nextNode()) {
            for (let i = 0; i < texts.currentNode.length; i++) {
              const range = document.createRange();
              range.setStart(texts.currentNode, i);
              range.setEnd(texts.currentNode, i + 1);
              letters.push([texts.currentNode.data[i], range.getBoundingClientRect().left]);
            }
          }
          const start = letters.map(letter => letter[0]).join("").lastIndexOf(word);
          return letters.slice(start, start + word.length).filter(letter => letter[0] !== " ").map(letter => letter[1]);
        }
        """;

    private readonly TempDirectory _directory = new();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [TestCase("\u202elive", TestName = "override")]
    [TestCase("\u2067\u05d0live", TestName = "isolate left open")]
    [TestCase("\u2069\u202elive", TestName = "end of an isolate, then override")]
    [TestCase("\u05d0\u05d1", TestName = "Hebrew")]
    public async Task Account_ReordersNothingBesideIt(string account)
    {
        await BrowserOfThisRun.GetAsync();
        await using var service = await ServiceProcess.StartReadyAsync(_directory);
        using (var answer = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json("txn_a", account, "shop"))))
        {
            ((int)answer.StatusCode).Should().Be(202);
        }

        await using var ops = await (await OpsPage.OpenAsync(service, width: 420)).LiveAsync();
        await ops.HasRowsAsync(1);

        (await PlacesAsync(ops, "#rows .narrow.sub", "→ shop")).Should().BeInAscendingOrder();

        await ops.SearchAsync("Source account", account);
        await ops.HasRowsAsync(1);
        await ops.SearchAsync("Destination account", "shop");
        await ops.HasRowsAsync(1);
        await ops.Page.GetByText("Retry all FAILED that match").ClickAsync();
        await ops.SeesAsync("#confirm-text", "shop");

        (await PlacesAsync(ops, "#confirm-text", "will")).Should().BeInAscendingOrder();
        (await PlacesAsync(ops, "#confirm-text", "shop")).Should().BeInAscendingOrder();
    }

    private static Task<double[]> PlacesAsync(OpsPage ops, string selector, string word) =>
        ops.Page.Locator(selector).First.EvaluateAsync<double[]>(Places, word);
}
