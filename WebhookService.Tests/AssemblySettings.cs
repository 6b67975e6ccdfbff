using Microsoft.AspNetCore.Hosting;
using NUnit.Framework;
using WebhookService.Tests.Support;

// Each test has its own instance, app, database file and clock, so all may run at once.
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[assembly: Parallelizable(ParallelScope.All)]

// Where a real process of the service is told to load this assembly, its external calls are counted.
[assembly: HostingStartup(typeof(CountedCalls))]
