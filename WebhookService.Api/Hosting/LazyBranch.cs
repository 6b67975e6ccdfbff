namespace WebhookService.Api.Hosting;

/// <summary>A branch of the pipeline that is built when it is first needed.</summary>
internal static class LazyBranch
{
    /// <summary>Sends matching requests through a branch, which rejoins the pipeline.</summary>
    /// <remarks>
    /// Like <c>UseWhen</c>, but not built at the start: parts that few requests need do not delay the first
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

    /// <summary>Sends requests under a path through a branch, which rejoins the pipeline.</summary>
    public static void UseLazilyUnder(
        this IApplicationBuilder app, string path, Action<IApplicationBuilder> configure) =>
        app.UseLazilyWhen(context => context.Request.Path.StartsWithSegments(path), configure);
}
