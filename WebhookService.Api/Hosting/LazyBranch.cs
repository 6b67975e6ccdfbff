namespace WebhookService.Api.Hosting;

/// <summary>A part of the pipeline that is put together when it is first needed.</summary>
internal static class LazyBranch
{
    /// <summary>Sends requests that are to go there through a branch, which comes back to the rest.</summary>
    /// <remarks>
    /// As <c>UseWhen</c> does, but not at the start: what is for people, or for few, need not hold up the first
    /// transaction.
    /// </remarks>
    public static void UseLazilyWhen(
        this IApplicationBuilder app, Func<HttpContext, bool> isMeant, Action<IApplicationBuilder> configure) =>
        app.Use(next =>
        {
            var branch = new Lazy<RequestDelegate>(() =>
            {
                var builder = app.New();
                configure(builder);
                builder.Run(next);
                return builder.Build();
            });
            return context => isMeant(context) ? branch.Value(context) : next(context);
        });

    /// <summary>Sends requests under a path through a branch, which comes back to the rest.</summary>
    public static void UseLazilyUnder(
        this IApplicationBuilder app, string path, Action<IApplicationBuilder> configure) =>
        app.UseLazilyWhen(context => context.Request.Path.StartsWithSegments(path), configure);
}
