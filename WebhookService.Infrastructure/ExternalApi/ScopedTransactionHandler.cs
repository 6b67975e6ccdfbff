using Microsoft.Extensions.DependencyInjection;
using WebhookService.Domain.Handling;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>Calls a handler of the application, resolved in a scope of its own for each attempt.</summary>
internal sealed class ScopedTransactionHandler(Type type, IServiceScopeFactory scopes) : ITransactionHandler
{
    public async ValueTask<HandlerResult> HandleAsync(
        TransactionHandlerContext context, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using var _ = scope.ConfigureAwait(false);
        var handler = (ITransactionHandler)scope.ServiceProvider.GetRequiredService(type);
        return await handler.HandleAsync(context, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"{type.Name} returned null.");
    }
}

/// <summary>The type of the application's handler, if it has one; of several, the one that was added last.</summary>
internal sealed record RegisteredHandler(Type Type);
