using FluentAssertions;

namespace WebhookService.Tests.Support;

/// <summary>
/// Asserts that the logs of every test contain no account number and no secret. WEBHOOK_TEST_LOGS=directory keeps the
/// logs for a manual search.
/// </summary>
internal static class TestLogs
{
    private static readonly string[] Accounts = ["acc_user_789", "acc_merchant_456"];
    private static readonly string? Directory = Environment.GetEnvironmentVariable("WEBHOOK_TEST_LOGS");

    public static void Check(string log)
    {
        if (Directory is not null)
        {
            File.WriteAllText(Path.Combine(System.IO.Directory.CreateDirectory(Directory).FullName, $"{Guid.NewGuid()}.log"), log);
        }

        log.Should().NotContainAny(Accounts).And.NotContainAny(TestSecrets.All);
    }
}
