// Two instances of the service on PostgreSQL, with the Aspire dashboard for their logs, traces and metrics.
var builder = DistributedApplication.CreateBuilder(args);
var service = builder.AddProject<Projects.WebhookService_Api>("webhook-service", launchProfileName: null)
    // No secret and no key: for your own machine only.
    .WithEnvironment("ENVIRONMENT", "local")
    .WithHttpEndpoint(port: 8000, env: "PORT")
    .WithHttpHealthCheck("/health/ready")
    .WithReplicas(2);

// A server that exists already, or one in a container.
if (builder.Configuration["DATABASE_URL"] is { Length: > 0 } url)
{
    service.WithEnvironment("DATABASE_URL", url);
}
else
{
    var database = builder.AddPostgres("postgres").WithDataVolume().AddDatabase("webhooks");
    service.WithEnvironment("DATABASE_URL", database.Resource.UriExpression).WaitFor(database);
}

await builder.Build().RunAsync();
