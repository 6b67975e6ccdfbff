namespace WebhookService.Api.Hosting;

/// <summary>Settings read from files, one per setting, in the directories where platforms mount secrets.</summary>
/// <remarks>
/// An environment variable is shown by <c>docker inspect</c> and inherited by child processes; a file is not. Docker
/// and Kubernetes mount secrets at <c>/run/secrets</c>; systemd names its credentials directory in a variable.
/// </remarks>
internal static class SecretFiles
{
    private const string Mounted = "/run/secrets";
    private const string Credentials = "CREDENTIALS_DIRECTORY";

    /// <summary>
    /// Adds the files, which take precedence over all other settings: an image sets a variable as its default, and a
    /// secret replaces it.
    /// </summary>
    /// <exception cref="SettingException">A file cannot be read.</exception>
    public static void AddSecretFiles(this WebApplicationBuilder builder)
    {
        string?[] directories = [Mounted, Environment.GetEnvironmentVariable(Credentials)];
        foreach (var directory in directories.Where(Directory.Exists))
        {
            try
            {
                builder.Configuration.AddKeyPerFile(directory!, optional: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new SettingException($"The secrets in {directory} cannot be read: {exception.Message}");
            }
        }
    }
}
