using System.Reflection;
using BenchmarkDotNet.Running;
using WebhookService.Tests.Benchmarks.Compare;
using WebhookService.Tests.Benchmarks.Peers;

return args switch
{
    ["serve", "empty", var port] => await EmptyAction.RunAsync(port),
    ["serve", "inline", var port] => await InlineAction.RunAsync(port),
    ["serve", "efcore", var port, var database] => await SaveChangesPerRequest.RunAsync(port, database),
    ["serve", "efcore-postgres", var port, var database] => await SaveChangesPerRequest.RunOnPostgresAsync(port, database),
    ["serve", "hangfire", var port, var database] => await HangfireJob.RunAsync(port, database),
    ["compare", .. var options] => await WholeSystem.RunAsync(ComparisonOptions.Parse(options)),
    ["micro", .. var options] => Micro(options),
    _ => Usage(),
};

static int Micro(string[] options)
{
    BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(options);
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("""
        Usage:
          compare [--rounds 3] [--seconds 5] [--sustain 60] [--rows 10000000] [--report DIRECTORY] [--only effects]
          micro [options of BenchmarkDotNet]
          serve empty|inline PORT
          serve efcore|efcore-postgres|hangfire PORT CONNECTION
        """);
    return 2;
}
