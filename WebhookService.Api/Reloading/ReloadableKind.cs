namespace WebhookService.Api.Reloading;

/// <summary>Settings of one kind that have been checked and can be put in force.</summary>
/// <param name="Name">The kind, for the log.</param>
/// <param name="Covers">Whether a key of the configuration belongs to it.</param>
/// <param name="Apply">Puts the settings in force, given those that have changed. It cannot fail.</param>
internal sealed record ReloadableKind(
    string Name, Func<string, bool> Covers, Action<IReadOnlyDictionary<string, string?>> Apply);
