using WebhookService.Api;
using WebhookService.Api.Hosting;
using WebhookService.Infrastructure;

try
{
    var builder = WebApplication.CreateBuilder(ServiceEnvironment.CreateOptions(args));
    builder.UseListeningPort();
    builder.UseInlineTransport();
    builder.Services.AddWebhookInfrastructure().AddWebhookApi();

    var app = builder.Build();
    app.ValidateOptions();
    app.UseWebhookApi();
    return await app.RunCommandAsync(args);
}
catch (Exception exception) when (StartFailure.Explain(exception) is { } line)
{
    await Console.Error.WriteLineAsync(line);
    return 1;
}
