namespace WebhookService.Api.Hosting;

/// <summary>A part of the pipeline that is put together when it is first asked for.</summary>
internal static class LazyBranch
{
    /// <summary>Sends requests under a path through a branch of their own.</summary>
    /// <remarks>
    /// As <c>UseWhen</c> does, but not at the start: pages for people need not hold up the first transaction.
    /// </remarks>
    public static void UseUnder(this WebApplication app, string path, Action<IApplicationBuilder> configure) =>
        app.Use(next =>
        {
            var branch = new Lazy<RequestDelegate>(() =>
            {
                var builder = ((IApplicationBuilder)app).New();
                configure(builder);
                builder.Run(next);
                return builder.Build();
            });
            return context => context.Request.Path.StartsWithSegments(path) ? branch.Value(context) : next(context);
        });
}
