using WebhookService.Tests.Benchmarks.Peers;

return args switch
{
    ["serve", "empty", var port] => await EmptyAction.RunAsync(port),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: serve empty PORT");
    return 2;
}
